import { endsByItself, neverShown } from './element-names.ts';
import type { Tag } from './read-tag.ts';

/** A part of a text. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** An element that is not shown; it ends as if it were not closed until its closing tag is found. */
interface HiddenElement {
  readonly from: number;
  to: number;
}

/** Where a tag stands. */
export interface Place {
  readonly from: number;
  /** Whether it is the first on its line. */
  readonly isFirst: boolean;
  /** Index of the next blank line. */
  readonly blankLine: number;
}

export interface ElementTracker {
  open(tag: Tag, place: Place): void;
  close(tag: Tag): void;
}

/** Finds the closing tag of each hidden element among those of the same name, and adds the elements' ranges to `found`. */
export function trackElements(found: Range[], length: number): ElementTracker {
  const open = new Map<string, (HiddenElement | undefined)[]>();
  let templates = 0;

  /** A closing tag inside a template closes nothing outside of it. */
  function keyOf(name: string): string {
    return templates === 0 ? name : `${templates}/${name}`;
  }

  return {
    open(tag, place) {
      const isHidden = tag.isHidden || neverShown.has(tag.name);
      const element = isHidden ? { from: place.from, to: unclosedEnd(tag, place, length) } : undefined;
      if (element !== undefined) found.push(element);
      if (tag.isComponent && tag.isSelfClosing) return;
      const key = keyOf(tag.name);
      const stack = open.get(key);
      if (stack === undefined) open.set(key, [element]);
      else stack.push(element);
      if (tag.name === 'template') templates += 1;
    },
    close({ name, end }) {
      if (name === 'template') templates = Math.max(0, templates - 1);
      const element = open.get(keyOf(name))?.pop();
      // A blank line ends a paragraph of HTML also where its closing tag comes later.
      if (element !== undefined) element.to = name === 'p' ? Math.min(end, element.to) : end;
    },
  };
}

/** Where an element ends without a closing tag. "Use <script> tags" is prose; a browser hides all after `<div hidden>`. */
function unclosedEnd(tag: Tag, { isFirst, blankLine }: Place, length: number): number {
  if (tag.isSelfClosing) return tag.end;
  if (!tag.isHidden) return isFirst ? blankLine : tag.end;
  return endsByItself.has(tag.name) || tag.isComponent ? blankLine : length;
}

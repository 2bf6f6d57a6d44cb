import type { Find } from './finder.ts';
import { hides } from './hides.ts';

/** A tag of HTML or JSX. */
export interface Tag {
  /** In lower case. */
  readonly name: string;
  readonly isClosing: boolean;
  readonly isSelfClosing: boolean;
  /** Whether it is written as components of JSX are: HTML ignores "/>", and some names mean something else there. */
  readonly isComponent: boolean;
  /** Whether its attributes hide the element. */
  readonly isHidden: boolean;
  /** Index after its ">". */
  readonly end: number;
}

/** Reads the tag at an index that ends before `limit`; `undefined` where what stands there is no tag. */
export type ReadTag = (from: number, limit: number) => Tag | undefined;

const opening = /<(\/?)([a-z][^\s/<>]{0,200})(?=[\s/>])/iy;
const between = /[\s/]*/y;
const attributeStart = /([^\s/<>][^\s/<>=]*)(?:\s*=\s*)?/y;
const bareValue = /[^\s<>]*/y;

/** Creates a reader of tags that is as lenient as a browser, and linear for all tags of a text taken together. */
export function createTagReader(text: string, find: Find): ReadTag {
  /** Where an attribute would begin from which no tag came to an end: that is so for each tag that gets there. */
  const deadEnds = new Set<number>();

  function readTag(from: number, limit: number): Tag | undefined {
    const start = matchAt(opening, text, from);
    if (start?.[2] === undefined) return undefined;
    const name = start[2];
    const isComponent = /[A-Z]/.test(name) && /[a-z]/.test(name);
    const visited: number[] = [];
    let isHidden = false;
    let isExpression = false;
    let at = from + start[0].length;
    for (;;) {
      const gap = matchAt(between, text, at)?.[0] ?? '';
      at += gap.length;
      if (text[at] === '>' && at < limit) {
        return {
          name: name.toLowerCase(),
          isClosing: start[1] === '/',
          isSelfClosing: gap.endsWith('/'),
          isComponent,
          isHidden,
          end: at + 1,
        };
      }
      visited.push(at);
      const attribute = at < limit && !deadEnds.has(at) ? matchAt(attributeStart, text, at) : null;
      if (attribute?.[1] === undefined) break;
      at += attribute[0].length;
      const value = attribute[0].trimEnd().endsWith('=') ? readValue(text, at, find) : undefined;
      if (value !== undefined) at = value.end;
      if (!isExpression) isHidden ||= hides(attribute[1].toLowerCase(), value?.text);
      // What follows an open brace are words of JavaScript, such as the texts of a table of properties.
      isExpression ||= isComponent && value !== undefined && /^\{[^}]*$/.test(value.text);
    }
    for (const place of visited) deadEnds.add(place);
    return undefined;
  }

  return readTag;
}

interface Value {
  readonly text: string;
  readonly end: number;
}

function readValue(text: string, from: number, find: Find): Value {
  const quote = text[from];
  if (quote === '"' || quote === "'") {
    const close = find(quote, from + 1);
    // Without an end the tag has none either.
    if (close < 0) return { text: '', end: text.length };
    return { text: text.slice(from + 1, close), end: close + 1 };
  }
  const bare = matchAt(bareValue, text, from)?.[0] ?? '';
  // The braces of `style={{ display: 'none' }}` hold spaces.
  const braces = bare.startsWith('{{')
    ? /^[^<>}]{0,1000}\}\}/.exec(text.slice(from, from + 1_010))?.[0]
    : undefined;
  const value = braces ?? bare;
  return { text: value, end: from + value.length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

import { neverShown, rawText, startsHtmlBlock, withoutContent } from './element-names.ts';
import { fenceEnd, startsFence } from './fences.ts';
import { createFinder, createPlaceFinder } from './finder.ts';
import { createTagReader } from './read-tag.ts';
import { type Range, trackElements } from './track-elements.ts';

/** A code span has fewer back-ticks; one that has not is looked into, which keeps the search for its end linear. */
const maxTicks = 64;

/**
 * Finds what a reader of the rendered Markdown does not see: comments, images, and hidden elements with what is in them.
 * Nothing inside fences and code spans. Linear in the text; the ranges are ascending and do not overlap.
 */
export function findHidden(text: string): readonly Range[] {
  if (!text.includes('<')) return [];
  const find = createFinder(text);
  const readTag = createTagReader(text, find);
  const blankLine = createPlaceFinder(text, /\n(?=[ \t]*(?:\n|$))/g);
  const paragraphEnd = createPlaceFinder(
    text,
    /\n(?=[ \t>]*(?:\n|$)|[ \t>]*#{1,6}[ \t]|(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*(?:```|~~~))/g,
  );
  const found: Range[] = [];
  const elements = trackElements(found, text.length);
  const rawEnds = new Map<string, (from: number) => number>();
  const unclosedTicks = new Map<number, number>();
  let htmlUntil = 0;

  /** Each of these takes the index of a mark and gives the index at which to go on. */
  function codeSpan(at: number): number {
    let end = at + 1;
    while (text[end] === '`') end += 1;
    const ticks = end - at;
    if (at < htmlUntil || ticks > maxTicks) return end;
    const limit = paragraphEnd(at);
    if (unclosedTicks.get(ticks) === limit) return end;
    for (let next = text.indexOf('`', end); next >= 0 && next < limit; ) {
      let last = next + 1;
      while (text[last] === '`') last += 1;
      if (last - next === ticks) return last;
      next = text.indexOf('`', last);
    }
    unclosedTicks.set(ticks, limit);
    return end;
  }

  function comment(at: number, isBlock: boolean): number {
    const close = find('-->', at + 2);
    const limit = paragraphEnd(at);
    const to = close >= 0 && (isBlock || close < limit) ? close + 3 : limit;
    found.push({ from: at, to });
    return to;
  }

  function tag(at: number, isFirst: boolean): number {
    const limit = blankLine(at);
    const read = readTag(at, limit);
    if (read === undefined) return at + 1;
    if (isFirst && startsHtmlBlock.has(read.name)) htmlUntil = limit;
    if (read.isClosing) {
      elements.close(read);
      return read.end;
    }
    if (withoutContent.has(read.name) && !read.isComponent) {
      if (read.isHidden || read.name === 'img' || read.name === 'source')
        found.push({ from: at, to: read.end });
      return read.end;
    }
    if (rawText.has(read.name)) {
      const close = rawEnd(read.name, read.end);
      if (isFirst ? close < text.length : close < paragraphEnd(at)) {
        const last = find('>', close);
        const to = last < 0 ? text.length : last + 1;
        if (read.isHidden || neverShown.has(read.name)) found.push({ from: at, to });
        return to;
      }
    }
    elements.open(read, { from: at, isFirst, blankLine: limit });
    return read.end;
  }

  function rawEnd(name: string, from: number): number {
    const known = rawEnds.get(name) ?? createPlaceFinder(text, new RegExp(`</${name}`, 'gi'));
    rawEnds.set(name, known);
    return known(from);
  }

  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const lineEnd = newline < 0 ? text.length : newline;
    const isLineStart = at === 0 || text[at - 1] === '\n';
    const fence = isLineStart ? startsFence(text.slice(at, lineEnd)) : undefined;
    if (fence !== undefined) {
      at = fenceEnd(text, lineEnd + 1, fence);
      continue;
    }
    const firstMark = isLineStart ? at + leading(text.slice(at, lineEnd)) : -1;
    while (at < lineEnd) {
      at = nextMark(text, at, lineEnd);
      if (at >= lineEnd) break;
      if (text[at] === '`') at = codeSpan(at);
      else if (text[at - 1] === '\\' && text[at - 2] !== '\\' && at >= htmlUntil) at += 1;
      else if (text.startsWith('<!--', at)) at = comment(at, at === firstMark || at < htmlUntil);
      else at = tag(at, at === firstMark);
    }
    if (at === lineEnd) at += 1;
  }
  return merge(found);
}

/** Length of the indent and of the marks of lists and quotes. */
function leading(line: string): number {
  return /^(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*/.exec(line)?.[0].length ?? 0;
}

function nextMark(text: string, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 0x3c || char === 0x60) return at;
  }
  return end;
}

function merge(found: Range[]): readonly Range[] {
  const merged: Range[] = [];
  for (const { from, to } of found.sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || from >= last.to) merged.push({ from, to });
    else if (to > last.to) merged[merged.length - 1] = { from: last.from, to };
  }
  return merged;
}

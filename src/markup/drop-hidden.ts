import { findHidden } from './find-hidden.ts';

/** Lines with the 1-based number that each has in its file. */
export interface NumberedLines {
  readonly text: readonly string[];
  readonly numbers: readonly number[];
}

/** Drops what a reader of the rendered Markdown does not see. */
export function dropHidden(text: string): string {
  let kept = '';
  let at = 0;
  for (const { from, to } of findHidden(text)) {
    kept += text.slice(at, from);
    at = to;
  }
  return kept + text.slice(at);
}

/** The same for the lines of a file after the first `skipped`; what stands before and after a hidden part is one line then. */
export function dropHiddenLines(lines: readonly string[], skipped: number): NumberedLines {
  const source = lines.slice(skipped);
  const text = source.join('\n');
  const kept: string[] = [];
  const numbers: number[] = [];
  let number = skipped + 1;
  let open = '';
  let openNumber = number;
  let at = 0;
  for (const { from, to } of [...findHidden(text), { from: text.length, to: text.length }]) {
    for (const [index, part] of text.slice(at, from).split('\n').entries()) {
      if (index > 0) {
        kept.push(open);
        numbers.push(openNumber);
        number += 1;
        open = '';
        openNumber = number;
      }
      open += part;
    }
    number += text.slice(from, to).split('\n').length - 1;
    at = to;
  }
  kept.push(open);
  numbers.push(openNumber);
  return { text: kept, numbers };
}

/** Deeper lists and quotes become plain text. */
const maxDepth = 32;

const container = /^(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s))/;

/**
 * Takes the list and quote marks off a line that may lie over 32 levels deep. marked reads the inside of each list item
 * again for every level: a list 2,000 deep (4 MB) took it 62 s and then a RangeError. Fences are no exception, because
 * what looks like a fence here need not be one to marked; two columns of indent are the least that a level takes.
 */
export function limitNesting(line: string): string {
  if (line.length <= maxDepth) return line;
  let at = 0;
  let columns = 0;
  let marks = 0;
  while (at < line.length) {
    const char = line[at];
    if (char === ' ') columns += 1;
    else if (char === '\t') columns += 4;
    else {
      const mark = container.exec(line.slice(at, at + 12))?.[0];
      if (mark === undefined) break;
      marks += 1;
      at += mark.length - 1;
    }
    at += 1;
  }
  if (marks === 0 || marks + Math.floor(columns / 2) <= maxDepth) return line;
  return line.slice(at);
}

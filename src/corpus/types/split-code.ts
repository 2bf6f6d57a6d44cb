import { betweenPairs } from '../between-pairs.ts';

/** About 400 tokens, as the pieces of prose are. */
const pieceChars = 1_500;
/** What goes on after this is a table or a union made by a program. */
const maxChars = 24_000;

/**
 * Cuts code that is too long for one section where the least is torn: at the line of least indent in the last two thirds of
 * a piece, never between a comment and what it is about. Linear in the code, of which it reads the first 24,000 characters.
 */
export function splitCode(code: string): readonly string[] {
  const isCut = code.length > maxChars;
  const lines = code.slice(0, betweenPairs(code, maxChars)).split('\n').flatMap(cutLine);
  if (isCut) lines.push('// ...');
  const pieces: string[] = [];
  let open: string[] = [];
  let chars = 0;
  for (const line of lines) {
    if (open.length > 0 && chars + line.length > pieceChars) {
      const at = placeOfCut(open, line);
      pieces.push(open.slice(0, at).join('\n'));
      open = open.slice(at);
      chars = open.reduce((sum, each) => sum + each.length + 1, 0);
    }
    open.push(line);
    chars += line.length + 1;
  }
  return [...pieces, open.join('\n')];
}

/** How many of the lines stay together; all of them where no line before the next one is a better place. */
function placeOfCut(lines: readonly string[], next: string): number {
  let best = lines.length;
  let least = canStart(next, lines.at(-1)) ? indentOf(next) : Number.POSITIVE_INFINITY;
  let chars = 0;
  for (const [index, line] of lines.entries()) {
    // At the same indent the later place is the better one, and the end of all is the latest.
    const isBetter = indentOf(line) < least || (indentOf(line) === least && best < lines.length);
    if (isBetter && chars >= pieceChars / 3 && canStart(line, lines[index - 1])) {
      least = indentOf(line);
      best = index;
    }
    chars += line.length + 1;
  }
  return best;
}

/** Whether a piece may begin with a line: not with what closes a bracket, or stands inside or under a comment. */
function canStart(line: string, above: string | undefined): boolean {
  return !/^\s*[)}\]*]/.test(line) && above?.trimEnd().endsWith('*/') !== true;
}

function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

/** A line without end is cut at blanks, or anywhere. */
function cutLine(line: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  while (line.length - from > pieceChars) {
    const blank = line.lastIndexOf(' ', from + pieceChars);
    const to = blank > from + pieceChars / 2 ? blank : betweenPairs(line, from + pieceChars);
    parts.push(line.slice(from, to));
    from = to;
  }
  return [...parts, line.slice(from)];
}

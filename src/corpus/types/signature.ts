import type { Comment } from 'oxc-parser';

export interface SignatureOptions {
  /** Comments that are left out; their lines go where nothing else stands on them. */
  readonly without: readonly Comment[];
}

/** The text of a span as code of its own: without some comments, moved to the left edge. */
export function signature(text: string, start: number, end: number, { without }: SignatureOptions): string {
  let code = '';
  let from = start;
  for (const comment of without) {
    if (comment.start < from || comment.end > end) continue;
    code += text.slice(from, comment.start);
    from = comment.end;
    const rest = text.indexOf('\n', from);
    // A comment on lines of its own takes its indent and its line end with it.
    const indent = trailingSpace(code);
    const isAlone = indent === code.length || code.charCodeAt(code.length - indent - 1) === 10;
    if (isAlone && rest >= 0 && rest < end && text.slice(from, rest).trim() === '') {
      code = code.slice(0, code.length - indent);
      from = rest + 1;
    }
  }
  code += text.slice(from, end);
  return dedent(code, indentAt(text, start));
}

/** How many blanks a text ends with. */
function trailingSpace(text: string): number {
  let count = 0;
  while (/[ \t]/.test(text.charAt(text.length - 1 - count))) count += 1;
  return count;
}

/** Columns of white space before a place on its line. */
function indentAt(text: string, start: number): number {
  const line = text.lastIndexOf('\n', start - 1) + 1;
  let indent = 0;
  while (line + indent < start && (text[line + indent] === ' ' || text[line + indent] === '\t')) indent += 1;
  return indent;
}

function dedent(code: string, indent: number): string {
  const lines = code.split('\n').filter((line, index) => index === 0 || line.trim() !== '');
  if (indent === 0) return lines.join('\n').trim();
  const space = new RegExp(`^[ \\t]{1,${indent}}`);
  return lines
    .map((line, index) => (index === 0 ? line : line.replace(space, '')))
    .join('\n')
    .trim();
}

import { Lexer, type Token } from 'marked';
import type { NumberedLines } from '../../markup/drop-hidden.ts';

/** A block of Markdown with the line of the file where it starts. */
export interface Block {
  readonly type: 'heading' | 'code' | 'table' | 'list' | 'text';
  /** The Markdown; of a heading its text alone. */
  readonly text: string;
  readonly line: number;
  /** Of a heading, 1 to 6; else 0. */
  readonly depth: number;
}

/** Cuts cleaned lines into top-level blocks with marked's block lexer (69 MB/s; inline text is never looked at). */
export function readBlocks(lines: NumberedLines): readonly Block[] {
  const source = lines.text.join('\n');
  const blocks: Block[] = [];
  let offset = 0;
  let newlines = 0;
  for (const token of new Lexer({ gfm: true }).blockTokens(source, [])) {
    // marked drops the second definition of a link, so a token may begin later than the one before ended.
    const start = source.startsWith(token.raw, offset) ? offset : source.indexOf(token.raw, offset);
    if (start < 0) continue;
    const body = start + (token.raw.length - token.raw.trimStart().length);
    newlines += countNewlines(source, offset, body);
    const line = lines.numbers[newlines] ?? 1;
    offset = start + token.raw.length;
    newlines += countNewlines(source, body, offset);
    const block = toBlock(token, line);
    if (block !== undefined) blocks.push(block);
  }
  return blocks;
}

function toBlock(token: Token, line: number): Block | undefined {
  switch (token.type) {
    case 'space':
    case 'hr':
    // A definition of a link shows nothing; some are comments.
    case 'def':
      return undefined;
    case 'heading':
      return { type: 'heading', text: token.text, line, depth: token.depth };
    case 'code':
    case 'table':
    case 'list':
      return { type: token.type, text: trimBlankLines(token.raw), line, depth: 0 };
    default:
      return { type: 'text', text: trimBlankLines(token.raw), line, depth: 0 };
  }
}

/** Indented code keeps its indent, so only whole blank lines go. */
function trimBlankLines(raw: string): string {
  return raw.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
}

function countNewlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

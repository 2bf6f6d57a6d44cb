import { countTokens } from '../count-tokens.ts';
import type { Block } from './read-blocks.ts';
import { splitBlock } from './split/split-block.ts';

/** A part of a section's body that is short enough to be served. */
export interface Piece {
  readonly body: string;
  readonly line: number;
  readonly tokens: number;
}

/** About 400 tokens: quality is flat between 800 and 2,400 characters (measured), so the price of an answer decides. */
const sectionChars = 1_600;

/** No section passes this but a single code block. */
const sectionTokens = 800;

/** Packs the blocks under one heading into pieces of about 1,600 characters; only a code block alone may be longer. */
export function packBlocks(blocks: readonly Block[], maxChars = sectionChars): readonly Piece[] {
  const pieces: Piece[] = [];
  let open: Block[] = [];
  let chars = 0;
  let tokens = 0;

  function close(next: Block[]): void {
    const first = open[0];
    if (first !== undefined) {
      const body = open.map((block) => block.text).join('\n\n');
      const counted = countTokens(body);
      const isCode = open.length === 1 && first.type === 'code';
      // Some 1,600 characters are more than 800 tokens: tables of symbols, minified text.
      if (counted > sectionTokens && !isCode && maxChars > 400)
        pieces.push(...packBlocks(open, maxChars / 2));
      else pieces.push({ body, line: first.line, tokens: counted });
    }
    open = next;
    chars = next.reduce((sum, block) => sum + block.text.length, 0);
    tokens = next.reduce((sum, block) => sum + countTokens(block.text), 0);
  }

  for (const block of blocks.flatMap((whole) => splitBlock(whole, { maxChars, maxTokens: sectionTokens }))) {
    const more = countTokens(block.text);
    const last = open.at(-1);
    if (last !== undefined && (chars + block.text.length > maxChars || tokens + more > sectionTokens)) {
      const leads = open.length > 1 && announces(last.text, block) && more < sectionTokens - 100;
      if (leads) open.pop();
      close(leads ? [last] : []);
    }
    open.push(block);
    chars += block.text.length;
    tokens += more;
  }
  close([]);
  return pieces;
}

const caption = /^(\*\*|__)[^*_\n]+\1(?: *\([^()\n]*\))?[.:]?$/;

/** "For example:" belongs to what follows it, and "**Example** (Reading a file)" to the code that does. */
function announces(text: string, next: Block): boolean {
  if (text.length >= 300) return false;
  return text.endsWith(':') || (next.type === 'code' && caption.test(text));
}

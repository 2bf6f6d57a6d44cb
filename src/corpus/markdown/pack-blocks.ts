import { countTokens } from '../count-tokens.ts';
import type { Block } from './read-blocks.ts';
import { splitBlock } from './split-block.ts';

/** A part of a section's body that is short enough to be served. */
export interface Piece {
  readonly body: string;
  readonly line: number;
  readonly tokens: number;
}

/** About 400 tokens: quality is flat between 800 and 2,400 characters (measured), so the price of an answer decides. */
const maxChars = 1_600;

/** What CJK text of `maxChars` characters would pass. */
const maxTokens = 800;

/** Packs the blocks under one heading into pieces of about 1,600 characters; only a code block alone may be longer. */
export function packBlocks(blocks: readonly Block[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let open: Block[] = [];
  let chars = 0;
  let tokens = 0;

  function close(next: Block[]): void {
    const first = open[0];
    if (first !== undefined) {
      const body = open.map((block) => block.text).join('\n\n');
      pieces.push({ body, line: first.line, tokens: countTokens(body) });
    }
    open = next;
    chars = next.reduce((sum, block) => sum + block.text.length, 0);
    tokens = next.reduce((sum, block) => sum + roughTokens(block.text), 0);
  }

  for (const block of blocks.flatMap((whole) => splitBlock(whole, { maxChars, maxTokens }))) {
    const more = roughTokens(block.text);
    const last = open.at(-1);
    if (last !== undefined && (chars + block.text.length > maxChars || tokens + more > maxTokens)) {
      // "For example:" belongs to the code that follows it.
      const leads = open.length > 1 && last.text.length < 300 && last.text.endsWith(':');
      if (leads) open.pop();
      close(leads && roughTokens(last.text) + more <= maxTokens ? [last] : []);
    }
    open.push(block);
    chars += block.text.length;
    tokens += more;
  }
  close([]);
  return pieces;
}

/** Counting is the dear part of chunking; short Latin text cannot pass the limit, so it is only guessed. */
function roughTokens(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII.
  return /[^\u0000-\u024f]/.test(text) ? countTokens(text) : Math.ceil(text.length / 3);
}

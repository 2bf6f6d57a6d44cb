import { countTokens } from '../count-tokens.ts';
import { packBlocks } from '../markdown/pack-blocks.ts';
import type { Block } from '../markdown/read-blocks.ts';
import { fence } from './render-doc.ts';
import { splitCode } from './split-code.ts';

/** A declaration longer than this is cut at its members, or into pieces. */
export const maxCodeChars = 2_400;
/** A declaration that is said in few lines stands before what is said about it. */
const shortCodeChars = 700;
/** Kept whole: a description that is torn from its signature answers nothing. */
const wholeChars = 2_400;

export interface BodyPiece {
  readonly body: string;
  readonly tokens: number;
}

/** Code and what is said about it, in pieces that are short enough to be served; mostly one. */
export function codeBody(code: string, doc: string): readonly BodyPiece[] {
  if (code.length > maxCodeChars) {
    const fences = splitCode(code).map((piece) => fence(piece));
    return packBlocks([doc, ...fences].flatMap(toBlocks));
  }
  const block = code === '' ? '' : fence(code);
  const parts = (block.length <= shortCodeChars ? [block, doc] : [doc, block]).filter((part) => part !== '');
  const body = parts.join('\n\n');
  if (body.length <= wholeChars) return [{ body, tokens: countTokens(body) }];
  return packBlocks(parts.flatMap(toBlocks));
}

/** Cuts Markdown at blank lines outside fences. A doc comment has no need of the whole of Markdown's block rules. */
function toBlocks(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: string[] = [];
  let marks: string | undefined;
  const close = (type: Block['type']) => {
    if (open.length > 0) blocks.push({ type, text: open.join('\n'), line: 0, depth: 0 });
    open = [];
  };
  for (const line of markdown.split('\n')) {
    const found = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (marks !== undefined) {
      open.push(line);
      if (found?.startsWith(marks)) {
        close('code');
        marks = undefined;
      }
    } else if (found !== undefined) {
      close('text');
      open.push(line);
      marks = found;
    } else if (line.trim() === '') {
      close('text');
    } else {
      open.push(line);
    }
  }
  close(marks === undefined ? 'text' : 'code');
  return blocks;
}

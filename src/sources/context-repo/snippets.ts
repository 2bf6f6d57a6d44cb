import type { AnswerRequest, Snippet } from '../source.ts';
import type { WireDocument } from './client/wire.ts';

/** A snippet that was not yet dealt to a batch. */
export type LooseSnippet = Omit<Snippet, 'batch'>;

export interface Collected {
  readonly snippets: readonly Snippet[];
  readonly hasMore: boolean;
}

/** What the first lines of a page and its last one take. */
const frameTokens = 150;
/** What a snippet takes beside its words. */
const snippetFrameTokens = 14;

/**
 * Takes snippets, which are read as they are taken, until there are as many tokens as the request needs. A batch is as much as
 * fits a page, so that a page stays the same when more is read for a later one.
 */
export async function collect(
  { mode, page, tokens }: Pick<AnswerRequest, 'mode' | 'page' | 'tokens'>,
  snippets: AsyncIterable<LooseSnippet>,
  countTokens: (text: string) => number,
): Promise<Collected> {
  const taken: Snippet[] = [];
  let batch = 0;
  let [inBatch, inAll] = [0, 0];
  for await (const snippet of snippets) {
    if (mode !== 'all' && snippet.kind !== mode) continue;
    const cost =
      snippet.tokens + countTokens(snippet.title) + countTokens(snippet.location) + snippetFrameTokens;
    if (inBatch > 0 && inBatch + cost > tokens - frameTokens) {
      batch += 1;
      inBatch = 0;
    }
    if (batch >= page && inAll >= page * tokens) return { snippets: taken, hasMore: true };
    taken.push({ ...snippet, batch });
    inBatch += cost;
    inAll += snippet.tokens;
  }
  return { snippets: taken, hasMore: false };
}

/** Where a document is, and in which state it was read. */
export function locationOf(id: string, document: WireDocument | undefined): string {
  const { revision, currentVersion } = document ?? {};
  const state =
    revision !== undefined
      ? `revision ${revision}`
      : currentVersion !== undefined
        ? `version ${currentVersion}`
        : 'revision unknown';
  return `context-repo:document/${id} (${state})`;
}

/** Whether the text has a block of code. */
export function kindOf(text: string): Snippet['kind'] {
  return /^ {0,3}(?:```|~~~)/m.test(text) ? 'code' : 'info';
}

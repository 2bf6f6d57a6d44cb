import type { CacheContents, CachedCopy, CacheStats } from '../cache/cache-contents.ts';
import { DocpinError } from '../errors.ts';

export interface CacheCommandOptions {
  /** `stats`, `list` or `clear`, and a word that picks copies. */
  readonly operands: readonly string[];
  readonly openContents: () => Promise<CacheContents>;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

const actions = ['stats', 'list', 'clear'] as const;

type Work = (contents: CacheContents, word: string | undefined) => Promise<{ text: string; facts: object }>;

/** Runs `docpin cache`: shows what is kept of the answers of APIs, or deletes it. Rejects with `bad-input` on wrong usage. */
export async function runCacheCommand({ operands, openContents, nowMs }: CacheCommandOptions) {
  const [name, word] = operands;
  const action = actions.find((known) => known === name);
  const most = action === 'stats' ? 1 : 2;
  // An empty word, of a shell variable that is not set, must not clear everything.
  if (action === undefined || operands.length > most || word?.trim() === '')
    throw new DocpinError('bad-input', {
      what: 'docpin cache takes stats, list or clear, the last two with one word at most.',
      next: 'Usage: docpin cache <stats|list|clear> [word]',
    });
  const contents = await openContents();
  try {
    return await worksAt(nowMs)[action](contents, word);
  } finally {
    contents.close();
  }
}

function worksAt(nowMs: number): Readonly<Record<(typeof actions)[number], Work>> {
  return {
    async stats(contents) {
      const stats = await contents.stats();
      return { text: renderStats(stats), facts: stats };
    },
    async list(contents, word) {
      const copies = (await contents.list(word)).map((copy) => ({ ...copy, state: stateOf(copy, nowMs) }));
      return {
        text: copies.length === 0 ? 'No copies.' : copies.map(renderCopy).join('\n'),
        facts: { copies },
      };
    },
    async clear(contents, word) {
      const deleted = await contents.clear(word);
      return { text: `${countCopies(deleted)} deleted.`, facts: { deleted } };
    },
  };
}

function renderStats({ file, fileBytes, sources }: CacheStats): string {
  const lines = sources.map(
    ({ source, copies, bytes, oldestAtMs, newestAtMs }) =>
      `${source}: ${countCopies(copies)}, ${toKb(bytes)}, stored ${toMinute(oldestAtMs)} to ${toMinute(newestAtMs)}`,
  );
  return [`${file}: ${toKb(fileBytes)}`, ...(lines.length === 0 ? ['No copies.'] : lines)].join('\n');
}

function renderCopy(copy: CachedCopy & { readonly state: string }): string {
  const size = toKb(copy.bytes).padStart(8);
  return `${toMinute(copy.storedAtMs)}  ${copy.state.padEnd(5)}  ${size}  ${copy.source} ${copy.label}`;
}

function stateOf({ freshUntilMs, staleUntilMs }: CachedCopy, nowMs: number): 'fresh' | 'stale' | 'ended' {
  if (nowMs < freshUntilMs) return 'fresh';
  return nowMs < staleUntilMs ? 'stale' : 'ended';
}

function countCopies(copies: number): string {
  return copies === 1 ? '1 copy' : `${copies} copies`;
}

function toKb(bytes: number): string {
  return `${Math.ceil(bytes / 1_000)} KB`;
}

/** UTC, to the minute. A damaged row may hold any number. */
function toMinute(timeMs: number): string {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? 'unknown' : time.toISOString().slice(0, 16).replace('T', ' ');
}

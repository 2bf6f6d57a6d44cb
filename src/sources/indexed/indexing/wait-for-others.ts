import { setTimeout as wait } from 'node:timers/promises';
import type { CorpusReader, IndexedLibrary } from '../../../corpus/corpus.ts';
import type { Located } from '../../../origins/origin.ts';
import { leaseKeyOf } from './take-lease.ts';

export interface WaitOptions {
  readonly reader: Pick<CorpusReader, 'findByOrigin' | 'isLeased'>;
  readonly holder: string;
  readonly maxWaitMs: number;
  readonly signal: AbortSignal;
  /** Called once, when another process is found to read the same. */
  readonly onWaiting: () => void;
}

export const pollMs = 75;

/**
 * Waits while another process reads the same place in the same state. Resolves with what that has found; with undefined when
 * nobody reads it (any longer), or `maxWaitMs` passed. It is this process that waits and not an indexing child, because each of
 * those takes 45 MB and one of the two places for children. Rejects when the signal is aborted.
 */
export async function waitForOthers(
  located: Located,
  { reader, holder, maxWaitMs, signal, onWaiting }: WaitOptions,
): Promise<IndexedLibrary | undefined> {
  const startedAt = performance.now();
  let isWaiting = false;
  while (reader.isLeased(leaseKeyOf(located), holder)) {
    if (performance.now() - startedAt >= maxWaitMs) return undefined;
    if (!isWaiting) onWaiting();
    isWaiting = true;
    await wait(pollMs, undefined, { signal });
  }
  return isWaiting ? reader.findByOrigin(located.location, located.stamp) : undefined;
}

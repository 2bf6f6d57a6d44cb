import { setTimeout as wait } from 'node:timers/promises';
import type { CorpusWriter, ReadBefore } from '../../../corpus/corpus.ts';
import type { IndexJob } from './indexing.ts';

/** The right to read a library, or what another process has read meanwhile. */
export type Turn =
  | { readonly type: 'read before'; readonly found: ReadBefore }
  /** `keep` is called now and then while the work goes on, and never throws. */
  | { readonly type: 'read now'; readonly keep: () => void };

export interface TakeTurnHooks {
  readonly signal: AbortSignal;
  /** Awaited once, when another process is found to read the same. */
  readonly onWaiting: () => Promise<void> | void;
}

const pollMs = 75;
const renewEveryMs = 1_000;

/**
 * Waits while another process reads the same place in the same state: until that is done, or its lease ends, or `job.maxWaitMs`
 * passed. Where leases do not work (a full disk, a lock that is held on), it is this job's turn: the work is then done twice at
 * the worst. Rejects only when the signal is aborted.
 */
export async function takeTurn(
  { located, holder, maxWaitMs }: Pick<IndexJob, 'located' | 'holder' | 'maxWaitMs'>,
  { findByOrigin, leases }: Pick<CorpusWriter, 'findByOrigin' | 'leases'>,
  { signal, onWaiting }: TakeTurnHooks,
): Promise<Turn> {
  const { location, stamp } = located;
  const key = `${location} ${stamp}`;
  const startedAt = performance.now();
  let isWaiting = false;

  function tryTurn(): Turn | undefined {
    const found = findByOrigin(location, stamp);
    if (found !== undefined) return { type: 'read before', found };
    if (leases.isHeld(key, holder) || !leases.take(key, holder)) return undefined;
    return { type: 'read now', keep: keeper(() => leases.renew(key, holder)) };
  }

  while (performance.now() - startedAt < maxWaitMs) {
    const turn = orElse(tryTurn, withoutLease);
    if (turn !== undefined) return turn;
    if (!isWaiting) await onWaiting();
    isWaiting = true;
    await wait(pollMs, undefined, { signal });
  }
  return withoutLease;
}

const withoutLease: Turn = { type: 'read now', keep: () => undefined };

/** Renews once a second at the most, and no more once the lease is lost. */
function keeper(renew: () => boolean): () => void {
  let renewedAt = performance.now();
  let isOurs = true;
  return () => {
    if (!isOurs || performance.now() - renewedAt < renewEveryMs) return;
    renewedAt = performance.now();
    // One that could not be renewed now is tried again with the next file.
    isOurs = orElse(renew, true);
  };
}

function orElse<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    // Whatever is wrong with the file shows again when the library is written, and is told there.
    return otherwise;
  }
}

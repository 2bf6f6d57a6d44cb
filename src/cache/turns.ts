import type { Lease, LeaseHolder, Store } from './store.ts';

export interface TurnsOptions {
  readonly store: Store;
  readonly now: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Takes turns with other processes, so that what many of them want is fetched by one. */
export interface Turns {
  /**
   * Runs `work` when no other process fetches the key, or gives what `findCopy` finds once another one has stored it. One that
   * fails is not waited for a second time: everybody who waited then tries for themselves.
   */
  take<T>(turn: Turn<T>): Promise<T>;
  /** Whether another process fetches the key now. */
  isTaken(key: string): Promise<boolean>;
}

export interface Turn<T> {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly findCopy: () => Promise<T | undefined>;
  readonly work: () => Promise<T>;
}

/** A process that was killed costs those that wait for it so long. One that lives begins its lease anew in time. */
const leaseMs = 5_000;
const renewEveryMs = 1_500;
const pollMs = 50;
/** 30 s: longer than any call to an upstream takes. After that everybody is on their own. */
const maxPolls = 600;

/** Creates the turns over a store that the processes share. */
export function createTurns({ store, now, sleep }: TurnsOptions): Turns {
  async function hold<T>(lease: Lease | undefined, work: () => Promise<T>): Promise<T> {
    if (lease === undefined) return work();
    const renewing = setInterval(() => void lease.renew(), renewEveryMs);
    try {
      return await work();
    } finally {
      clearInterval(renewing);
      await lease.release();
    }
  }

  /** Waits until somebody's lease is over; tells whether they gave it back, which they do when they succeed and when they fail. */
  async function waitFor(first: LeaseHolder, key: string, signal: AbortSignal): Promise<boolean> {
    let seen = first;
    for (let polls = 0; polls < maxPolls; polls += 1) {
      await sleep(pollMs, signal);
      const current = await store.holder(key, leaseMs);
      if (current?.id !== seen.id) return now() < seen.expiresAtMs;
      seen = current;
    }
    return true;
  }

  return {
    async take({ key, signal, findCopy, work }) {
      for (;;) {
        const lease = await store.lease(key, leaseMs);
        const holder = lease === undefined ? await store.holder(key, leaseMs) : undefined;
        const isGivenBack = holder !== undefined && (await waitFor(holder, key, signal));
        // Also with a lease: somebody may have stored a copy since the caller has looked for one.
        const copy = await findCopy();
        if (copy !== undefined) {
          await lease?.release();
          return copy;
        }
        if (lease !== undefined) return hold(lease, work);
        if (isGivenBack || holder === undefined) return hold(await store.lease(key, leaseMs), work);
        // The holder has died with its lease: whoever is first takes its place, and the others wait for that one.
      }
    },
    isTaken: async (key) => (await store.holder(key, leaseMs)) !== undefined,
  };
}

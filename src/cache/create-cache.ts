import { setTimeout as delay } from 'node:timers/promises';
import { cancelledError, DocpinError, toDocpinError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Cache, CacheAnswer, CachedFact, CacheRequest } from './cache.ts';
import { toOwnerId, toStoreKey } from './cache-key.ts';
import { type Copy, findCopy, toEntry } from './copies.ts';
import { createFlights } from './flights.ts';
import { isHiddenByStale, isLimit, isRefusal, sparedReason, staleReason } from './stale-policy.ts';
import type { Store, StoredFailure } from './store.ts';
import { createTurns } from './turns.ts';

export interface CacheOptions {
  readonly store: Store;
  readonly now: () => number;
  /** 0..1 */
  readonly random: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Takes no copy that was stored before (`--refresh`). */
  readonly isRefresh?: boolean;
  readonly log?: Log;
}

/** In an outage every read of an old copy would ask again; this often is enough. */
const refreshPauseMs = 30_000;
/** A command has printed its answer by then, and its caller waits for nothing but its end. */
const refreshWaitMs = 1_500;
/** For what was aborted to give its lease back. */
const landWaitMs = 250;

/** Creates the cache over a store. Close it before the store's process ends. */
export function createCache({ store, now, random, isRefresh = false, log, ...options }: CacheOptions): Cache {
  const sleep = options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal }));
  const flights = createFlights();
  const turns = createTurns({ store, now, sleep });
  const refreshes = new Map<string, Promise<void>>();
  const oldestMs = isRefresh ? now() : Number.NEGATIVE_INFINITY;

  async function look<T>(key: string, request: CachedFact<T>): Promise<Copy<T> | undefined> {
    return findCopy(await store.get(key), request, { nowMs: now(), oldestMs });
  }

  async function read<T>(request: CacheRequest<T>): Promise<CacheAnswer<T>> {
    if (request.signal.aborted) throw cancelledError(request.signal.reason);
    const key = toStoreKey(request.key);
    const copy = await look(key, request);
    if (copy === undefined) return fetchLive(key, request, request.signal);
    if (copy.isFresh) return cachedAnswer(copy);

    const { failure } = copy.entry;
    const mustAsk = failure !== undefined && !isHiddenByStale(failure.code);
    if (mustAsk || request.policy.staleOnlyOnFailure === true) return fetchOrStale(key, request, copy);
    const sinceMs = failure === undefined ? Number.POSITIVE_INFINITY : Math.abs(now() - failure.atMs);
    if (sinceMs >= refreshPauseMs) {
      if ((await request.mayRefresh?.()) === false) return staleAnswer(copy, sparedReason);
      startRefresh(key, request);
    }
    return staleAnswer(copy, staleReason(failure?.code));
  }

  function fetchLive<T>(
    key: string,
    request: CacheRequest<T>,
    signal: AbortSignal | undefined,
  ): Promise<CacheAnswer<T>> {
    return flights.join(key, signal, (flightSignal) =>
      turns.take<CacheAnswer<T>>({
        key,
        signal: flightSignal,
        async findCopy() {
          const copy = await look(key, request);
          return copy?.isFresh === true ? cachedAnswer(copy) : undefined;
        },
        work: async () => ({
          ...(await fetchAndStore(key, request, flightSignal)),
          freshness: { state: 'live', ageMs: 0 },
        }),
      }),
    );
  }

  async function fetchAndStore<T>(
    key: string,
    request: CacheRequest<T>,
    signal: AbortSignal,
  ): Promise<Pick<CacheAnswer<T>, 'value' | 'askedAtMs'>> {
    // What came at the end of a slow answer may have been so at its beginning only.
    const askedAtMs = now();
    try {
      const fetched = await request.fetch(signal);
      await store.put(key, toEntry(fetched, request, { storedAtMs: askedAtMs, share: random() }));
      return { value: fetched.value, askedAtMs };
    } catch (thrown) {
      const { code } = toDocpinError(thrown);
      if (isRefusal(code)) await store.delete(key);
      else if (code !== 'cancelled') await markFailed(key, { code, atMs: now() });
      throw thrown;
    }
  }

  /** Says it at the copy, where there is one: whoever reads that next, maybe in another process, must know. */
  async function markFailed(key: string, failure: StoredFailure): Promise<void> {
    const entry = await store.get(key);
    if (entry !== undefined) await store.put(key, { ...entry, failure });
  }

  /** Only the upstream can say whether the copy may still be served, so this caller waits for it. */
  async function fetchOrStale<T>(
    key: string,
    request: CacheRequest<T>,
    copy: Copy<T>,
  ): Promise<CacheAnswer<T>> {
    try {
      return await fetchLive(key, request, request.signal);
    } catch (thrown) {
      const error = toDocpinError(thrown);
      const isThere = request.policy.staleOnlyOnFailure === true && isLimit(error.code);
      if (isThere || !isHiddenByStale(error.code)) throw error;
      return staleAnswer(copy, staleReason(error.code));
    }
  }

  function startRefresh<T>(key: string, request: CacheRequest<T>): void {
    if (refreshes.has(key)) return;
    const refresh = refreshBehind(key, request).finally(() => refreshes.delete(key));
    refreshes.set(key, refresh);
  }

  async function refreshBehind<T>(key: string, request: CacheRequest<T>): Promise<void> {
    // Another process on the same store refreshes this key.
    if (await turns.isTaken(key)) return;
    try {
      // Nobody's signal ends it: the caller that set it off has its answer already.
      await fetchLive(key, request, undefined);
    } catch (thrown) {
      const error = toDocpinError(thrown);
      log?.debug('a refresh failed', { source: request.key.source, code: error.code });
      // Ended by `close`: the next answer says what this one was held up by.
      if (error.code === 'cancelled') await markFailed(key, { code: causeOf(error), atMs: now() });
    }
  }

  async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
    const done = new AbortController();
    await Promise.race([work, sleep(ms, done.signal)]);
    done.abort();
  }

  return {
    read: (request) =>
      read(request).catch((thrown) => {
        throw toDocpinError(thrown);
      }),
    countLibraries: async (owner) => (await store.libraries(toOwnerId(owner))).length,
    async recall(fact) {
      const entry = await store.get(toStoreKey(fact.key));
      return findCopy(entry, fact, { nowMs: now(), oldestMs: Number.NEGATIVE_INFINITY })?.value;
    },
    async remember(fact, value) {
      const entry = toEntry({ value, isEmpty: false }, fact, { storedAtMs: now(), share: 0 });
      await store.put(toStoreKey(fact.key), entry);
    },
    async close() {
      await atMost(refreshWaitMs, Promise.all(refreshes.values()));
      await atMost(landWaitMs, Promise.all([flights.end(), ...refreshes.values()]));
      await store.close();
    },
  };
}

/** Why a fetch that was ended early had not come to its end by then. */
function causeOf({ cause }: DocpinError): string {
  return cause instanceof DocpinError ? cause.code : 'timed-out';
}

function cachedAnswer<T>({ value, entry, ageMs }: Copy<T>): CacheAnswer<T> {
  return { value, askedAtMs: entry.storedAtMs, freshness: { state: 'cached', ageMs } };
}

function staleAnswer<T>({ value, entry, ageMs }: Copy<T>, reason: string): CacheAnswer<T> {
  return { value, askedAtMs: entry.storedAtMs, freshness: { state: 'stale', ageMs, reason } };
}

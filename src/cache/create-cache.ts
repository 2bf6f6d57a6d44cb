import { LRUCache } from 'lru-cache';
import { cancelledError, toDocpinError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Cache, CacheAnswer, CacheRequest, Fetched, RefreshFailure } from './cache.ts';
import { toStoreKey } from './cache-key.ts';
import { createFlights } from './flights.ts';
import { isHiddenByStale, isRefusal, staleReason } from './stale-policy.ts';
import type { Store, StoredEntry } from './store.ts';

export interface CacheOptions {
  readonly store: Store;
  readonly now: () => number;
  /** 0..1 */
  readonly random: () => number;
  readonly log?: Log;
}

/** In an outage every read of an old copy would ask again; this often is enough. */
const refreshPauseMs = 30_000;
/** As long as one upstream call may take. */
const leaseMs = 30_000;
const jitter = 0.1;
const maxRememberedFailures = 2_000;

/** Creates the cache over a store. Close it before the store's process ends. */
export function createCache({ store, now, random, log }: CacheOptions): Cache {
  const flights = createFlights();
  const failures = new LRUCache<string, RefreshFailure>({ max: maxRememberedFailures });

  async function read<T>(request: CacheRequest<T>): Promise<CacheAnswer<T>> {
    if (request.signal.aborted) throw cancelledError(request.signal.reason);
    const key = toStoreKey(request.key);
    const copy = parseCopy(await store.get(key), request);
    if (copy === undefined || now() >= copy.entry.staleUntilMs)
      return fetchLive(key, request, request.signal);

    const ageMs = Math.max(0, now() - copy.entry.storedAtMs);
    if (now() < copy.entry.freshUntilMs) {
      return { value: copy.value, freshness: { state: 'cached', ageMs } };
    }
    const failure = failures.get(key);
    if (failure !== undefined && !isHiddenByStale(failure.error)) {
      return fetchOrStale(key, request, copy.value, ageMs);
    }
    if (failure === undefined || now() - failure.atMs >= refreshPauseMs) {
      refreshBehind(key, request).catch((error: unknown) =>
        log?.debug('a refresh failed', { code: toDocpinError(error).code }),
      );
    }
    return staleAnswer(copy.value, ageMs, failure);
  }

  function fetchLive<T>(
    key: string,
    request: CacheRequest<T>,
    signal: AbortSignal | undefined,
  ): Promise<CacheAnswer<T>> {
    return flights.join(key, signal, async (flightSignal) => {
      const fetched = await fetchAndStore(key, request, flightSignal);
      return { value: fetched.value, freshness: { state: 'live', ageMs: 0 } as const };
    });
  }

  async function fetchAndStore<T>(
    key: string,
    { fetch, policy }: CacheRequest<T>,
    signal: AbortSignal,
  ): Promise<Fetched<T>> {
    try {
      const fetched = await fetch(signal);
      failures.delete(key);
      await store.put(key, toEntry(fetched, policy));
      return fetched;
    } catch (thrown) {
      const error = toDocpinError(thrown);
      if (error.code !== 'cancelled') failures.set(key, { error, atMs: now() });
      if (isRefusal(error)) await store.delete(key);
      throw error;
    }
  }

  /** The last refresh met something that a copy must not hide, so this caller waits for the truth. */
  async function fetchOrStale<T>(
    key: string,
    request: CacheRequest<T>,
    value: T,
    ageMs: number,
  ): Promise<CacheAnswer<T>> {
    try {
      return await fetchLive(key, request, request.signal);
    } catch (thrown) {
      const error = toDocpinError(thrown);
      if (!isHiddenByStale(error)) throw error;
      return staleAnswer(value, ageMs, { error, atMs: now() });
    }
  }

  async function refreshBehind<T>(key: string, request: CacheRequest<T>): Promise<void> {
    const lease = await store.lease(key, leaseMs);
    // Another call, or another process on the same store, refreshes this key.
    if (lease === undefined) return;
    try {
      // Nobody's signal ends it: the caller that set it off has its answer already.
      await fetchLive(key, request, undefined);
    } finally {
      await lease.release();
    }
  }

  function toEntry<T>(fetched: Fetched<T>, policy: CacheRequest<T>['policy']): StoredEntry {
    const storedAtMs = now();
    const share = 1 - jitter * random();
    const lifetimeMs = fetched.isEmpty ? policy.emptyMs : policy.freshMs;
    const freshUntilMs = storedAtMs + lifetimeMs * share;
    const staleUntilMs = fetched.isEmpty ? freshUntilMs : storedAtMs + Math.max(policy.staleMs, lifetimeMs);
    return { value: JSON.stringify(fetched.value), storedAtMs, freshUntilMs, staleUntilMs };
  }

  return {
    read,
    async close() {
      flights.abortAll();
      await store.close();
    },
  };
}

function parseCopy<T>(
  entry: StoredEntry | undefined,
  request: CacheRequest<T>,
): { readonly entry: StoredEntry; readonly value: T } | undefined {
  if (entry === undefined) return undefined;
  try {
    return { entry, value: request.parse(JSON.parse(entry.value)) };
  } catch {
    // Written by another version, or damaged: as good as not stored.
    return undefined;
  }
}

function staleAnswer<T>(value: T, ageMs: number, failure: RefreshFailure | undefined): CacheAnswer<T> {
  return { value, freshness: { state: 'stale', ageMs, reason: staleReason(failure?.error) } };
}

import type { CachedFact, CacheRequest, Fetched } from './cache.ts';
import { toOwnerId } from './cache-key.ts';
import type { StoredEntry } from './store.ts';

/** A stored answer that may still be served. */
export interface Copy<T> {
  readonly entry: StoredEntry;
  readonly value: T;
  readonly ageMs: number;
  readonly isFresh: boolean;
}

const jitter = 0.1;
const maxLabelLength = 200;

/** Makes a copy of what was stored; undefined where there is none, or none that may be served. */
export function findCopy<T>(
  entry: StoredEntry | undefined,
  { policy, parse }: CachedFact<T>,
  { nowMs, oldestMs }: { readonly nowMs: number; readonly oldestMs: number },
): Copy<T> | undefined {
  if (entry === undefined || nowMs >= entry.staleUntilMs || entry.storedAtMs < oldestMs) return undefined;
  // A clock that was years ahead for a moment must not keep a copy for years.
  if (entry.storedAtMs - nowMs > policy.staleMs) return undefined;
  try {
    return {
      entry,
      value: parse(JSON.parse(entry.value)),
      ageMs: Math.max(0, nowMs - entry.storedAtMs),
      isFresh: nowMs < entry.freshUntilMs,
    };
  } catch {
    // Written by another version: as good as not stored.
    return undefined;
  }
}

/** Makes what is stored of an answer. `share`, 0 to 1, of the jitter shortens its fresh time, so that not all end at once. */
export function toEntry<T>(
  { value, isEmpty }: Fetched<T>,
  { key, label = '', library, policy }: CachedFact<T> & Partial<Pick<CacheRequest<T>, 'label' | 'library'>>,
  { storedAtMs, share }: { readonly storedAtMs: number; readonly share: number },
): StoredEntry {
  // The file takes whole milliseconds.
  const atMs = Math.round(storedAtMs);
  const lifetimeMs = isEmpty ? policy.emptyMs : policy.freshMs;
  const freshUntilMs = Math.round(atMs + lifetimeMs * (1 - jitter * share));
  const staleUntilMs = isEmpty ? freshUntilMs : atMs + Math.max(policy.staleMs, lifetimeMs);
  return {
    source: key.source,
    label: toStorableLabel(label),
    value: JSON.stringify(value),
    storedAtMs: atMs,
    freshUntilMs,
    staleUntilMs,
    ...(library === undefined || isEmpty ? {} : { about: { owner: toOwnerId(key), library } }),
    ...(policy.isPrivate === true ? { isPrivate: true } : {}),
  };
}

/**
 * SQLite reads a text up to its first NUL, and takes no half of a surrogate pair: what comes back would be another label, and the
 * copy would count as damaged.
 */
function toStorableLabel(label: string): string {
  const characters = [...label].slice(0, maxLabelLength).filter((character) => character !== '\0');
  return Buffer.from(characters.join('')).toString();
}

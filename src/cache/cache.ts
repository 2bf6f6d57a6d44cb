import type { Freshness } from '../sources/source.ts';
import type { CacheKey, Owner } from './cache-key.ts';

/** Answers of upstreams, kept for as long as their source allows, fetched once for all who ask at the same time. */
export interface Cache {
  /**
   * Gives the value under the key: a fresh copy, else an older one at once while one refresh runs, else what `fetch` brings.
   * Rejects with what `fetch` rejects with when there is nothing to serve, and with `cancelled` when `signal` aborts; that
   * ends the fetch only if nobody else waits for it. Refusals (401, 403, 404) drop the copy and are never hidden by it.
   */
  read<T>(request: CacheRequest<T>): Promise<CacheAnswer<T>>;
  /** How many libraries an owner has copies of that may be served, in this process or in the file. */
  countLibraries(owner: Owner): Promise<number>;
  /**
   * Gives a fact that was remembered under the key, for as long as its policy lets it be served; once it is no longer fresh, the
   * one that another process may have remembered since. Nothing is asked for it, also with `--refresh`.
   */
  recall<T>(fact: CachedFact<T>): Promise<T | undefined>;
  remember<T>(fact: CachedFact<T>, value: T): Promise<void>;
  /**
   * Ends what is being fetched and closes the store. A refresh that nobody waits for gets 1.5 s to come to its end, so that
   * a command which has answered from an old copy does not leave that copy old for good.
   */
  close(): Promise<void>;
}

export interface CacheRequest<T> {
  readonly key: CacheKey;
  /** What is asked, in a few words for people: `/vercel/next.js "routing"`. Shown by `docpin cache list`; no secrets. */
  readonly label: string;
  /** The library that is asked about, where it is one: its printed id. */
  readonly library?: string;
  readonly policy: FreshnessPolicy;
  /** Checks a stored value; what it throws at counts as not stored. */
  readonly parse: (stored: unknown) => T;
  /** Whether a call may be spent on a newer copy while the old one is served; it may when left out. */
  readonly mayRefresh?: () => Promise<boolean>;
  /** Brings the value. Values must survive JSON. Errors are never stored. */
  readonly fetch: (signal: AbortSignal) => Promise<Fetched<T>>;
  readonly signal: AbortSignal;
}

/** Something that a source has found out by itself, such as which API a server has. */
export type CachedFact<T> = Pick<CacheRequest<T>, 'key' | 'policy' | 'parse'>;

export interface Fetched<T> {
  readonly value: T;
  /** "Nothing found" is kept for a short time only, as docs may be about to appear. */
  readonly isEmpty: boolean;
}

/** How long copies are good; every source says it for its own kinds of answers. Jitter shortens them by up to 10 %. */
export interface FreshnessPolicy {
  readonly freshMs: number;
  readonly emptyMs: number;
  /** Counted, as all of them are, from when the copy was asked for. */
  readonly staleMs: number;
  /** The copies of private documents never rest on a disk. */
  readonly isPrivate?: boolean;
  /**
   * Serves an old copy only where the upstream cannot be reached, never while it is asked, nor while it limits requests: for what
   * a caller may lose the right to see.
   */
  readonly staleOnlyOnFailure?: boolean;
}

export interface CacheAnswer<T> {
  readonly value: T;
  /** When it was asked for, in epoch milliseconds: it was so then or later. */
  readonly askedAtMs: number;
  readonly freshness: Freshness;
}

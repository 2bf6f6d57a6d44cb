/**
 * Where cached answers live: in this process, in a file that all of the user's processes share, or nowhere. Each store is a
 * file in `stores/`, and `test/contracts/store-contract.ts` runs against every one that keeps anything.
 *
 * A store may forget at any time and never invents: what `get` gives was `put` under the very same key. Trouble inside a
 * store is a miss, never an error to the caller.
 */
export interface Store {
  get(key: string): Promise<StoredEntry | undefined>;
  put(key: string, entry: StoredEntry): Promise<void>;
  delete(key: string): Promise<void>;
  /** The libraries that an owner has answers about which may still be served. */
  libraries(owner: string): Promise<readonly string[]>;
  /** Tries to be the one that fetches this key for at most `ttlMs`; undefined when somebody else is. */
  lease(key: string, ttlMs: number): Promise<Lease | undefined>;
  /** Who fetches this key now; undefined when nobody does. */
  holder(key: string, ttlMs: number): Promise<LeaseHolder | undefined>;
  close(): Promise<void>;
}

export interface StoredEntry {
  /** Of the key: who answered. */
  readonly source: string;
  /** What was asked, in a few words for people: `/vercel/next.js "routing"`. Empty where it is docpin's own note. */
  readonly label: string;
  /** JSON text. */
  readonly value: string;
  /** When what is stored was asked for. */
  readonly storedAtMs: number;
  /** Served without a question until then. */
  readonly freshUntilMs: number;
  /** Served while a refresh runs, or when the upstream fails, until then. */
  readonly staleUntilMs: number;
  /** Set where it is an answer about a library that found something. */
  readonly about?: AboutLibrary;
  /** Never written to a disk. */
  readonly isPrivate?: boolean;
  /** What the last try to get a newer copy died of. */
  readonly failure?: StoredFailure;
}

export interface AboutLibrary {
  /** Of `toOwnerId`. */
  readonly owner: string;
  /** Its printed id. */
  readonly library: string;
}

export interface StoredFailure {
  /** A code of `errors.ts`; of a version's that is not ours, maybe. */
  readonly code: string;
  readonly atMs: number;
}

export interface Lease {
  /** Begins its time anew, unless it ran out and somebody else took the key. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

export interface LeaseHolder {
  /** Of one lease: the next one, of whomever, has another. */
  readonly id: string;
  readonly expiresAtMs: number;
}

/**
 * Whether a lease still holds. One that ends further ahead than any lease may was taken before the clock was set back, and must
 * not block anybody until the clock is there again.
 */
export function isHeld(expiresAtMs: number, nowMs: number, ttlMs: number): boolean {
  return expiresAtMs > nowMs && expiresAtMs - nowMs <= ttlMs;
}

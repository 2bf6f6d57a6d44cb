/**
 * Where cached answers live. Memory today; a disk store joins behind the same contract. Each store is a file in `stores/`,
 * and `test/contracts/store-contract.ts` runs against every one.
 *
 * A store may forget at any time and never invents: what `get` gives was `put` under the very same key. Trouble inside a
 * store is a miss, never an error to the caller.
 */
export interface Store {
  get(key: string): Promise<StoredEntry | undefined>;
  put(key: string, entry: StoredEntry): Promise<void>;
  delete(key: string): Promise<void>;
  /** Tries to be the one that fetches this key for at most `ttlMs`; undefined when somebody else is. */
  lease(key: string, ttlMs: number): Promise<Lease | undefined>;
  close(): Promise<void>;
}

export interface StoredEntry {
  /** JSON text. */
  readonly value: string;
  readonly storedAtMs: number;
  /** Served without a question until then. */
  readonly freshUntilMs: number;
  /** Served while a refresh runs, or when the upstream fails, until then. */
  readonly staleUntilMs: number;
}

export interface Lease {
  release(): Promise<void>;
}

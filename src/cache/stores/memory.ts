import { LRUCache } from 'lru-cache';
import type { Store, StoredEntry } from '../store.ts';

export interface MemoryStoreOptions {
  /** 32 MiB unless told. */
  readonly maxBytes?: number;
  readonly now: () => number;
}

const usualMaxBytes = 32 * 1024 * 1024;
/** Numbers, object and map slot of one entry, roughly. */
const entryOverheadBytes = 200;

/** Creates a store in this process's memory, bounded in bytes; the least recently used entry goes first. */
export function createMemoryStore({ maxBytes = usualMaxBytes, now }: MemoryStoreOptions): Store {
  const entries = new LRUCache<string, StoredEntry>({
    maxSize: maxBytes,
    // A JavaScript string takes up to two bytes a character.
    sizeCalculation: ({ value }, key) => 2 * (key.length + value.length) + entryOverheadBytes,
  });
  const leases = new Map<string, { readonly untilMs: number }>();

  return {
    async get(key) {
      return entries.get(key);
    },
    async put(key, entry) {
      entries.set(key, entry);
    },
    async delete(key) {
      entries.delete(key);
    },
    async lease(key, ttlMs) {
      const held = leases.get(key);
      if (held !== undefined && held.untilMs > now()) return undefined;
      const lease = { untilMs: now() + ttlMs };
      leases.set(key, lease);
      return {
        async release() {
          // Only the own one: after `ttlMs` somebody else may hold the key.
          if (leases.get(key) === lease) leases.delete(key);
        },
      };
    },
    async close() {
      entries.clear();
      leases.clear();
    },
  };
}

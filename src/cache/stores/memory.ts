import { LRUCache } from 'lru-cache';
import { isHeld, type Store, type StoredEntry } from '../store.ts';

export interface MemoryStoreOptions {
  /** 32 MiB unless told. */
  readonly maxBytes?: number;
  readonly now: () => number;
}

const usualMaxBytes = 32 * 1024 * 1024;
/** Numbers, object and map slot of one entry, roughly. */
const entryOverheadBytes = 250;

/** Creates a store in this process's memory, bounded in bytes; the least recently used entry goes first. */
export function createMemoryStore({ maxBytes = usualMaxBytes, now }: MemoryStoreOptions): Store {
  const entries = new LRUCache<string, StoredEntry>({
    maxSize: maxBytes,
    // A JavaScript string takes up to two bytes a character.
    sizeCalculation: ({ label, value }, key) =>
      2 * (key.length + label.length + value.length) + entryOverheadBytes,
  });
  const leases = new Map<string, { readonly id: string; expiresAtMs: number }>();
  let taken = 0;

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
    async libraries(owner) {
      const servable = [...entries.values()].filter(({ staleUntilMs }) => now() < staleUntilMs);
      return [...new Set(servable.flatMap(({ about }) => (about?.owner === owner ? [about.library] : [])))];
    },
    async lease(key, ttlMs) {
      const held = leases.get(key);
      if (held !== undefined && isHeld(held.expiresAtMs, now(), ttlMs)) return undefined;
      taken += 1;
      const lease = { id: String(taken), expiresAtMs: now() + ttlMs };
      leases.set(key, lease);
      return {
        async renew() {
          lease.expiresAtMs = now() + ttlMs;
        },
        async release() {
          // Only the own one: after `ttlMs` somebody else may hold the key.
          if (leases.get(key) === lease) leases.delete(key);
        },
      };
    },
    async holder(key, ttlMs) {
      const held = leases.get(key);
      return held !== undefined && isHeld(held.expiresAtMs, now(), ttlMs) ? { ...held } : undefined;
    },
    async close() {
      entries.clear();
      leases.clear();
    },
  };
}

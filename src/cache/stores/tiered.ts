import type { Store } from '../store.ts';

export interface TieredStoreOptions {
  /** Of this process. */
  readonly memory: Store;
  /** Shared by all processes of the user. */
  readonly disk: Store;
  readonly now: () => number;
}

/** Puts memory before the disk. Leases are the disk's, as they are taken between processes. */
export function createTieredStore({ memory, disk, now }: TieredStoreOptions): Store {
  return {
    async get(key) {
      const near = await memory.get(key);
      if (near !== undefined && now() < near.freshUntilMs) return near;
      // Another process may have got a newer copy, or have found out that there is none to get.
      const far = await disk.get(key);
      if (far === undefined || (near !== undefined && near.storedAtMs > far.storedAtMs)) return near;
      await memory.put(key, far);
      return far;
    },
    async put(key, entry) {
      await memory.put(key, entry);
      if (entry.isPrivate === true) await disk.delete(key);
      else await disk.put(key, entry);
    },
    async delete(key) {
      await Promise.all([memory.delete(key), disk.delete(key)]);
    },
    async libraries(owner) {
      const [near, far] = await Promise.all([memory.libraries(owner), disk.libraries(owner)]);
      return [...new Set([...near, ...far])];
    },
    lease: (key, ttlMs) => disk.lease(key, ttlMs),
    holder: (key, ttlMs) => disk.holder(key, ttlMs),
    async close() {
      await Promise.all([memory.close(), disk.close()]);
    },
  };
}

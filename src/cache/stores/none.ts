import type { Store } from '../store.ts';

/** Creates a store that keeps nothing (`--no-cache`). Everybody gets a lease: there is no copy to wait for. */
export function createNoStore(): Store {
  return {
    get: async () => undefined,
    put: async () => undefined,
    delete: async () => undefined,
    libraries: async () => [],
    lease: async () => ({ renew: async () => undefined, release: async () => undefined }),
    holder: async () => undefined,
    close: async () => undefined,
  };
}

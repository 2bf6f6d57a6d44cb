import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Cache } from '../cache/cache.ts';
import type { CacheContents } from '../cache/cache-contents.ts';
import type { Store } from '../cache/store.ts';
import { DocpinError } from '../errors.ts';
import type { ComposeOptions } from './parts.ts';

/** The one cache of this process, for all sources. Nothing of it is loaded before it is first opened. */
export interface SharedCache {
  open(): Promise<OpenCache>;
  /** What is in the file, for people. The caller closes it. */
  contents(): Promise<CacheContents>;
  /** Upstreams are closed after it: a refresh under way gets 1.5 s. Asked again, it waits for the same end. */
  close(): Promise<void>;
}

export interface OpenCache {
  readonly cache: Cache;
  /** Names a credential without giving it away, for the key of what was got with it. */
  readonly credentialDigest: (credential: string | undefined) => string;
}

/** Composes the cache: this process's memory before the file that all of the user's processes share. */
export function composeCache(options: ComposeOptions): SharedCache {
  let opened: Promise<OpenCache> | undefined;
  let closed: Promise<void> | undefined;
  return {
    open() {
      opened ??= openCache(options).catch((thrown) => {
        opened = undefined;
        throw thrown;
      });
      return opened;
    },
    async contents() {
      const [{ createCacheContents }, { cacheFileName }, { loadSqlite }] = await Promise.all([
        import('../cache/cache-contents.ts'),
        import('../cache/disk/schema.ts'),
        import('../sqlite.ts'),
      ]);
      const file = join(options.config.cacheDir, cacheFileName);
      return createCacheContents({ file, loadEngine: loadSqlite, now: Date.now });
    },
    close() {
      closed ??= (opened ?? Promise.resolve(undefined)).then((open) => open?.cache.close());
      return closed;
    },
  };
}

async function openCache(options: ComposeOptions): Promise<OpenCache> {
  const [{ createCache }, { createCredentialDigest }] = await Promise.all([
    import('../cache/create-cache.ts'),
    import('../cache/cache-key.ts'),
  ]);
  const { store, secret } = options.config.noCache
    ? { store: await openNoStore(), secret: randomBytes(32) }
    : await openStore(options);
  const { log, config } = options;
  return {
    cache: createCache({ store, now: Date.now, random: Math.random, isRefresh: config.refresh, log }),
    credentialDigest: createCredentialDigest(secret),
  };
}

interface OpenStore {
  readonly store: Store;
  readonly secret: Uint8Array;
}

/** In our own words or a code. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof DocpinError) return thrown.what;
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'not what docpin writes';
}

async function openNoStore(): Promise<Store> {
  const { createNoStore } = await import('../cache/stores/none.ts');
  return createNoStore();
}

async function openStore({ config, log }: ComposeOptions): Promise<OpenStore> {
  const [
    { createMemoryStore },
    { createSqliteStore },
    { createTieredStore },
    { cacheFileName },
    { loadInstallationSecret },
    { loadSqlite },
  ] = await Promise.all([
    import('../cache/stores/memory.ts'),
    import('../cache/stores/sqlite.ts'),
    import('../cache/stores/tiered.ts'),
    import('../cache/disk/schema.ts'),
    import('../cache/installation-secret.ts'),
    import('../sqlite.ts'),
  ]);
  const now = Date.now;
  const memory = createMemoryStore({ now });
  try {
    const secret = loadInstallationSecret({ folder: config.cacheDir, userId: process.getuid?.() });
    const file = join(config.cacheDir, cacheFileName);
    const disk = createSqliteStore({ file, loadEngine: loadSqlite, now, log });
    return { store: createTieredStore({ memory, disk, now }), secret };
  } catch (thrown) {
    // Another secret than that of the other processes must never name what is in their file.
    log.warn('the cache folder cannot be used, so copies of answers are kept in memory only', {
      folder: config.cacheDir,
      reason: reasonOf(thrown),
    });
    return { store: memory, secret: randomBytes(32) };
  }
}

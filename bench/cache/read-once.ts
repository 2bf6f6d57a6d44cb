import { createCache } from '../../src/cache/create-cache.ts';
import { createMemoryStore } from '../../src/cache/stores/memory.ts';
import { createSqliteStore } from '../../src/cache/stores/sqlite.ts';
import { createTieredStore } from '../../src/cache/stores/tiered.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import { requestOf } from './request.ts';

/**
 * A new process that reads one answer from a cache file, `<file> <number>`: prints milliseconds to load the SQLite engine, then
 * from asking the cache until the answer is there, and whether it came from the file.
 */
const [file = '', number = ''] = process.argv.slice(2);
const fromMs = performance.now();
const engine = await loadSqlite();
const loadedMs = performance.now();
const now = Date.now;
const disk = createSqliteStore({ file, loadEngine: async () => engine, now });
const store = createTieredStore({ memory: createMemoryStore({ now }), disk, now });
const cache = createCache({ store, now, random: Math.random });
const { freshness } = await cache.read(requestOf(Number(number)));
const readMs = performance.now();
process.stdout.write(
  JSON.stringify({ engineMs: loadedMs - fromMs, readMs: readMs - loadedMs, state: freshness.state }),
);
await cache.close();

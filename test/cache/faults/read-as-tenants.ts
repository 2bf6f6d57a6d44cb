import type { Cache, FreshnessPolicy } from '../../../src/cache/cache.ts';
import { createCredentialDigest } from '../../../src/cache/cache-key.ts';
import { createCache } from '../../../src/cache/create-cache.ts';
import type { Store } from '../../../src/cache/store.ts';
import { createMemoryStore } from '../../../src/cache/stores/memory.ts';
import { createSqliteStore } from '../../../src/cache/stores/sqlite.ts';
import { createTieredStore } from '../../../src/cache/stores/tiered.ts';
import { loadSqlite } from '../../../src/sqlite.ts';
import { createSeededRandom } from '../../stand-ins/fault-engine/seeded-random.ts';

export interface TenantOptions {
  readonly file: string;
  readonly tenants: number;
  /** Requests, the same for all tenants. */
  readonly answers: number;
  readonly reads: number;
  readonly seed: number;
}

export interface TenantResult {
  readonly reads: number;
  /** Reads that gave another tenant's answer, or that to another request. */
  readonly foreign: number;
  readonly live: number;
  readonly cached: number;
  readonly stale: number;
  /** Entries that the file gave, to memory or for the first time in a process. */
  readonly fromDisk: number;
}

interface Owned {
  readonly owner: number;
  readonly request: number;
}

const policy: FreshnessPolicy = { freshMs: 3_600_000, emptyMs: 300_000, staleMs: 24 * 3_600_000 };
const atOnce = 20;

/**
 * Reads as many tenants ask at random for the same things, through two processes' caches over one file: fresh and stale copies,
 * out of memories that are too small for all, off the disk, and in flights that many join; processes end and start anew.
 */
export async function readAsTenants(options: TenantOptions): Promise<TenantResult> {
  const random = createSeededRandom(options.seed);
  const pick = (count: number): number => Math.floor(random() * count);
  const digest = createCredentialDigest(Buffer.alloc(32, 7));
  let nowMs = 1_700_000_000_000;
  const now = () => nowMs;
  const result = { reads: 0, foreign: 0, live: 0, cached: 0, stale: 0, fromDisk: 0 };

  function startProcess(): Cache {
    const disk = createSqliteStore({ file: options.file, loadEngine: loadSqlite, now });
    const counted: Store = {
      ...disk,
      async get(key) {
        const entry = await disk.get(key);
        if (entry !== undefined) result.fromDisk += 1;
        return entry;
      },
    };
    const memory = createMemoryStore({ now, maxBytes: 200_000 });
    return createCache({ store: createTieredStore({ memory, disk: counted, now }), now, random });
  }

  async function readOnce(cache: Cache): Promise<void> {
    const asked: Owned = { owner: pick(options.tenants), request: pick(options.answers) };
    const { value, freshness } = await cache.read<Owned>({
      key: {
        source: 'context7',
        generation: 'context-1',
        baseUrl: 'https://docs.example/api',
        credentialId: digest(`key of tenant ${asked.owner}`),
        request: ['docs', `library ${asked.request}`],
      },
      label: `library ${asked.request}`,
      policy,
      parse: (stored) => stored as Owned,
      fetch: async () => ({ value: asked, isEmpty: false }),
      signal: new AbortController().signal,
    });
    result.reads += 1;
    result[freshness.state] += 1;
    if (value.owner !== asked.owner || value.request !== asked.request) result.foreign += 1;
  }

  const processes = [startProcess(), startProcess()];
  while (result.reads < options.reads) {
    const cache = processes[pick(processes.length)] ?? startProcess();
    await Promise.all(Array.from({ length: atOnce }, () => readOnce(cache)));
    if (random() < 0.02) nowMs += pick(2 * policy.freshMs);
    if (random() < 0.01) await processes.splice(pick(processes.length), 1, startProcess())[0]?.close();
  }
  await Promise.all(processes.map((cache) => cache.close()));
  return result;
}

import * as z from 'zod';
import type { Cache, CachedFact, FreshnessPolicy } from '../../cache/cache.ts';

export interface ServedLibrariesOptions {
  readonly cache: Pick<Cache, 'recall' | 'remember'>;
  /** Of the copies that are counted: whose they are, and where they came from. */
  readonly place: Pick<CachedFact<unknown>['key'], 'source' | 'baseUrl' | 'credentialId'>;
  /** How long copies may be served. */
  readonly staleMs: number;
  readonly now: () => number;
}

/** Which libraries a credential has copies of. Processes that note at the same moment may each miss what the other noted. */
export interface ServedLibraries {
  note(library: string): Promise<void>;
  /** Libraries that were noted within the time that their copies may be served. */
  count(): Promise<number>;
}

const maxNoted = 500;
const noted = z.record(z.string(), z.number());

/** Creates the list of the libraries that are in the cache for a credential. */
export function createServedLibraries(options: ServedLibrariesOptions): ServedLibraries {
  const { cache, place, staleMs, now } = options;
  const policy: FreshnessPolicy = { freshMs: staleMs, emptyMs: staleMs, staleMs };
  const fact: CachedFact<Readonly<Record<string, number>>> = {
    key: { ...place, generation: 'served-1', request: ['served'] },
    label: 'libraries with copies',
    policy,
    parse: (stored) => noted.parse(stored),
  };

  async function current(): Promise<readonly (readonly [string, number])[]> {
    const known = Object.entries((await cache.recall(fact)) ?? {});
    return known.filter(([, notedAtMs]) => now() - notedAtMs < staleMs);
  }

  return {
    async note(library) {
      const others = (await current()).filter(([name]) => name !== library);
      await cache.remember(fact, Object.fromEntries([...others, [library, now()] as const].slice(-maxNoted)));
    },
    count: async () => (await current()).length,
  };
}

import * as z from 'zod';
import type { Cache, CachedFact } from '../../cache/cache.ts';
import type { CachedApi } from './cached-api.ts';
import type { Generation } from './client/api.ts';
import { EndpointMissingError } from './client/create-ask.ts';

export interface ApiChoiceOptions {
  readonly api: 'auto' | Generation;
  readonly generations: Readonly<Record<Generation, CachedApi>>;
  readonly baseUrl: string;
  readonly credentialId: string;
  readonly cache: Cache;
}

/** Longer than any copy lives: in an outage the server cannot be asked which copies are its own. */
const rememberedMs = 30 * 24 * 3_600_000;

/**
 * Creates the function that runs a call with the configured generation; with `auto`, with the one that the server turns out to
 * have. One that has not today's is remembered beyond this process, so that its copies are found when it does not answer.
 */
export function createApiChoice({
  api,
  generations,
  baseUrl,
  credentialId,
  cache,
}: ApiChoiceOptions): <T>(run: (api: CachedApi) => Promise<T>) => Promise<T> {
  const generationOfServer: CachedFact<Generation> = {
    key: { source: 'context7', generation: 'auto', baseUrl, credentialId, request: ['generation'] },
    policy: { freshMs: rememberedMs, emptyMs: rememberedMs, staleMs: rememberedMs },
    parse: (stored) => z.enum(['context', 'docs']).parse(stored),
  };
  let known: Generation | undefined;

  return async (run) => {
    if (api !== 'auto') return run(generations[api]);
    known ??= (await cache.recall(generationOfServer)) ?? 'context';
    const other = known === 'context' ? 'docs' : 'context';
    try {
      return await run(generations[known]);
    } catch (thrown) {
      if (!(thrown instanceof EndpointMissingError)) throw thrown;
      const result = await run(generations[other]);
      // Only now is it known that the server has a Context7 API at all.
      known = other;
      await cache.remember(generationOfServer, other);
      return result;
    }
  };
}

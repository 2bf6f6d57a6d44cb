import { randomBytes } from 'node:crypto';
import type { Source } from '../sources/source.ts';
import { type Closable, type ComposeOptions, proxyOf } from './parts.ts';

export const context7BaseUrl = 'https://context7.com/api';

/** Composes the source of the Context7 API: the cache before the upstream, with the configured key. */
export async function composeContext7(
  { config, version, log }: ComposeOptions,
  closables: Closable[],
): Promise<Source> {
  const [
    { createUpstream },
    { toOutboundQuery },
    { createCache },
    { createCredentialDigest },
    { createMemoryStore },
    { countTokens },
    { createContext7Source },
  ] = await Promise.all([
    import('../upstream/create-upstream.ts'),
    import('../upstream/outbound-query.ts'),
    import('../cache/create-cache.ts'),
    import('../cache/cache-key.ts'),
    import('../cache/stores/memory.ts'),
    import('../corpus/count-tokens.ts'),
    import('../sources/context7/create-context7-source.ts'),
  ]);
  const now = Date.now;
  const upstream = createUpstream({
    version,
    log,
    proxy: proxyOf(config),
    limits: {
      deadlineMs: config.upstreamDeadlineMs,
      attemptTimeoutMs: config.upstreamAttemptTimeoutMs,
      maxAttempts: config.upstreamAttempts,
    },
  });
  const store = createMemoryStore({ now });
  const cache = createCache({ store, now, random: Math.random, log });
  // The cache closes its store.
  closables.push(cache, upstream);
  const apiKey = config.context7ApiKey;
  return createContext7Source({
    baseUrl: config.context7ApiUrl ?? context7BaseUrl,
    api: config.context7Api,
    ...(apiKey === undefined ? {} : { apiKey }),
    // The cache lives in this process only, so a secret of this process is enough to keep keys out of its keys.
    credentialId: createCredentialDigest(randomBytes(32))(apiKey),
    send: upstream.send,
    cache,
    toOutboundQuery: (query) => toOutboundQuery(query, apiKey === undefined ? [] : [apiKey]),
    countTokens,
  });
}

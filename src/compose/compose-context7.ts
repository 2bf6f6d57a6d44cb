import { context7IsOn } from '../config/config.ts';
import type { Source } from '../sources/source.ts';
import type { OnLimits } from '../upstream/quota/with-limits.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { SharedCache } from './compose-cache.ts';
import { createLazySend } from './lazy-send.ts';
import { type Closable, type ComposeOptions, type PartOptions, proxyOf } from './parts.ts';

export const context7BaseUrl = 'https://context7.com/api';

const callersSetting = 'the X-Context7-API-Key header';

/**
 * Composes the source of the Context7 API: the cache before the upstream, with the configured key. HTTP takes longer to load than
 * an answer from the cache, so the upstream is made by the first call that it does not answer.
 */
export async function composeContext7(
  options: PartOptions,
  closables: Closable[],
  sharedCache: SharedCache,
): Promise<Source> {
  const [
    { cache, credentialDigest },
    { toOutboundQuery },
    { countTokens },
    { createContext7Source },
    { createQuotaFacts },
  ] = await Promise.all([
    sharedCache.open(),
    import('../upstream/outbound-query.ts'),
    import('../corpus/count-tokens.ts'),
    import('../sources/context7/create-context7-source.ts'),
    import('../sources/quota/quota-facts.ts'),
  ]);
  const { config } = options;
  const isOn = context7IsOn(config);
  const baseUrl = config.context7ApiUrl ?? context7BaseUrl;
  const now = Date.now;
  const quota = createQuotaFacts({ source: 'context7', cache, baseUrl, now });
  return createContext7Source({
    baseUrl,
    api: config.context7Api,
    credentialOf({ credentials }) {
      const key = credentials?.context7Key ?? config.context7ApiKey;
      if (key === undefined && !isOn) return undefined;
      // A caller over HTTP is told of the header: what the operator has set is not theirs to change.
      const setting = credentials === undefined ? 'CONTEXT7_API_KEY' : callersSetting;
      return { key, id: credentialDigest(key), setting };
    },
    callersSetting,
    send: options.outages.watch(
      'context7',
      createLazySend(() => openUpstream(options, sharedCache, quota.note), closables),
    ),
    cache,
    quota,
    now,
    toOutboundQuery,
    countTokens,
  });
}

async function openUpstream(
  { config, version, log }: ComposeOptions,
  sharedCache: SharedCache,
  onLimits: OnLimits,
): Promise<Upstream> {
  const { createUpstream } = await import('../upstream/create-upstream.ts');
  const upstream = createUpstream({
    version,
    log,
    proxy: proxyOf(config),
    limits: {
      deadlineMs: config.upstreamDeadlineMs,
      attemptTimeoutMs: config.upstreamAttemptTimeoutMs,
      maxAttempts: config.upstreamAttempts,
    },
    onLimits,
  });
  return {
    send: upstream.send,
    async close() {
      // First, as a refresh under way still needs this.
      await sharedCache.close();
      await upstream.close();
    },
  };
}

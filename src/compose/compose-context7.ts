import { context7IsOn } from '../config/config.ts';
import type { Source } from '../sources/source.ts';
import type { Send, Upstream } from '../upstream/upstream.ts';
import type { SharedCache } from './compose-cache.ts';
import { type Closable, type ComposeOptions, proxyOf } from './parts.ts';

export const context7BaseUrl = 'https://context7.com/api';

const callersSetting = 'the X-Context7-API-Key header';

/**
 * Composes the source of the Context7 API: the cache before the upstream, with the configured key. HTTP takes longer to load than
 * an answer from the cache, so the upstream is made by the first call that it does not answer.
 */
export async function composeContext7(
  options: ComposeOptions,
  closables: Closable[],
  sharedCache: SharedCache,
): Promise<Source> {
  const [{ cache, credentialDigest }, { toOutboundQuery }, { countTokens }, { createContext7Source }] =
    await Promise.all([
      sharedCache.open(),
      import('../upstream/outbound-query.ts'),
      import('../corpus/count-tokens.ts'),
      import('../sources/context7/create-context7-source.ts'),
    ]);
  const { config } = options;
  const isOn = context7IsOn(config);
  return createContext7Source({
    baseUrl: config.context7ApiUrl ?? context7BaseUrl,
    api: config.context7Api,
    credentialOf({ credentials }) {
      const key = credentials?.context7Key ?? config.context7ApiKey;
      if (key === undefined && !isOn) return undefined;
      // A caller over HTTP is told of the header: what the operator has set is not theirs to change.
      const setting = credentials === undefined ? 'CONTEXT7_API_KEY' : callersSetting;
      return { key, id: credentialDigest(key), setting };
    },
    callersSetting,
    send: sendByFirstNeed(() => openUpstream(options, closables, sharedCache)),
    cache,
    toOutboundQuery,
    countTokens,
  });
}

function sendByFirstNeed(open: () => Promise<Upstream>): Send {
  let upstream: Promise<Upstream> | undefined;
  return async (request) => {
    upstream ??= open().catch((thrown) => {
      upstream = undefined;
      throw thrown;
    });
    return (await upstream).send(request);
  };
}

async function openUpstream(
  { config, version, log }: ComposeOptions,
  closables: Closable[],
  sharedCache: SharedCache,
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
  });
  closables.push({
    async close() {
      await sharedCache.close();
      await upstream.close();
    },
  });
  return upstream;
}

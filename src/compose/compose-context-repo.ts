import { randomUUID } from 'node:crypto';
import type { CallContext } from '../call.ts';
import type { Config } from '../config/config.ts';
import { contextRepoMayBeAsked } from '../config/context-repo.ts';
import type { ContextRepoClient } from '../sources/context-repo/client/create-client.ts';
import type { ContextRepoCredential } from '../sources/context-repo/client/credential.ts';
import type { Source } from '../sources/source.ts';
import type { Tool } from '../tools/tool.ts';
import type { Send, Upstream } from '../upstream/upstream.ts';
import type { SharedCache } from './compose-cache.ts';
import { createLazySend } from './lazy-send.ts';
import { type Closable, type ComposeOptions, type PartOptions, proxyOf } from './parts.ts';

export const contextRepoBaseUrl = 'https://api.contextrepo.com';

/** What there is of Context Repo. Nothing of it is loaded before it is asked for, and nothing is sent before a call needs it. */
export interface ContextRepo {
  /** The one client of the source, the tools and the doctor. */
  openClient(): Promise<ContextRepoClient>;
  createSource(): Promise<Source>;
  /** The toolset; what may write is refused unless `--allow-writes` is set. */
  createTools(): Promise<readonly Tool[]>;
}

/** Composes Context Repo: the upstreams for reads and for writes, the client over them, what answers and what acts through it. */
export function composeContextRepo(
  options: PartOptions,
  closables: Closable[],
  sharedCache: SharedCache,
): ContextRepo {
  const { config, log } = options;
  const watched = (send: Send) => options.outages.watch('context-repo', send);
  const baseUrl = config.contextRepoApiUrl ?? contextRepoBaseUrl;
  let client: Promise<ContextRepoClient> | undefined;

  async function createClient(): Promise<ContextRepoClient> {
    const [{ createContextRepoClient }, { createEpochs }, { cache, credentialDigest }] = await Promise.all([
      import('../sources/context-repo/client/create-client.ts'),
      import('../sources/context-repo/client/epochs.ts'),
      sharedCache.open(),
    ]);
    const keepsOnDisk = config.cachePrivate;
    return createContextRepoClient({
      sendRead: watched(createLazySend(() => openUpstream(options, config.upstreamAttempts), closables)),
      sendWrite: watched(createLazySend(() => openUpstream(options, 1), closables)),
      baseUrl,
      credentialOf: (call) => credentialOf(config, call, credentialDigest),
      now: Date.now,
      epochs: createEpochs({ cache, baseUrl, keepsOnDisk, newEpoch: randomUUID }),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
      log,
    });
  }

  function openClient(): Promise<ContextRepoClient> {
    client ??= createClient().catch((thrown) => {
      client = undefined;
      throw thrown;
    });
    return client;
  }

  return {
    openClient,
    async createSource() {
      const [
        opened,
        { cache },
        { toOutboundQuery },
        { chunkMarkdown },
        { countTokens },
        { createContextRepoSource },
      ] = await Promise.all([
        openClient(),
        sharedCache.open(),
        import('../upstream/outbound-query.ts'),
        import('../corpus/markdown/chunk-markdown.ts'),
        import('../corpus/count-tokens.ts'),
        import('../sources/context-repo/context-repo-source.ts'),
      ]);
      return createContextRepoSource({
        client: opened,
        cache,
        baseUrl,
        keepsOnDisk: config.cachePrivate,
        toOutboundQuery: (query) => toOutboundQuery(query, secretsOf(config)),
        cutMarkdown: (text) => chunkMarkdown(text, { mdx: false }).sections,
        countTokens,
      });
    },
    async createTools() {
      const [
        { createContextRepoTools },
        { operationOf },
        { cleanInline },
        { stripInvisible },
        { countTokens },
        { toOutboundQuery },
      ] = await Promise.all([
        import('../tools/context-repo/create-context-repo-tools.ts'),
        import('../sources/context-repo/client/operations.ts'),
        import('../lookup/text/clean-text.ts'),
        import('../lookup/text/strip-invisible.ts'),
        import('../corpus/count-tokens.ts'),
        import('../upstream/outbound-query.ts'),
      ]);
      return createContextRepoTools({
        openClient,
        operationOf,
        allowsWrites: config.allowWrites,
        show: {
          line: (text = '', maxLength) => cleanInline(text, maxLength),
          asWritten: (text = '') => stripInvisible(text),
        },
        countTokens,
        toOutboundQuery: (query) => toOutboundQuery(query, secretsOf(config)),
      });
    },
  };
}

/** Whether an MCP client is offered the toolset. */
export function offersContextRepoTools(config: Config): boolean {
  return contextRepoMayBeAsked(config) && config.toolsets?.includes('context-repo') === true;
}

/** The key that a caller brought along, else the operator's: to a caller of another machine lent, where `--share` left it in. */
function credentialOf(
  config: Config,
  { credentials }: CallContext,
  digest: (value: string) => string,
): ContextRepoCredential | undefined {
  const brought = credentials?.contextRepoKey;
  if (brought !== undefined)
    return {
      kind: 'api-key',
      value: brought,
      from: 'the X-Context-Repo-Api-Key header',
      id: digest(brought),
    };
  const lent = credentials === undefined ? {} : { isLent: true };
  const { contextRepoApiKey: key, contextRepoToken: token } = config;
  if (key !== undefined)
    return { kind: 'api-key', value: key, from: 'CONTEXTREPO_API_KEY', id: digest(key), ...lent };
  if (token !== undefined)
    return { kind: 'token', value: token, from: 'CONTEXTREPO_TOKEN', id: digest(token), ...lent };
  return undefined;
}

function secretsOf({ contextRepoApiKey, contextRepoToken }: Config): string[] {
  return [contextRepoApiKey, contextRepoToken].filter((secret) => secret !== undefined);
}

async function openUpstream(
  { config, version, log }: ComposeOptions,
  maxAttempts: number,
): Promise<Upstream> {
  const { createUpstream } = await import('../upstream/create-upstream.ts');
  return createUpstream({
    version,
    log,
    proxy: proxyOf(config),
    limits: {
      deadlineMs: config.upstreamDeadlineMs,
      // What is tried once has all the time that there is: reading a web page takes Context Repo longer than a search.
      attemptTimeoutMs: maxAttempts === 1 ? config.upstreamDeadlineMs : config.upstreamAttemptTimeoutMs,
      maxAttempts,
    },
  });
}

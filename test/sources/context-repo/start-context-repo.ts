import { randomUUID } from 'node:crypto';
import { createCredentialDigest } from '../../../src/cache/cache-key.ts';
import { createCache } from '../../../src/cache/create-cache.ts';
import { createMemoryStore } from '../../../src/cache/stores/memory.ts';
import type { CallContext } from '../../../src/call.ts';
import { chunkMarkdown } from '../../../src/corpus/markdown/chunk-markdown.ts';
import {
  type ContextRepoClient,
  createContextRepoClient,
} from '../../../src/sources/context-repo/client/create-client.ts';
import type { ContextRepoCredential } from '../../../src/sources/context-repo/client/credential.ts';
import { createEpochs } from '../../../src/sources/context-repo/client/epochs.ts';
import { createContextRepoSource } from '../../../src/sources/context-repo/context-repo-source.ts';
import type { Source } from '../../../src/sources/source.ts';
import { createUpstream, type UpstreamLimits } from '../../../src/upstream/create-upstream.ts';
import { toOutboundQuery } from '../../../src/upstream/outbound-query.ts';
import {
  type ContextRepoStandIn,
  type ContextRepoStandInOptions,
  startContextRepoStandIn,
} from '../../stand-ins/context-repo/context-repo-stand-in.ts';
import { allScopes } from '../../stand-ins/context-repo/credentials.ts';

export interface StartedContextRepo {
  readonly standIn: ContextRepoStandIn;
  readonly clock: { nowMs: number; readonly sleptMs: number[] };
  /** Of Ann, with all scopes. */
  readonly key: string;
  /** Of whoever's key the call carries; Ann's where it carries none. */
  readonly client: ContextRepoClient;
  /** Over the same client and a cache of its own. */
  readonly source: Source;
  close(): Promise<void>;
}

const digest = createCredentialDigest(new Uint8Array(32).fill(1));

export function credential(
  value: string,
  kind: ContextRepoCredential['kind'] = 'api-key',
): ContextRepoCredential {
  const from = kind === 'token' ? 'CONTEXTREPO_TOKEN' : 'CONTEXTREPO_API_KEY';
  return { kind, value, from, id: digest(value) };
}

export interface StartOptions extends ContextRepoStandInOptions {
  readonly upstreamLimits?: Partial<UpstreamLimits>;
  /** Of calls that carry no key. */
  readonly own?: (standIn: ContextRepoStandIn) => ContextRepoCredential | undefined;
  /** Whether the credential of calls that carry no key is lent to them now; it says itself when left out. */
  readonly lends?: () => boolean;
  /** How long the client waits for what a credential may do; real time when left out. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** The real client over real upstreams before the stand-in; a pause between two tries takes no time. */
export async function startContextRepo(options: StartOptions = {}): Promise<StartedContextRepo> {
  const clock = { nowMs: Date.UTC(2026, 10, 20), sleptMs: [] as number[] };
  const now = () => clock.nowMs;
  const standIn = await startContextRepoStandIn({
    limits: { scrape: 100_000, api: 100_000, readonly: 100_000 },
    ...options,
    now,
  });
  const upstreamOptions = {
    version: '0.0.0-test',
    now,
    random: () => 0.5,
    sleep: async (ms: number) => {
      clock.sleptMs.push(ms);
      clock.nowMs += ms;
    },
  };
  const limits = { attemptTimeoutMs: 2_000, ...options.upstreamLimits };
  const reads = createUpstream({ ...upstreamOptions, limits });
  const writes = createUpstream({ ...upstreamOptions, limits: { ...limits, maxAttempts: 1 } });
  const key = standIn.addKey('ann', allScopes);
  const own = options.own === undefined ? credential(key) : options.own(standIn);
  const cache = createCache({ store: createMemoryStore({ now }), now, random: () => 0 });
  const keepsOnDisk = false;
  const client = createContextRepoClient({
    epochs: createEpochs({ cache, baseUrl: standIn.baseUrl, keepsOnDisk, newEpoch: randomUUID }),
    sendRead: reads.send,
    sendWrite: writes.send,
    baseUrl: standIn.baseUrl,
    now,
    sleep: options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms).unref())),
    credentialOf: ({ credentials }) =>
      credentials?.contextRepoKey === undefined
        ? lentWhere(own, options.lends?.())
        : credential(credentials.contextRepoKey),
  });
  const source = createContextRepoSource({
    client,
    cache,
    baseUrl: standIn.baseUrl,
    keepsOnDisk,
    toOutboundQuery: (query) => toOutboundQuery(query, [key]),
    cutMarkdown: (text) => chunkMarkdown(text, { mdx: false }).sections,
    countTokens: (text) => Math.ceil(text.length / 4),
  });
  return {
    standIn,
    clock,
    key,
    client,
    source,
    async close() {
      await cache.close();
      await Promise.all([reads.close(), writes.close()]);
      await standIn.close();
    },
  };
}

function lentWhere(own: ContextRepoCredential | undefined, isLent: boolean | undefined) {
  return own === undefined || isLent === undefined ? own : { ...own, isLent };
}

export function call(
  contextRepoKey?: string,
  signal: AbortSignal = new AbortController().signal,
): CallContext {
  return { signal, ...(contextRepoKey === undefined ? {} : { credentials: { contextRepoKey } }) };
}

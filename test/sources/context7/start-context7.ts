import { createCredentialDigest } from '../../../src/cache/cache-key.ts';
import { createCache } from '../../../src/cache/create-cache.ts';
import { createMemoryStore } from '../../../src/cache/stores/memory.ts';
import type { CallContext } from '../../../src/call.ts';
import {
  type Context7SourceOptions,
  createContext7Source,
} from '../../../src/sources/context7/create-context7-source.ts';
import { createQuotaFacts, type QuotaFacts } from '../../../src/sources/quota/quota-facts.ts';
import type { Source } from '../../../src/sources/source.ts';
import { createUpstream, type UpstreamLimits } from '../../../src/upstream/create-upstream.ts';
import { toOutboundQuery } from '../../../src/upstream/outbound-query.ts';
import {
  type Context7StandIn,
  type Context7StandInOptions,
  startContext7StandIn,
} from '../../stand-ins/context7/context7-stand-in.ts';

export interface StartOptions extends Partial<Context7SourceOptions> {
  /** Of every call; where a call brings none of its own. */
  readonly apiKey?: string;
}

export interface StartedContext7 {
  readonly source: Source;
  readonly standIn: Context7StandIn;
  readonly quota: QuotaFacts;
  readonly clock: { nowMs: number; readonly sleptMs: number[] };
  /** Another source on the same cache and upstream. */
  another(options: StartOptions): Source;
  close(): Promise<void>;
}

export const digest = createCredentialDigest(new Uint8Array(32).fill(1));

/** The real source over a real cache and upstream before the stand-in; sleeping takes no time. */
export async function startContext7(
  options: StartOptions = {},
  standInOptions: Context7StandInOptions = {},
  limits: Partial<UpstreamLimits> = {},
): Promise<StartedContext7> {
  const standIn = await startContext7StandIn(standInOptions);
  const clock = { nowMs: Date.now(), sleptMs: [] as number[] };
  const now = () => clock.nowMs;
  const upstream = createUpstream({
    version: '0.0.0-test',
    now,
    random: () => 0.5,
    sleep: async (ms) => {
      clock.sleptMs.push(ms);
      clock.nowMs += ms;
    },
    limits: { attemptTimeoutMs: 2_000, ...limits },
    onLimits: (credentialId, seen) => quota.note(credentialId, seen),
  });
  const cache = createCache({ store: createMemoryStore({ now }), now, random: () => 0 });
  const quota = createQuotaFacts({ source: 'context7', cache, baseUrl: standIn.baseUrl, now });
  const another = ({ apiKey, ...more }: StartOptions) =>
    createContext7Source({
      baseUrl: standIn.baseUrl,
      api: 'auto',
      credentialOf({ credentials }) {
        const key = credentials?.context7Key ?? apiKey;
        return { key, id: digest(key), setting: 'CONTEXT7_API_KEY' };
      },
      callersSetting: 'the X-Context7-API-Key header',
      send: upstream.send,
      cache,
      quota,
      now,
      toOutboundQuery,
      countTokens: (text) => Math.ceil(text.length / 4),
      ...more,
    });
  return {
    source: another(options),
    standIn,
    quota,
    clock,
    another,
    async close() {
      await cache.close();
      await upstream.close();
      await standIn.close();
    },
  };
}

export function call(signal: AbortSignal = new AbortController().signal): CallContext {
  return { signal };
}

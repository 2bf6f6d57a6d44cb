import * as z from 'zod';
import type { Cache, CachedFact, FreshnessPolicy } from '../../cache/cache.ts';
import type { SeenLimits } from '../../upstream/quota/with-limits.ts';

export interface QuotaFactsOptions {
  /** Name of the source whose server it is. */
  readonly source: string;
  readonly cache: Pick<Cache, 'recall' | 'remember'>;
  readonly baseUrl: string;
  readonly now: () => number;
}

/** What is known of credentials' quotas, by all processes that share the cache. Nothing is asked for it. */
export interface QuotaFacts {
  /** To be given to the upstream: keeps what it last said of a credential. */
  note(credentialId: string, limits: SeenLimits): void;
  /** What it last said, until the period is over. */
  limitsOf(credentialId: string): Promise<SeenLimits | undefined>;
  /**
   * Whether a call may be spent on a newer copy of what can be served already. Not when less than a fifth of a quota is left:
   * that is for what was never asked before.
   */
  mayRefresh(credentialId: string): Promise<boolean>;
}

/** A quota is a month's. */
const monthMs = 31 * 24 * 3_600_000;
/** Never fresh: another process may have heard of it since. */
const policy: FreshnessPolicy = { freshMs: 0, emptyMs: 0, staleMs: monthMs };
const sparedShare = 0.2;

const seenLimits = z.object({
  limit: z.number().optional(),
  remaining: z.union([z.number(), z.literal('unlimited')]).optional(),
  resetAtMs: z.number().optional(),
  tier: z.string().optional(),
  seenAtMs: z.number(),
});

/** Creates the view of the quotas of one server. */
export function createQuotaFacts({ source, cache, baseUrl, now }: QuotaFactsOptions): QuotaFacts {
  function factOf(credentialId: string): CachedFact<SeenLimits> {
    return {
      key: { source, generation: 'quota-1', baseUrl, credentialId, request: ['quota'] },
      policy,
      parse: (stored) => seenLimits.parse(stored) as SeenLimits,
    };
  }

  async function limitsOf(credentialId: string): Promise<SeenLimits | undefined> {
    const limits = await cache.recall(factOf(credentialId));
    // Of a period that is over they say nothing.
    return (limits?.resetAtMs ?? Number.POSITIVE_INFINITY) > now() ? limits : undefined;
  }

  return {
    note(credentialId, limits) {
      // A store never rejects, and nobody waits for this.
      void cache.remember(factOf(credentialId), limits);
    },
    limitsOf,
    async mayRefresh(credentialId) {
      const { limit, remaining } = (await limitsOf(credentialId)) ?? {};
      if (limit === undefined || typeof remaining !== 'number') return true;
      return remaining >= limit * sparedShare;
    },
  };
}

/** "free plan, 812 of 1,000 requests left until 2026-12-01"; undefined where nothing is known of a quota. */
export function quotaText({ limit, remaining, resetAtMs, tier }: SeenLimits): string | undefined {
  const plan = tier === undefined ? '' : `${tier} plan`;
  const left =
    remaining === undefined
      ? ''
      : remaining === 'unlimited'
        ? 'requests are not limited'
        : `${remaining.toLocaleString('en-US')}${limit === undefined ? '' : ` of ${limit.toLocaleString('en-US')}`} requests left`;
  const until =
    left === '' || resetAtMs === undefined ? '' : ` until ${new Date(resetAtMs).toISOString().slice(0, 10)}`;
  const text = [plan, left].filter((part) => part !== '').join(', ');
  return text === '' ? undefined : `${text}${until}`;
}

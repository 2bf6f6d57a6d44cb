import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCache } from '../../../src/cache/create-cache.ts';
import { createMemoryStore } from '../../../src/cache/stores/memory.ts';
import { createSqliteStore } from '../../../src/cache/stores/sqlite.ts';
import { createTieredStore } from '../../../src/cache/stores/tiered.ts';
import { createQuotaFacts, quotaText } from '../../../src/sources/quota/quota-facts.ts';
import { loadSqlite } from '../../../src/sqlite.ts';
import { temporaryFolder } from '../../setup/fixture-projects.ts';
import { keys } from '../../stand-ins/context7/libraries.ts';
import { ask } from '../ask.ts';
import { call, digest, startContext7 } from './start-context7.ts';

const dayMs = 86_400_000;

async function start(remaining: () => number, apiKey?: string) {
  const started = await startContext7(apiKey === undefined ? {} : { apiKey }, { remaining });
  onTestFinished(() => started.close());
  return started;
}

/** Refreshes run behind the answer. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
}

describe('what is known of a quota', () => {
  it('is what the last answer said, for that credential alone', async () => {
    let remaining = 700;
    const { source, another, quota } = await start(() => remaining, keys.one);
    await source.answer(ask('/vercel/next.js', 'routing'), call());
    remaining = 20;
    await another({ apiKey: keys.two }).answer(ask('/vercel/next.js', 'routing'), call());
    expect(await quota.limitsOf(digest(keys.one))).toMatchObject({
      limit: 1_000,
      remaining: 700,
      tier: 'free',
    });
    expect(await quota.limitsOf(digest(keys.two))).toMatchObject({
      limit: 1_000,
      remaining: 20,
      tier: 'free',
    });
    expect(await quota.limitsOf('somebody else')).toBeUndefined();
  });

  it('is forgotten when its period is over', async () => {
    const { source, quota, clock } = await start(() => 700, keys.one);
    await source.answer(ask('/vercel/next.js', 'routing'), call());
    clock.nowMs += 32 * dayMs;
    expect(await quota.limitsOf(digest(keys.one))).toBeUndefined();
  });

  it('is what any of the processes that share a cache has heard last', async () => {
    const now = () => 1_000;
    const file = join(temporaryFolder(), 'cache.db');
    const processes = [1, 2].map(() => {
      const disk = createSqliteStore({ file, loadEngine: loadSqlite, now });
      const store = createTieredStore({ memory: createMemoryStore({ now }), disk, now });
      const cache = createCache({ store, now, random: () => 0 });
      onTestFinished(() => cache.close());
      return createQuotaFacts({ source: 'context7', cache, baseUrl: 'https://docs.example/api', now });
    });
    for (const remaining of [900, 3]) {
      for (const facts of processes) {
        facts.note('key', { limit: 1_000, remaining, seenAtMs: now() });
        await settled();
        const known = await Promise.all(processes.map((each) => each.limitsOf('key')));
        expect(known.map((limits) => limits?.remaining)).toEqual([remaining, remaining]);
      }
    }
    expect(await processes[0]?.mayRefresh('key')).toBe(false);
  });

  it('is said in words', () => {
    const resetAtMs = Date.UTC(2026, 11, 1);
    const seenAtMs = 0;
    expect(quotaText({ limit: 1_000, remaining: 812, resetAtMs, tier: 'free', seenAtMs })).toBe(
      'free plan, 812 of 1,000 requests left until 2026-12-01',
    );
    expect(quotaText({ remaining: 'unlimited', tier: 'enterprise', seenAtMs })).toBe(
      'enterprise plan, requests are not limited',
    );
    expect(quotaText({ seenAtMs })).toBeUndefined();
  });
});

describe('a quota that runs out', () => {
  it.each([
    [500, 2],
    [150, 1],
  ])('with %i of 1,000 left an old copy is served, and %i calls were made', async (remaining, calls) => {
    const { source, standIn, clock } = await start(() => remaining);
    await source.answer(ask('/vercel/next.js', 'routing'), call());
    clock.nowMs += 2 * dayMs;
    const { freshness } = await source.answer(ask('/vercel/next.js', 'routing'), call());
    expect(freshness.state).toBe('stale');
    await settled();
    expect(standIn.requests).toHaveLength(calls);
  });

  it('still asks for what was never asked before', async () => {
    const { source, standIn } = await start(() => 1);
    await source.answer(ask('/vercel/next.js', 'routing'), call());
    await source.answer(ask('/vercel/next.js', 'middleware'), call());
    expect(standIn.requests).toHaveLength(2);
  });
});

describe('libraries that can be asked about without Context7', () => {
  it('are those with a copy, as long as it may be served', async () => {
    const { source, another, clock } = await start(() => 500);
    expect(await source.readyLibraries?.(call())).toBe(0);
    await source.answer(ask('/vercel/next.js', 'routing'), call());
    await source.answer(ask('/vercel/next.js', 'fonts'), call());
    await source.answer(ask('/acme/widgets', 'stores'), call());
    expect(await source.readyLibraries?.(call())).toBe(2);
    expect(await another({ apiKey: keys.two }).readyLibraries?.(call())).toBe(0);
    clock.nowMs += 8 * dayMs;
    expect(await source.readyLibraries?.(call())).toBe(0);
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { quotaText } from '../../../src/sources/quota/quota-facts.ts';
import { keys } from '../../stand-ins/context7/libraries.ts';
import { ask, call, digest, startContext7 } from './start-context7.ts';

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

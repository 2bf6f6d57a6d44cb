import { describe, expect, it, onTestFinished } from 'vitest';
import { readLimits, type SeenLimits } from '../../src/upstream/quota/with-limits.ts';
import { quotaExceeded } from '../stand-ins/context7/faults.ts';
import { startUpstream } from './start-upstream.ts';

const nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);
const nowSeconds = nowMs / 1000;
const december = Date.UTC(2026, 11, 1);

function read(headers: Record<string, string>): Omit<SeenLimits, 'seenAtMs'> | undefined {
  const limits = readLimits(headers, nowMs);
  if (limits === undefined) return undefined;
  const { seenAtMs, ...said } = limits;
  expect(seenAtMs).toBe(nowMs);
  return said;
}

describe('readLimits', () => {
  it('reads what Context7 sends', () => {
    expect(
      read({
        'ratelimit-limit': '1000',
        'ratelimit-remaining': ' 812 ',
        'ratelimit-reset': String(december / 1000),
        'context7-quota-tier': 'free',
      }),
    ).toEqual({ limit: 1_000, remaining: 812, resetAtMs: december, tier: 'free' });
  });

  it.each<[headers: Record<string, string>, limits: Omit<SeenLimits, 'seenAtMs'> | undefined]>([
    [{ 'ratelimit-remaining': 'unlimited' }, { remaining: 'unlimited' }],
    [{ 'ratelimit-remaining': 'Unlimited' }, { remaining: 'unlimited' }],
    [{ 'ratelimit-remaining': '0' }, { remaining: 0 }],
    [{ 'ratelimit-reset': String(december) }, { resetAtMs: december }],
    [{ 'ratelimit-reset': '60' }, { resetAtMs: nowMs + 60_000 }],
    [{ 'context7-quota-tier': 'Pro-Team_2' }, { tier: 'pro-team_2' }],
    [{ 'ratelimit-limit': '200', 'ratelimit-remaining': 'x', 'ratelimit-reset': 'x' }, { limit: 200 }],
    [{}, undefined],
    [{ 'content-type': 'text/plain' }, undefined],
  ])('reads %j as %j', (headers, limits) => {
    expect(read(headers)).toEqual(limits);
  });

  it.each([
    ...['-1', '1e3', '0x10', '1.5', 'NaN', 'Infinity', '', ' ', '1, 2', '9999999999', '٣'].flatMap(
      (value) => [['ratelimit-limit', value] as const, ['ratelimit-remaining', value] as const],
    ),
    ...['-5', 'tomorrow', '', '1e9', '1, 2', String(nowSeconds - 60), '0'].map(
      (value) => ['ratelimit-reset', value] as const,
    ),
    ['ratelimit-reset', String(nowSeconds + 33 * 86_400)] as const,
    ['ratelimit-reset', '9'.repeat(16)] as const,
    ...['', 'two words', '1st', 'a<b>', 'x'.repeat(33), 'free\u202e', 'free, pro'].map(
      (value) => ['context7-quota-tier', value] as const,
    ),
  ])('ignores %s: %j', (name, value) => {
    expect(read({ [name]: value })).toBeUndefined();
  });
});

describe('an upstream', () => {
  it('tells the limits of each answer under its credential, also those of an answer that is a refusal', async () => {
    const heard: [string, SeenLimits][] = [];
    const { send, standIn, request, clock, close } = await startUpstream({
      onLimits: (credentialId, limits) => heard.push([credentialId, limits]),
    });
    onTestFinished(close);
    await send(request({ credentialId: 'one' }));
    const resetAtMs = Math.ceil(clock.nowMs / 1000) * 1000 + 86_400_000;
    standIn.failNext([{ kind: 'answer', status: 503, body: '' }, quotaExceeded(resetAtMs)]);
    await expect(send(request({ credentialId: 'two' }))).rejects.toMatchObject({ code: 'quota-empty' });
    const free = { limit: 1_000, remaining: 812, tier: 'free', seenAtMs: expect.any(Number) };
    expect(heard).toEqual([
      ['one', expect.objectContaining(free)],
      ['two', expect.objectContaining(free)],
      ['two', { limit: 200, remaining: 0, resetAtMs, tier: 'anonymous', seenAtMs: clock.nowMs }],
    ]);
    expect(new Date(heard[0]?.[1].resetAtMs ?? 0).toISOString()).toMatch(/-01T00:00:00\.000Z$/);
  });

  it('tells nothing where nothing is told', async () => {
    const heard: unknown[] = [];
    const { send, standIn, request, close } = await startUpstream({ onLimits: (...all) => heard.push(all) });
    onTestFinished(close);
    standIn.failNext([{ kind: 'reset' }]);
    await send(request());
    expect(heard).toHaveLength(1);
  });
});

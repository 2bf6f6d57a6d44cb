import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../ask.ts';
import { call, type StartedContext7, startContext7 } from './start-context7.ts';

const hourMs = 3_600_000;
let started: StartedContext7;
/** Requests that the stand-in's quota has left of its thousand. */
let remaining: number;

beforeEach(async () => {
  remaining = 900;
  started = await startContext7({ api: 'context' }, { remaining: () => remaining });
});
afterEach(() => started.close());

const answer = (id = '/acme/widgets', query = 'stores') => started.source.answer(ask(id, query), call());
const asked = () => started.standIn.requests.length;
/** Lets a refresh behind the callers' backs finish. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 100));

describe('a search that is answered from an old copy', () => {
  it('says so at each candidate', async () => {
    const [fresh] = await started.source.resolve({ name: 'widgets' }, call());
    expect(fresh).not.toHaveProperty('freshness');
    started.standIn.failAlways({ kind: 'reset' });
    started.clock.nowMs += 100 * hourMs;
    const [old] = await started.source.resolve({ name: 'widgets' }, call());
    expect(old).toMatchObject({ id: '/acme/widgets', freshness: { state: 'stale', ageMs: 100 * hourMs } });
  });

  it('makes what was added by it as old as it is', async () => {
    const lacked = { name: 'widgets', version: '4.0.0' };
    const request = { query: 'stores', mode: 'all', page: 1, tokens: 2_500 } as const;
    await started.source.supplement?.(lacked, request, call());
    started.standIn.failAlways({ kind: 'reset' });
    // The search is old then, and the docs are not.
    started.clock.nowMs += 10 * hourMs;
    const added = await started.source.supplement?.(lacked, request, call());
    expect(added?.freshness).toMatchObject({ state: 'stale', ageMs: 10 * hourMs });
  });
});

describe('an old copy', () => {
  it('is not brought up to date from the last fifth of a quota, and says why', async () => {
    remaining = 100;
    await answer();
    started.clock.nowMs += 25 * hourMs;
    for (const _ of [1, 2, 3]) {
      const { freshness } = await answer();
      expect(freshness).toMatchObject({ state: 'stale' });
      expect(freshness.reason).toMatch(/^little of the upstream quota is left/);
      await settle();
    }
    expect(asked()).toBe(1);
    // What nobody has asked before is what the rest is for.
    await answer('/acme/widgets', 'parts');
    expect(asked()).toBe(2);
  });

  it('outlives a refusal by a server before Context7, and not one by Context7', async () => {
    await answer();
    started.clock.nowMs += 25 * hourMs;
    const html = { 'content-type': 'text/html' };
    started.standIn.failAlways({ kind: 'answer', status: 403, headers: html, body: '<h1>Forbidden</h1>' });
    for (const _ of [1, 2]) {
      expect((await answer()).freshness.state).toBe('stale');
      await settle();
    }
    started.standIn.failAlways({
      kind: 'answer',
      status: 403,
      body: { error: 'access_denied', message: 'No.' },
    });
    started.clock.nowMs += 60_000;
    await answer();
    await settle();
    await expect(answer()).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('what Context7 does not have', () => {
  it.each([
    ['/nobody/nothing', 'library-not-found'],
    ['/acme/widgets/v9', 'version-not-found'],
  ])('is not asked for again within five minutes: %s', async (id, code) => {
    const first = await answer(id).catch((error: unknown) => error);
    expect(first).toMatchObject({ code });
    for (const _ of [1, 2])
      await expect(answer(id)).rejects.toMatchObject({ code, message: (first as Error).message });
    expect(asked()).toBe(1);
    started.clock.nowMs += 6 * 60_000;
    await expect(answer(id)).rejects.toMatchObject({ code });
    expect(asked()).toBe(2);
  });

  it('takes the place of an older copy', async () => {
    await answer();
    started.clock.nowMs += 25 * hourMs;
    started.standIn.failNext([
      { kind: 'answer', status: 404, body: { error: 'library_not_found', message: 'Gone.' } },
    ]);
    await answer();
    await settle();
    await expect(answer()).rejects.toMatchObject({ code: 'library-not-found' });
  });
});

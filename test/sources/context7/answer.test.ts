import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nothingLikeThis } from '../../stand-ins/context7/contract.ts';
import { keys } from '../../stand-ins/context7/libraries.ts';
import { ask } from '../ask.ts';
import { call, type StartedContext7, startContext7 } from './start-context7.ts';

const next = '/vercel/next.js';
let started: StartedContext7;

afterEach(async () => {
  await started.close();
});

describe.each(['context', 'docs'] as const)('the %s generation', (api) => {
  beforeEach(async () => {
    started = await startContext7({ api });
  });

  it('answers with snippets of code and prose, rendered from JSON', async () => {
    const answer = await started.source.answer(ask(next, 'running middleware'), call());
    expect(answer).toMatchObject({ id: next, origin: 'Context7', freshness: { state: 'live', ageMs: 0 } });
    const code = answer.snippets.find(({ kind }) => kind === 'code');
    expect(code).toMatchObject({
      title: 'Middleware > Use runBefore for running middleware before a request',
      location: 'https://github.com/vercel/next.js/blob/main/docs/middleware.md',
      batch: 0,
    });
    expect(code?.text).toMatch(/^Shows running middleware[^`]+\n\n```typescript\nimport .*\n```$/s);
    expect(answer.snippets.find(({ kind }) => kind === 'info')).toMatchObject({
      title: 'Middleware > running middleware before a request',
    });
    for (const { query } of started.standIn.requests) expect(query.get('type')).toBe('json');
  });

  it('says that no version was named, and puts a named one where it belongs', async () => {
    expect((await started.source.answer(ask(next, 'fonts'), call())).notes.join(' ')).toContain(
      'No version was named',
    );
    started.standIn.forget();
    const pinned = await started.source.answer(ask(`${next}@v15.1.8`, 'fonts'), call());
    expect(pinned.id).toBe(`${next}/v15.1.8`);
    expect(pinned.notes).toEqual([]);
    for (const { text } of pinned.snippets.filter(({ kind }) => kind === 'info'))
      expect(text).toContain('as of v15.1.8');
    for (const { path, query } of started.standIn.requests) {
      expect(api === 'docs' ? path : query.get('libraryId')).toMatch(/\/vercel\/next\.js\/v15\.1\.8$/);
    }
  });

  it('holds enough for a second page', async () => {
    const { snippets } = await started.source.answer(ask(next, 'routes', { page: 2 }), call());
    expect(snippets.reduce((sum, { tokens }) => sum + tokens, 0)).toBeGreaterThan(2_500);
  });

  it('asks once for the same question, and once for fifty at the same time', async () => {
    const requests = Array.from({ length: 50 }, () =>
      started.source.answer(ask(next, 'fonts', { mode: 'code', tokens: 1_000 }), call()),
    );
    const answers = await Promise.all(requests);
    expect(started.standIn.requests).toHaveLength(1);
    const again = await started.source.answer(
      ask('/Vercel/Next.js', 'fonts', { mode: 'code', tokens: 1_000 }),
      call(),
    );
    expect(again.freshness.state).toBe('cached');
    expect(again.snippets).toEqual(answers[0]?.snippets);
    expect(started.standIn.requests).toHaveLength(1);
  });

  it('goes on for one caller when the other leaves', async () => {
    started.standIn.failNext([{ kind: 'delay', delayMs: 50 }]);
    const leaver = new AbortController();
    const left = started.source.answer(
      ask(next, 'fonts', { mode: 'code', tokens: 1_000 }),
      call(leaver.signal),
    );
    const stayed = started.source.answer(ask(next, 'fonts', { mode: 'code', tokens: 1_000 }), call());
    await expect.poll(() => started.standIn.requests.length).toBe(1);
    leaver.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    expect((await stayed).snippets.length).toBeGreaterThan(0);
    expect(started.standIn.requests).toHaveLength(1);
  });

  it('serves an old copy, marked, when the upstream is down', async () => {
    await started.source.answer(ask(next, 'fonts'), call());
    started.clock.nowMs += 48 * 3_600_000;
    started.standIn.failAlways({ kind: 'answer', status: 503, body: {} });
    await started.source.answer(ask(next, 'fonts'), call());
    await expect
      .poll(async () => (await started.source.answer(ask(next, 'fonts'), call())).freshness.reason)
      .toBe('the upstream could not be reached');
    const { snippets, freshness } = await started.source.answer(ask(next, 'fonts'), call());
    expect(freshness.state).toBe('stale');
    expect(freshness.ageMs).toBeGreaterThanOrEqual(48 * 3_600_000);
    expect(snippets.length).toBeGreaterThan(0);
  });

  it('does not hide a 401 behind an old copy', async () => {
    await started.source.answer(ask(next, 'fonts', { mode: 'code', tokens: 1_000 }), call());
    started.clock.nowMs += 48 * 3_600_000;
    started.standIn.failAlways({
      kind: 'answer',
      status: 401,
      body: { error: 'invalid_api_key', message: '' },
    });
    await started.source.answer(ask(next, 'fonts', { mode: 'code', tokens: 1_000 }), call());
    await expect.poll(() => started.standIn.requests.length).toBe(2);
    await expect
      .poll(() =>
        started.source
          .answer(ask(next, 'fonts', { mode: 'code', tokens: 1_000 }), call())
          .catch((error) => error.code),
      )
      .toBe('unauthorized');
  });

  it('never gives one key what another was shown', async () => {
    const owner = started.another({ api, apiKey: keys.one });
    const other = started.another({ api, apiKey: keys.two });
    const answer = await owner.answer(ask('/acme/secret', 'cellar', { mode: 'info' }), call());
    expect(answer.snippets[0]?.text).toContain('CANARY-OF-KEY-ONE');
    const request = ask('/acme/secret', 'cellar', { mode: 'info' });
    await expect(other.answer(request, call())).rejects.toMatchObject({ code: 'library-not-found' });
    await expect(started.source.answer(request, call())).rejects.toMatchObject({ code: 'library-not-found' });
  });

  it('follows a move once, and says so', async () => {
    const moved = await started.source.answer(ask('/acme/old', 'stores'), call());
    expect(moved.id).toBe('/acme/widgets');
    expect(moved.notes).toContain('/acme/old has moved to /acme/widgets.');
  });

  it.each(['/acme/circle', '/acme/astray'])('does not follow the move of %s', async (id) => {
    await expect(
      started.source.answer(ask(id, 'stores', { mode: 'code', tokens: 1_000 }), call()),
    ).rejects.toMatchObject({
      code: 'moved',
    });
    expect(started.standIn.requests.length).toBeLessThanOrEqual(2);
  });

  it('keeps the asked version over a move', async () => {
    const moved = await started.source.answer(ask('/acme/old/v3.1.0', 'stores'), call());
    expect(moved.id).toBe('/acme/widgets/v3.1.0');
    await expect(started.source.answer(ask('/acme/old/v1', 'stores'), call())).rejects.toMatchObject({
      code: 'version-not-found',
    });
  });

  it('takes "nothing relevant" for an empty answer', async () => {
    const answer = await started.source.answer(ask('/acme/widgets', nothingLikeThis), call());
    expect(answer).toMatchObject({ snippets: [], hasMore: false });
    expect((await started.source.answer(ask('/acme/hollow', 'anything'), call())).snippets).toEqual([]);
  });

  it('gives the prose of a library without code', async () => {
    const answer = await started.source.answer(ask('/acme/prose', 'reading'), call());
    expect(answer.snippets).toHaveLength(1);
  });

  it('gives an overview without a query', async () => {
    const answer = await started.source.answer(ask('/acme/widgets'), call());
    expect(answer.snippets.length).toBeGreaterThan(0);
    expect(answer.notes.some((note) => note.startsWith('No query was given'))).toBe(api === 'context');
  });

  it('sends no secret of a query, and never more than 500 characters', async () => {
    const secret = ['ghp', '_', 'a1B2c3D4e5F6g7H8i9J0'].join('');
    await started.source.answer(
      ask('/acme/widgets', `stores with ${secret} ${'and so on '.repeat(100)}`),
      call(),
    );
    expect(started.standIn.requests.length).toBeGreaterThan(0);
    for (const { query } of started.standIn.requests) {
      const sent = query.get(api === 'docs' ? 'topic' : 'query') ?? '';
      expect(sent).toContain('stores with [redacted] and so on');
      expect(sent.length).toBeLessThanOrEqual(500);
    }
  });

  it('names itself, and sends the key as a bearer token', async () => {
    await started.another({ api, apiKey: keys.one }).answer(ask('/acme/widgets', 'stores'), call());
    expect(started.standIn.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${keys.one}`,
      'user-agent': 'docpin/0.0.0-test',
      'x-context7-source': 'docpin',
    });
    await started.source.answer(ask('/acme/widgets', 'lists'), call());
    expect(started.standIn.requests.at(-1)?.headers.authorization).toBeUndefined();
  });

  it('drops the rules that third parties send along', async () => {
    const answer = await started.source.answer(ask(next, 'routes'), call());
    expect(JSON.stringify(answer)).not.toContain('STAND-IN-RULE');
  });
});

describe('the docs generation', () => {
  beforeEach(async () => {
    started = await startContext7({ api: 'docs' });
  });

  it('asks for upstream pages one after the other, each a batch of its own', async () => {
    const first = await started.source.answer(ask(next, 'routes', { mode: 'code', tokens: 1_000 }), call());
    expect(first).toMatchObject({ hasMore: true });
    expect(new Set(first.snippets.map(({ batch }) => batch))).toEqual(new Set([0]));
    expect(started.standIn.requests.map(({ query }) => query.get('page'))).toEqual(['1']);

    const later = await started.source.answer(
      ask(next, 'routes', { mode: 'code', tokens: 1_000, page: 10 }),
      call(),
    );
    expect(later).toMatchObject({ hasMore: false });
    expect(later.snippets).toHaveLength(28);
    expect(later.snippets.map(({ batch }) => batch)).toEqual([
      ...Array(10).fill(0),
      ...Array(10).fill(1),
      ...Array(8).fill(2),
    ]);
    expect(later.snippets.slice(0, 10)).toEqual(first.snippets);
    // The first page came from the cache.
    expect(started.standIn.requests.map(({ query }) => query.get('page'))).toEqual(['1', '2', '3']);
  });

  it('puts code and prose of the same upstream page into the same batch', async () => {
    const { snippets } = await started.source.answer(ask(next, 'routes', { tokens: 20_000 }), call());
    const batches = snippets.map(({ kind, batch }) => `${kind} ${batch}`);
    expect(batches.filter((batch) => batch === 'info 1')).toHaveLength(4);
    expect(snippets.map(({ batch }) => batch)).toEqual(snippets.map(({ batch }) => batch).toSorted());
  });
});

describe('auto', () => {
  it("asks today's generation where there is one", async () => {
    started = await startContext7({ api: 'auto' });
    await started.source.answer(ask('/acme/widgets', 'stores'), call());
    expect(started.standIn.requests.map(({ path }) => path)).toEqual(['/v2/context']);
  });

  it('falls back to the docs generation where there is no other, and remembers it', async () => {
    started = await startContext7({ api: 'auto' }, { generations: ['docs'] });
    await started.source.answer(ask('/acme/widgets', 'stores', { mode: 'code', tokens: 1_000 }), call());
    await started.source.answer(ask('/acme/widgets', 'lists', { mode: 'code', tokens: 1_000 }), call());
    expect(started.standIn.requests.map(({ path }) => path)).toEqual([
      '/v2/context',
      '/v2/docs/code/acme/widgets',
      '/v2/docs/code/acme/widgets',
    ]);
  });

  it('notices that the server has got another generation since', async () => {
    started = await startContext7({ api: 'auto' }, { generations: ['docs'] });
    await started.source.answer(ask('/acme/widgets', 'stores', { mode: 'code' }), call());
    started.standIn.setGenerations(['context']);
    for (const query of ['lists', 'slots'])
      await started.source.answer(ask('/acme/widgets', query, { mode: 'code' }), call());
    expect(started.standIn.requests.slice(-3).map(({ path }) => path)).toEqual([
      '/v2/docs/code/acme/widgets',
      '/v2/context',
      '/v2/context',
    ]);
  });

  it('does not take an unknown library for a missing generation', async () => {
    started = await startContext7({ api: 'auto' });
    const answer = started.source.answer(ask('/nobody/nothing', 'x'), call());
    await expect(answer).rejects.toMatchObject({ code: 'library-not-found' });
    expect(started.standIn.requests).toHaveLength(1);
  });

  it('says that the address is wrong where there is neither', async () => {
    started = await startContext7({ api: 'auto' }, { generations: [] });
    await expect(started.source.answer(ask('/acme/widgets', 'x'), call())).rejects.toMatchObject({
      code: 'bad-config',
      message: expect.stringContaining('CONTEXT7_API_URL'),
    });
  });
});

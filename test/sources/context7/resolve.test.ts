import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LibraryName } from '../../../src/library.ts';
import { call, type StartedContext7, startContext7 } from './start-context7.ts';

let started: StartedContext7;

afterEach(async () => {
  await started.close();
});

function named(name: string, version?: string): LibraryName {
  return { kind: 'name', name, ...(version === undefined ? {} : { version }) };
}

describe.each(['context', 'docs'] as const)('the %s generation', (api) => {
  beforeEach(async () => {
    started = await startContext7({ api });
  });

  it('offers what the search found, with versions newest first and coverage', async () => {
    const candidates = await started.source.resolve({ name: 'widgets', query: 'typed parts' }, call());
    expect(candidates[0]).toEqual({
      id: '/acme/widgets',
      title: 'Widgets',
      description: 'Typed parts for user interfaces.',
      match: 'exact',
      why: 'has this name on Context7',
      versions: ['v4.0.0', 'v3.1.0'],
      coverage: '6 snippets',
      popularity: 0.9,
    });
    expect(candidates.find(({ id }) => id === '/acme/widgets-extra')).toMatchObject({
      match: 'search',
      versions: [],
    });
  });

  it('leaves out counts that Context7 does not know, and says what is not indexed yet', async () => {
    const candidates = await started.source.resolve({ name: 'acme widgets fresh' }, call());
    const extra = candidates.find(({ id }) => id === '/acme/widgets-extra');
    expect(extra).not.toHaveProperty('coverage');
    expect(extra).not.toHaveProperty('popularity');
    expect(candidates.find(({ id }) => id === '/acme/fresh')).toMatchObject({ coverage: 'not indexed yet' });
  });

  it.each(['Next.js', 'next.js', 'nextjs', '@vercel/next.js'])('identifies %s', async (name) => {
    expect(await started.source.identify(named(name), call())).toEqual({
      kind: 'context7',
      owner: 'vercel',
      repo: 'next.js',
    });
  });

  it.each(['next', 'nex.js', 'Next.js framework', 'vercel', '@evil/next.js'])(
    'does not take %s for Next.js',
    async (name) => {
      expect(await started.source.identify(named(name), call())).toBeUndefined();
    },
  );

  it.each([
    ['15', 'v15.1.8'],
    ['^16', 'v16.0.3'],
    ['15.1.8', 'v15.1.8'],
    ['v14.3.0-canary.87', 'v14.3.0-canary.87'],
  ])('finds the tag for version %s', async (version, tag) => {
    expect(await started.source.identify(named('Next.js', version), call())).toMatchObject({ version: tag });
  });

  it('names the versions that there are when the asked one is not', async () => {
    await expect(started.source.identify(named('Next.js', '3'), call())).rejects.toMatchObject({
      code: 'version-not-found',
      next: expect.stringContaining('v16.0.3, v15.1.8'),
    });
  });

  it('offers nothing when nothing is found, and asks nothing for an empty name', async () => {
    expect(await started.source.resolve({ name: 'qqqqqq' }, call())).toEqual([]);
    started.standIn.forget();
    expect(await started.source.resolve({ name: ' ' }, call())).toEqual([]);
    expect(started.standIn.requests).toHaveLength(0);
  });

  it('keeps searches for six hours, and "nothing found" for five minutes', async () => {
    await started.source.resolve({ name: 'widgets' }, call());
    await started.source.resolve({ name: 'qqqqqq' }, call());
    started.clock.nowMs += 5 * 60_000;
    await started.source.resolve({ name: 'widgets' }, call());
    await started.source.resolve({ name: 'qqqqqq' }, call());
    expect(started.standIn.requests).toHaveLength(3);
  });

  it('keeps ids that cannot be asked for, and text of several lines, away from callers', async () => {
    const results = [
      { id: '../../etc/passwd', title: 'Bad' },
      { id: '/acme/a/b/c', title: 'Bad' },
      {
        id: '/acme/fine',
        title: 'Fine\n\u001b[31mred',
        description: `x${'y'.repeat(900)}`,
        versions: ['<b>1</b>', 'v1', 7],
      },
      { id: '/acme/gone', title: 'Gone', state: 'delete' },
    ];
    started.standIn.failNext([
      { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body: { results } },
    ]);
    const candidates = await started.source.resolve({ name: 'fine' }, call());
    expect(candidates).toHaveLength(1);
    expect(candidates[0]).toMatchObject({ id: '/acme/fine', title: 'Fine [31mred', versions: ['v1'] });
    expect(candidates[0]?.description).toHaveLength(300);
  });
});

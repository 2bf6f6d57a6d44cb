import { describe, expect, it } from 'vitest';
import { packFixturePackages, type StoredVersion } from '../../stand-ins/registry/packages.ts';
import { registryText } from '../../stand-ins/registry/registry-stand-in.ts';
import { packageTarball } from '../../stand-ins/registry/tar-entries.ts';
import { type StartOptions, signal, startTarballOrigin } from './start-tarball-origin.ts';

const searchPath = /-\/v1\/search$/;
const firstPublishedMs = Date.UTC(2020, 2, 4, 5, 6, 7);
const downloads = { count: 12_345, per: 'month' };

async function start(options: StartOptions = {}) {
  const started = await startTarballOrigin(options);
  async function standingOf(name: string) {
    const facts = await started.origin.describe(await started.find(name), signal);
    return { firstPublishedMs: facts?.firstPublishedMs, downloads: facts?.downloads };
  }
  const searches = () => started.registry.requests.filter(({ path }) => searchPath.test(path));
  return { ...started, standingOf, searches };
}

/** The fixture packages, and one of a name that holds another's, with these downloads. */
function withDownloads(counts: unknown): readonly StoredVersion[] {
  const manifest = { name: 'pier', version: '1.0.0' };
  return [
    ...packFixturePackages(),
    { manifest, tarball: packageTarball('pier', '1.0.0', []), downloads: counts },
  ];
}

describe('how often a package is downloaded', () => {
  it('is asked by its name alone, where the registry searches', async () => {
    const { standingOf, searches } = await start({
      registry: { prefix: '/npm/group/' },
      npmrc: (url) => `registry=${url}\n${url.replace('http:', '')}:_authToken=s3cret-token\n`,
    });
    expect(await standingOf('@acme/tide-query')).toEqual({ firstPublishedMs, downloads });
    expect(searches().map(({ path, query }) => [path, [...query]])).toEqual([
      [
        '/npm/group/-/v1/search',
        [
          ['text', '@acme/tide-query'],
          ['size', '20'],
        ],
      ],
    ]);
    expect(searches()[0]?.headers.authorization).toBe('Bearer s3cret-token');
  });

  it('is that of exactly the name, wherever it stands among the others', async () => {
    const others = ['pier-kit', 'the-pier', '@acme/pier'].map(
      (name): StoredVersion => ({
        manifest: { name, version: '1.0.0' },
        tarball: packageTarball(name, '1.0.0', []),
        downloads: { monthly: 999_999_999 },
      }),
    );
    const { standingOf, registry } = await start({
      registry: { packages: [...withDownloads({ monthly: 7 }), ...others] },
    });
    expect((await standingOf('pier')).downloads).toEqual({ count: 7, per: 'month' });
    const foreign = { objects: [{ package: { name: 'pier-kit' }, downloads: { monthly: 5 } }] };
    registry.failNext([{ kind: 'answer', status: 200, body: foreign }], { path: searchPath });
    expect((await standingOf('harbor')).downloads).toBeUndefined();
  });

  it.each([
    [
      { monthly: 0, weekly: 0 },
      { count: 0, per: 'month' },
    ],
    [{ weekly: 12 }, { count: 12, per: 'week' }],
    [
      { monthly: -5, weekly: 3 },
      { count: 3, per: 'week' },
    ],
    [{ monthly: 1.5 }, undefined],
    [{ monthly: 1e300 }, undefined],
    [{ monthly: '12' }, undefined],
    [{ monthly: [12] }, undefined],
    [{}, undefined],
    [null, undefined],
    ['many', undefined],
  ])('told as %j is %j', async (told, expected) => {
    const { standingOf } = await start({ registry: { packages: withDownloads(told) } });
    expect(await standingOf('pier')).toEqual({ firstPublishedMs, downloads: expected });
  });

  it.each([
    ['a registry without a search', { kind: 'answer', status: 404, body: registryText } as const],
    ['a refusal', { kind: 'answer', status: 400, body: registryText } as const],
    ['trouble', { kind: 'answer', status: 503, body: registryText } as const],
    ['a limit', { kind: 'answer', status: 429, headers: { 'retry-after': '600' }, body: '' } as const],
    ['no JSON', { kind: 'answer', status: 200, body: `<html>${registryText}` } as const],
    ['a list', { kind: 'answer', status: 200, body: [] } as const],
    ['no objects', { kind: 'answer', status: 200, body: { objects: 'harbor' } } as const],
    ['odd objects', { kind: 'answer', status: 200, body: { objects: [null, 7, {}] } } as const],
    ['a reset', { kind: 'reset' } as const],
    ['silence', { kind: 'hang' } as const],
  ])('is missing with %s, which costs nothing else', async (_title, fault) => {
    const { standingOf, find, registry, log } = await start({ standingWaitMs: 500 });
    registry.failAlways(fault, { path: searchPath });
    expect(await standingOf('harbor')).toEqual({ firstPublishedMs, downloads: undefined });
    // A limit on searching is none on packages.
    expect((await find('pebble')).version).toBe('1.0.3');
    expect(log.join('')).not.toContain(registryText);
  });

  it('is not asked for names that no registry would search for', async () => {
    const name = `long-${'x'.repeat(60)}`;
    const { standingOf, searches } = await start({
      registry: {
        packages: [name, 'x'].map((each) => ({
          manifest: { name: each, version: '1.0.0' },
          tarball: packageTarball(each, '1.0.0', []),
        })),
      },
    });
    for (const each of [name, 'x'])
      expect(await standingOf(each)).toEqual({ firstPublishedMs, downloads: undefined });
    expect(searches()).toEqual([]);
  });

  it('is remembered as long as the package is, also that there is nothing to know, but no failure', async () => {
    let nowMs = 1_000_000;
    const { standingOf, searches, registry } = await start({ now: () => nowMs });
    registry.failNext([{ kind: 'answer', status: 503, body: '' }], { path: searchPath });
    expect((await standingOf('harbor')).downloads).toBeUndefined();
    expect((await standingOf('harbor')).downloads).toEqual(downloads);
    expect((await standingOf('harbor')).downloads).toEqual(downloads);
    expect(searches()).toHaveLength(2);
    nowMs += 301_000;
    registry.failAlways({ kind: 'answer', status: 404, body: '' }, { path: searchPath });
    expect((await standingOf('harbor')).downloads).toBeUndefined();
    expect((await standingOf('harbor')).downloads).toBeUndefined();
    expect(searches()).toHaveLength(3);
  });
});

describe('when a package was first published', () => {
  it('is not asked for again of a registry that sends the long form at once', async () => {
    const { standingOf, registry } = await start();
    registry.failAlways({ kind: 'relabel', contentType: 'application/json' }, { path: /harbor$/ });
    expect(await standingOf('harbor')).toEqual({ firstPublishedMs: undefined, downloads });
    expect(registry.requests.map(({ path }) => path)).toEqual(['/harbor', '/-/v1/search']);
  });

  it.each([
    ['0001-01-01T00:00:00Z', undefined],
    ['+275760-09-13T00:00:00.000Z', undefined],
    ['-000001-01-01T00:00:00Z', undefined],
    ['yesterday', undefined],
    ['', undefined],
    ['2012-02-03', Date.UTC(2012, 1, 3)],
  ])('told as %j is %j', async (publishedAt, expected) => {
    const manifest = { name: 'pier', version: '1.0.0' };
    const tarball = packageTarball('pier', '1.0.0', []);
    const { standingOf } = await start({ registry: { packages: [{ manifest, tarball, publishedAt }] } });
    expect((await standingOf('pier')).firstPublishedMs).toBe(expected);
  });

  it('is left out where the registry is too slow, and what came meanwhile is not', async () => {
    const limits = { attemptTimeoutMs: 60_000, deadlineMs: 60_000 };
    const { origin, find, registry } = await start({ standingWaitMs: 500, limits });
    const located = await find('harbor');
    registry.failAlways({ kind: 'hang' }, { path: /harbor$/ });
    expect(await origin.describe(located, signal)).toEqual({
      place: '127.0.0.1',
      isDependency: false,
      isDeprecated: false,
      taggedVersions: ['5.2.0'],
      downloads,
    });
  });

  it('does not hide that the caller is gone', async () => {
    const { origin, find, registry } = await start();
    const located = await find('harbor');
    registry.failAlways({ kind: 'hang' });
    const stop = new AbortController();
    const asked = origin.describe(located, stop.signal);
    setTimeout(() => stop.abort(), 100);
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  });
});

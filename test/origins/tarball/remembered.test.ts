import { describe, expect, it } from 'vitest';
import type { Located } from '../../../src/origins/origin.ts';
import type { StoredVersion } from '../../stand-ins/registry/packages.ts';
import { packageTarball } from '../../stand-ins/registry/tar-entries.ts';
import { projectWith, type StartOptions, signal, startTarballOrigin } from './start-tarball-origin.ts';

/** An origin over an index that remembers what it is told to. */
async function start(options: StartOptions = {}) {
  const index = new Map<string, string>();
  const started = await startTarballOrigin({ stampOf: async (location) => index.get(location), ...options });
  const read = ({ location, stamp }: Located) => index.set(location, stamp);
  const outlook = (name: string, version?: string) =>
    started.origin.foresee({ name, ...(version === undefined ? {} : { version }) }, undefined, signal);
  return { ...started, index, read, outlook };
}

/** Another package under the name and version of a fixture. */
function impostor(content = '# Planted\n'): StoredVersion {
  const manifest = { name: 'harbor', version: '5.2.0' };
  return { manifest, tarball: packageTarball('harbor', '5.2.0', [{ path: 'package/README.md', content }]) };
}

describe('an exact version that was read before', () => {
  it.each(['5.2.0', 'v5.2.0', '=5.2.0'])(
    'asked for as %s is found without asking anybody',
    async (wanted) => {
      const { find, read, outlook, registry } = await start();
      const located = await find('harbor', '5.2.0');
      expect(await outlook('harbor', wanted)).toEqual({});
      read(located);
      await registry.close();
      expect(await find('harbor', wanted)).toEqual(located);
      expect(await find('harbor', undefined, projectWith({ harbor: wanted }))).toEqual(located);
      expect(await outlook('harbor', wanted)).toEqual({ remembered: located });
      expect(registry.requests).toHaveLength(1);
    },
  );

  it('is found offline too, and nothing else is', async () => {
    const online = await start();
    const located = await online.find('harbor', '5.2.0');
    const { find, locate, outlook, origin, index, registry } = await start({
      offline: true,
      npmrc: () => `registry=${online.registry.url}`,
    });
    index.set(located.location, located.stamp);
    const found = await find('harbor', '5.2.0');
    expect(found).toEqual({ ...located, root: found.root });
    expect(await origin.describe(found, signal)).toEqual({
      place: '127.0.0.1',
      isDependency: false,
      isDeprecated: false,
      taggedVersions: [],
    });
    for (const version of [undefined, '^5.2.0', '5', 'latest', '4.9.1']) {
      await expect(locate('harbor', version)).rejects.toMatchObject({ code: 'offline' });
      expect((await outlook('harbor', version)).refusal).toMatchObject({ code: 'offline' });
    }
    await expect(origin.prepare(found, signal)).rejects.toMatchObject({ code: 'offline' });
    expect([...registry.requests, ...online.registry.requests]).toHaveLength(1);
  });

  it.each(['^5.2.0', '5', 'latest', undefined])(
    'does not answer for %s, which may mean another one by now',
    async (wanted) => {
      const { find, locate, read, registry } = await start();
      read(await find('harbor', '5.2.0'));
      await find('harbor', wanted);
      expect(registry.requests).toHaveLength(1);
      await registry.close();
      const later = await start({ npmrc: () => `registry=${registry.url}` });
      later.read(await find('harbor', '5.2.0'));
      await expect(later.locate('harbor', wanted)).rejects.toMatchObject({ code: 'unavailable' });
      expect(await locate('harbor', '5.2.0')).toHaveLength(1);
    },
  );

  it("of one registry never answers for another's, such as a project's own", async () => {
    const other = await start({ registry: { packages: [impostor()] } });
    const { find, read } = await start();
    const known = await find('harbor', '5.2.0');
    read(known);
    const project = projectWith({ harbor: '5.2.0' }, { '.npmrc': `registry=${other.registry.url}` });
    const found = await find('harbor', '5.2.0', project);
    expect(other.registry.requests).toHaveLength(1);
    expect(found.stamp).not.toBe(known.stamp);
    expect(found.location).not.toBe(known.location);
    // Two paths of one host are two registries.
    const under = projectWith({ harbor: '5.2.0' }, { '.npmrc': `registry=${other.registry.url}deeper/` });
    other.read(found);
    expect(await other.locate('harbor', '5.2.0', under)).toEqual([]);
  });

  it('is not found under a name that looks private, nor where dependencies alone may be asked for', async () => {
    const { find, read, index, registry } = await start();
    read(await find('@acme/tide-query', '3.1.4'));
    const own = projectWith({}, { 'package.json': { name: '@acme/app' } });
    const same = {
      stampOf: async (location: string) => index.get(location),
      npmrc: () => `registry=${registry.url}`,
    };
    const plain = await startTarballOrigin(same);
    expect(await plain.locate('@acme/tide-query', '3.1.4', own)).toEqual([]);
    const careful = await startTarballOrigin({ ...same, onlyDependencies: true });
    expect(await careful.locate('@acme/tide-query', '3.1.4')).toEqual([]);
    expect(await plain.locate('@acme/tide-query', '3.1.4')).toHaveLength(1);
  });

  it('is another one where the registry has other bytes, as soon as it is asked', async () => {
    const { find, read, registry } = await start();
    const before = await find('harbor', '5.2.0');
    read(before);
    const others = await start({ npmrc: () => `registry=${registry.url}` });
    registry.publish(impostor());
    const now = await others.find('harbor', '5.2.0');
    expect([now.location, now.stamp === before.stamp]).toEqual([before.location, false]);
  });

  it('is described as far as the registry can be asked, and answered all the same where it cannot', async () => {
    const deprecated: StoredVersion = {
      manifest: { name: 'pier', version: '1.0.0', deprecated: 'yes' },
      tarball: packageTarball('pier', '1.0.0', []),
    };
    const { origin, find, read, index, registry } = await start({ registry: { packages: [deprecated] } });
    read(await find('pier', '1.0.0'));
    const later = await startTarballOrigin({
      stampOf: async (location) => index.get(location),
      npmrc: () => `registry=${registry.url}`,
      standingWaitMs: 500,
      limits: { attemptTimeoutMs: 60_000, deadlineMs: 60_000 },
    });
    const located = await later.find('pier', '1.0.0');
    expect(registry.requests).toHaveLength(1);
    expect(await later.origin.describe(located, signal)).toEqual(await origin.describe(located, signal));
    expect(await later.origin.describe(located, signal)).toMatchObject({
      isDeprecated: true,
      taggedVersions: ['1.0.0'],
      downloads: { count: 12_345 },
    });
    const third = await startTarballOrigin({
      stampOf: async (location) => index.get(location),
      npmrc: () => `registry=${registry.url}`,
      standingWaitMs: 500,
    });
    registry.failAlways({ kind: 'hang' });
    const bare = { place: '127.0.0.1', isDependency: false, isDeprecated: false, taggedVersions: [] };
    expect(await third.origin.describe(await third.find('pier', '1.0.0'), signal)).toEqual(bare);
    registry.failAlways({ kind: 'answer', status: 500, body: '' });
    expect(await third.origin.describe(await third.find('pier', '1.0.0'), signal)).toEqual(bare);
  });

  it('asks nobody what is known of a dependency', async () => {
    const { origin, find, read, registry } = await start();
    const project = projectWith({ harbor: '5.2.0' });
    read(await find('harbor', undefined, project));
    await registry.close();
    expect(await origin.describe(await find('harbor', undefined, project), signal)).toMatchObject({
      isDependency: true,
    });
  });

  it('is downloaded again where it is gone from the index, and only if it is still the same', async () => {
    const { origin, find, read, registry } = await start();
    read(await find('harbor', '5.2.0'));
    const located = await find('harbor', '5.2.0');
    await origin.prepare(located, signal);
    expect(registry.requests.map(({ path }) => path)).toContain('/harbor/-/harbor-5.2.0.tgz');
    const later = await start({ npmrc: () => `registry=${registry.url}` });
    later.read(located);
    registry.publish(impostor());
    await expect(later.origin.prepare(await later.find('harbor', '5.2.0'), signal)).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

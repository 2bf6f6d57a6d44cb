import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTarballReader } from '../../../src/origins/tarball/tarball-reader.ts';
import { readAll, testOrigin } from '../../contracts/origin-contract.ts';
import { temporaryFolder } from '../../setup/fixture-projects.ts';
import { packageTarball } from '../../stand-ins/registry/tar-entries.ts';
import { projectWith, signal, startTarballOrigin } from './start-tarball-origin.ts';

testOrigin('tarball', async () => {
  const { origin } = await startTarballOrigin();
  return { origin, project: undefined, known: { name: 'harbor' } };
});

testOrigin('tarball, in a project', async () => {
  const { origin } = await startTarballOrigin();
  return { origin, project: projectWith({ harbor: '^5.0.0' }), known: { name: 'harbor' } };
});

/** Versions of one package, with nothing in them. */
function versionsOf(name: string, list: Readonly<Record<string, { tags?: string[]; deprecated?: string }>>) {
  return Object.entries(list).map(([version, { tags, deprecated }]) => ({
    manifest: { name, version, ...(deprecated === undefined ? {} : { deprecated }) },
    tarball: packageTarball(name, version, []),
    tags: tags ?? [],
  }));
}

const packages = versionsOf('pier', {
  '1.0.0': {},
  '2.0.0': {},
  '2.1.0': {},
  '2.1.1': { deprecated: 'STAND-IN-REGISTRY-TEXT' },
  '3.0.0': { tags: ['latest'] },
  '3.1.0-beta.1': { tags: ['next', 'bad tag', 'x'.repeat(70)] },
  '4.0.0': {},
});

describe('a version', () => {
  it.each([
    [undefined, '3.0.0'],
    ['latest', '3.0.0'],
    ['next', '3.1.0-beta.1'],
    ['1.0.0', '1.0.0'],
    ['v1.0.0', '1.0.0'],
    ['2.1.1', '2.1.1'],
    ['3.1.0-beta.1', '3.1.0-beta.1'],
    ['2', '2.1.0'],
    ['^2.0.0', '2.1.0'],
    ['>=2', '3.0.0'],
    ['*', '3.0.0'],
    ['>3.0.0', '4.0.0'],
    ['~2.1.1', '2.1.1'],
    ['^3.1.0-beta.0', '3.1.0-beta.1'],
  ])('%s is found as %s', async (wanted, version) => {
    const { find } = await startTarballOrigin({ registry: { packages } });
    expect((await find('pier', wanted)).version).toBe(version);
  });

  it('is taken from what the project declares where nothing was asked for', async () => {
    const { find } = await startTarballOrigin({ registry: { packages } });
    expect((await find('pier', undefined, projectWith({ pier: '^1.0.0' }))).version).toBe('1.0.0');
    expect((await find('pier', undefined, projectWith({ pier: 'next' }))).version).toBe('3.1.0-beta.1');
    expect((await find('pier', '2.0.0', projectWith({ pier: '^1.0.0' }))).version).toBe('2.0.0');
  });

  it('of an alias is that of the package behind it, and the alias itself is never asked for', async () => {
    const { find, registry } = await startTarballOrigin({ registry: { packages } });
    const project = projectWith({ pier2: 'npm:pier@^2.0.0' });
    const found = { name: 'pier', version: '2.1.0', alias: 'pier2' };
    expect(await find('pier2', undefined, project)).toMatchObject(found);
    expect(await find('pier', undefined, project)).toMatchObject(found);
    expect(registry.requests.map(({ path }) => path)).toEqual(['/pier']);
  });

  it('that is not there is explained by those near to it and the tags', async () => {
    const { locate, explain } = await startTarballOrigin({ registry: { packages } });
    expect(await locate('pier', '2.5.0')).toEqual([]);
    expect(await explain('pier', '2.5.0')).toMatchObject({
      code: 'version-not-found',
      what: 'pier has no version "2.5.0". Near to it: 2.1.1, 2.1.0, 2.0.0, 4.0.0, 3.1.0-beta.1, 3.0.0, 1.0.0. Tags: latest (3.0.0), next (3.1.0-beta.1).',
      next: 'Ask for one of these, such as npm:pier@2.1.1.',
    });
    expect(await explain('pier', '2.0.0')).toBeUndefined();
  });

  it('that is not there has at most ten others named', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`1.${index}.0`, {}]));
    const { explain } = await startTarballOrigin({ registry: { packages: versionsOf('pier', many) } });
    expect((await explain('pier', '9.0.0'))?.what.split(', ')).toHaveLength(10);
  });

  it('is none of those that a registry invents, nor of what every object has', async () => {
    const odd = { manifest: { name: 'pier', version: '<b>1</b>' }, tarball: packageTarball('pier', '1', []) };
    const { locate, explain } = await startTarballOrigin({ registry: { packages: [...packages, odd] } });
    for (const wanted of ['<b>1</b>', 'constructor', '__proto__', 'toString'])
      expect(await locate('pier', wanted)).toEqual([]);
    expect((await explain('pier', '99.0.0'))?.what).not.toContain('<');
  });
});

describe('the registry', () => {
  it('is asked for metadata in the short form, once for all that is asked of one package', async () => {
    const { find, registry } = await startTarballOrigin();
    await find('harbor');
    await find('harbor', '4');
    expect(registry.requests).toHaveLength(1);
    expect(registry.requests[0]?.headers.accept).toMatch(/^application\/vnd\.npm\.install-v1\+json/);
  });

  it('is asked again after five minutes, and after one for a package that was not there', async () => {
    let nowMs = 1_000_000;
    const { locate, registry } = await startTarballOrigin({ now: () => nowMs });
    await locate('harbor');
    await locate('nobody');
    nowMs += 61_000;
    await locate('harbor');
    await locate('nobody');
    nowMs += 300_000;
    await locate('harbor');
    expect(registry.requests.map(({ path }) => path)).toEqual(['/harbor', '/nobody', '/nobody', '/harbor']);
  });

  it('that knows only the long form is asked for that', async () => {
    const { find, registry } = await startTarballOrigin();
    registry.failNext([{ kind: 'answer', status: 406, body: '' }]);
    expect((await find('harbor')).version).toBe('5.2.0');
    expect(registry.requests.map(({ headers }) => headers.accept)).toEqual([
      expect.stringMatching(/^application\/vnd/),
      'application/json',
    ]);
  });

  it('may live under a path', async () => {
    const { find, registry } = await startTarballOrigin({ registry: { prefix: '/npm/group/' } });
    expect((await find('@acme/tide-query')).name).toBe('@acme/tide-query');
    expect(registry.requests[0]?.path).toBe('/npm/group/@acme%2ftide-query');
  });

  it('has nothing to say about a package that it does not have, which is explained', async () => {
    const { locate, explain } = await startTarballOrigin();
    expect(await locate('no-such-package')).toEqual([]);
    expect(await explain('no-such-package')).toMatchObject({
      code: 'library-not-found',
      what: 'The registry at 127.0.0.1 has no package called no-such-package.',
    });
  });

  it('is never asked for a name that is a path', async () => {
    const { locate, explain, registry } = await startTarballOrigin();
    for (const name of ['..', '../x', '@a/..', '/etc/passwd', 'a/b', 'a b', '']) {
      expect(await locate(name)).toEqual([]);
      expect(await explain(name)).toBeUndefined();
    }
    expect(registry.requests).toEqual([]);
  });

  it('is not asked at all when docpin is offline', async () => {
    const { locate, origin, registry } = await startTarballOrigin({ offline: true });
    await expect(locate('harbor')).rejects.toMatchObject({ code: 'offline' });
    await expect(origin.explain({ name: 'harbor' }, undefined, signal)).rejects.toMatchObject({
      code: 'offline',
    });
    expect(registry.requests).toEqual([]);
  });

  it('is asked for dependencies alone when that is set', async () => {
    const { locate, explain, registry } = await startTarballOrigin({ onlyDependencies: true });
    const project = projectWith({ harbor: '^5.0.0' });
    expect(await locate('pebble', undefined, project)).toEqual([]);
    expect((await explain('pebble', undefined, project))?.what).toContain('no dependency of this project');
    expect(registry.requests).toEqual([]);
    expect(await locate('harbor', undefined, project)).toHaveLength(1);
  });

  it('says of a package that is no dependency when it was first published and how often it is downloaded', async () => {
    const { origin, find, registry } = await startTarballOrigin();
    const located = await find('harbor');
    const facts = {
      place: '127.0.0.1',
      isDependency: false,
      isDeprecated: false,
      taggedVersions: ['5.2.0'],
      firstPublishedMs: Date.UTC(2020, 2, 4, 5, 6, 7),
      downloads: { count: 12_345, per: 'month' },
    };
    expect(await origin.describe(located, signal)).toEqual(facts);
    expect(await origin.describe(located, signal)).toEqual(facts);
    expect(registry.requests.map(({ path }) => path).sort()).toEqual(['/-/v1/search', '/harbor', '/harbor']);
  });

  it('is not asked for that of a dependency', async () => {
    const { origin, find, registry } = await startTarballOrigin();
    const project = projectWith({ harbor: '*' });
    expect(await origin.describe(await find('harbor', undefined, project), signal)).toMatchObject({
      isDependency: true,
    });
    expect(registry.requests).toHaveLength(1);
  });

  it('says that a version is deprecated, in no words of its author', async () => {
    const { origin, find } = await startTarballOrigin({ registry: { packages } });
    const facts = await origin.describe(await find('pier', '2.1.1'), signal);
    expect(facts).toMatchObject({ isDeprecated: true });
    expect(JSON.stringify(facts)).not.toContain('STAND-IN');
  });
});

describe('a tarball', () => {
  it('is located by its registry, name and version, and by its hash, with no credentials', async () => {
    const { find, folder, registry } = await startTarballOrigin({
      npmrc: (url) => `registry=${url}\n${url.replace('http:', '')}:_authToken=s3cret-token\n`,
    });
    const located = await find('harbor', '5.2.0');
    expect(located).toMatchObject({
      location: `tarball:${registry.url} harbor@5.2.0`,
      stamp: expect.stringMatching(/^sha512-/),
      shownRoot: 'harbor@5.2.0',
    });
    expect(dirname(located.root)).toBe(folder);
    expect(JSON.stringify(located)).not.toContain('s3cret');
    expect(registry.requests[0]?.headers.authorization).toBe('Bearer s3cret-token');
  });

  it('is downloaded when it is prepared, into a file for this user only, and read by another process from there', async () => {
    const { origin, find, folder, registry } = await startTarballOrigin();
    const located = await find('harbor');
    expect(existsSync(folder)).toBe(false);
    const ready = await origin.prepare(located, signal);
    expect(registry.requests.map(({ path }) => path)).toEqual([
      '/harbor',
      '/harbor/-/harbor-5.2.0.tgz',
      // It ships no types.
      '/@types%2fharbor',
    ]);
    if (process.platform !== 'win32') {
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      expect(statSync(ready.root).mode & 0o777).toBe(0o600);
    }
    await registry.close();
    const reader = createTarballReader();
    const survey = await reader.survey(JSON.parse(JSON.stringify(ready)), signal);
    expect(survey.files.map(({ path }) => path)).toContain('docs/reference/hooks.md');
  });

  it('is gone when it is released, and the folder when the origin is closed', async () => {
    const { origin, find, folder, registry } = await startTarballOrigin();
    const located = await find('harbor');
    const ready = await origin.prepare(located, signal);
    // Somebody else reads the same, and has not finished.
    const other = await origin.prepare(located, signal);
    await origin.release(ready);
    await origin.release(ready);
    expect(readdirSync(folder)).toEqual([basename(other.root)]);
    await origin.release(other);
    await origin.survey(located, signal);
    expect(readdirSync(folder)).toEqual([]);
    expect(registry.requests.filter(({ path }) => path.endsWith('.tgz'))).toHaveLength(3);
    await origin.close();
    expect(existsSync(folder)).toBe(false);
  });

  it('that was changed on the way to its reader is not read', async () => {
    const { origin, find } = await startTarballOrigin();
    const located = await origin.prepare(await find('harbor'), signal);
    writeFileSync(
      located.root,
      packageTarball('harbor', '5.2.0', [{ path: 'package/README.md', content: 'planted' }]),
    );
    const reader = createTarballReader();
    await expect(reader.survey(located, signal)).rejects.toMatchObject({ code: 'bad-answer' });
    await expect(readAll({ ...origin, open: reader.open }, located)).rejects.toMatchObject({
      code: 'bad-answer',
    });
  });

  it('that nobody downloaded is an error of its reader, not a crash', async () => {
    const { find } = await startTarballOrigin();
    await expect(createTarballReader().survey(await find('harbor'), signal)).rejects.toMatchObject({
      code: 'unavailable',
      what: 'The downloaded tarball could not be read (ENOENT).',
    });
  });

  it('that cannot be kept says so', async () => {
    const { origin, find } = await startTarballOrigin({ folder: join(temporaryFolder(), 'not/there') });
    await expect(origin.prepare(await find('harbor'), signal)).rejects.toMatchObject({
      code: 'unavailable',
      what: 'The downloaded tarball could not be kept (ENOENT).',
    });
  });
});

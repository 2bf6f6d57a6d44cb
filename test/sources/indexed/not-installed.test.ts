import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import { call, openSource } from './open-source.ts';
import { openWithRegistry } from './open-with-registry.ts';

/** A project of npm that was never installed. */
function project(
  dependencies: Readonly<Record<string, string>>,
  locked: Readonly<Record<string, object>> = {},
  name = 'app',
) {
  const packages = Object.entries(locked).map(([path, entry]) => [`node_modules/${path}`, entry]);
  return {
    'package.json': { name, dependencies },
    'package-lock.json': {
      name,
      lockfileVersion: 3,
      packages: Object.fromEntries([['', { dependencies }], ...packages]),
    },
  };
}

const pinned = (name: string, version: string) => ({
  version,
  resolved: `https://registry.invalid/${name}/-/${name}-${version}.tgz`,
});

describe('the list of what is not installed', () => {
  it('has the version of the lockfile, and says where it would be read', async () => {
    const { source, paths } = await openWithRegistry({
      files: project(
        { harbor: '^4.0.0', pebble: '*', stone: 'npm:pebble@^1', linked: 'file:../linked' },
        { harbor: pinned('harbor', '4.9.1'), stone: { name: 'pebble', ...pinned('pebble', '1.0.3') } },
      ),
    });
    expect((await source.list?.(call))?.libraries).toEqual([
      {
        name: 'harbor',
        version: '4.9.1',
        versionFrom: 'lockfile',
        declared: '^4.0.0',
        origin: 'registry',
        coverage: 'not read yet',
      },
      {
        name: 'linked',
        version: undefined,
        declared: 'file:../linked',
        origin: 'not installed',
        coverage: 'not of the registry, so it is read only when it is installed',
      },
      {
        name: 'pebble',
        version: '1.0.3',
        versionFrom: 'lockfile',
        declared: '*',
        origin: 'registry',
        coverage: 'not read yet',
      },
      {
        name: 'stone',
        version: '1.0.3',
        versionFrom: 'lockfile',
        declared: 'npm:pebble@^1',
        origin: 'registry',
        coverage: 'not read yet',
      },
    ]);
    expect(paths()).toEqual([]);
  });

  it('has no version where nothing pins one', async () => {
    const { source, paths } = await openWithRegistry({
      files: { 'package.json': { dependencies: { harbor: '^4.0.0' } } },
    });
    expect((await source.list?.(call))?.libraries).toEqual([
      {
        name: 'harbor',
        version: undefined,
        declared: '^4.0.0',
        origin: 'registry',
        coverage: 'not read yet',
      },
    ]);
    expect(paths()).toEqual([]);
  });

  it('says of what looks private, and of what no registry may be asked for, why', async () => {
    const own = await openWithRegistry({
      files: project(
        { '@acme/tide-query': '3' },
        { '@acme/tide-query': pinned('tide-query', '3.1.4') },
        '@acme/app',
      ),
    });
    expect((await own.source.list?.(call))?.libraries).toEqual([
      {
        name: '@acme/tide-query',
        version: '3.1.4',
        versionFrom: 'lockfile',
        declared: '3',
        origin: 'not installed',
        coverage:
          'The registry is not asked for @acme/tide-query, because packages of this project are in @acme too, so the name may be private.',
      },
    ]);
    const hidden = await openWithRegistry({
      npmrc: () => '',
      files: { 'package.json': { dependencies: { harbor: '5' } }, '.npmrc': `registry=\${REGISTRY}` },
    });
    expect((await hidden.source.list?.(call))?.libraries).toMatchObject([
      { origin: 'not installed', coverage: expect.stringContaining("The project's .npmrc sets `registry`") },
    ]);
    expect([...own.paths(), ...hidden.paths()]).toEqual([]);
  });

  it('stays short of promises where there is no registry', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, project({ harbor: '4' }, { harbor: pinned('harbor', '4.9.1') }));
    const { source } = openSource({ cacheFolder: join(folder, 'cache'), project: folder });
    expect((await source.list?.(call))?.libraries).toMatchObject([
      { version: '4.9.1', origin: 'not installed', coverage: 'not installed' },
    ]);
  });
});

describe('the coverage of a library', () => {
  it('is the true count once it was indexed, and what a survey finds before', async () => {
    const { source, ask, resolve } = await openWithRegistry({
      files: {
        'package.json': { dependencies: { pier: '1' } },
        'node_modules/pier/package.json': { name: 'pier', version: '1.0.0', types: 'index.d.ts' },
        'node_modules/pier/docs/guide.md': '# Guide\n\nMoor a boat.\n',
        'node_modules/pier/index.d.ts': '/** Moors. */\nexport function moor(): void;\n',
      },
    });
    const coverage = async () => [
      (await source.list?.(call))?.libraries[0]?.coverage,
      (await resolve('pier')).candidates[0]?.coverage,
    ];
    expect(await coverage()).toEqual(['1 guide, types', '1 guide, types']);
    await ask('pier', 'moor');
    expect(await coverage()).toEqual(['1 guide, 1 API entry', '1 guide, 1 API entry']);
  });

  it('is that of the files as they are now', async () => {
    const {
      source,
      ask,
      project: root,
    } = await openWithRegistry({
      files: {
        'package.json': { dependencies: { pier: '1' } },
        'node_modules/pier/package.json': { name: 'pier', version: '1.0.0' },
        'node_modules/pier/docs/a.md': '# A\n\nMoor.\n',
        'node_modules/pier/docs/b.md': '# B\n\nAnchor.\n',
      },
    });
    await ask('pier', 'moor');
    rmSync(join(root, 'node_modules/pier/docs/b.md'));
    utimesSync(join(root, 'node_modules/pier/package.json'), 1_000, 1_000);
    expect((await source.list?.(call))?.libraries[0]?.coverage).toBe('1 guide');
  });

  it('is what a survey finds where the index cannot be opened', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, {
      'package.json': { dependencies: { pier: '1' } },
      'node_modules/pier/package.json': { name: 'pier', version: '1.0.0' },
      'node_modules/pier/docs/a.md': '# A\n\nMoor.\n',
    });
    const openCorpus = () => Promise.reject(new Error('no engine'));
    const { source } = openSource({ cacheFolder: join(folder, 'cache'), project: folder, openCorpus });
    expect((await source.list?.(call))?.libraries[0]?.coverage).toBe('1 guide');
  });
});

describe('a resolve', () => {
  it('offers what is declared, but not installed, in the version of the lockfile', async () => {
    const { resolve, paths } = await openWithRegistry({
      files: project({ harbor: '^4.0.0' }, { harbor: pinned('harbor', '4.9.1') }),
    });
    expect((await resolve('harbor')).candidates).toEqual([
      {
        id: 'npm:harbor@4.9.1',
        title: 'harbor',
        match: 'dependency',
        why: 'declared by this project, not installed, but read from the registry; its very name',
        versions: ['4.9.1'],
      },
    ]);
    expect(paths()).toEqual([]);
  });

  it('offers what only the lockfile has, and what the project has under another name', async () => {
    const { resolve, paths } = await openWithRegistry({
      files: project({ dock: 'npm:harbor@^5' }, { pebble: pinned('pebble', '1.0.3') }),
    });
    expect((await resolve('pebble')).candidates).toMatchObject([
      {
        id: 'npm:pebble@1.0.3',
        match: 'exact',
        why: 'in the lockfile of this project, not installed, but read from the registry; its very name',
      },
    ]);
    expect((await resolve('harbor')).candidates).toMatchObject([
      {
        id: 'npm:harbor',
        match: 'exact',
        why: expect.stringMatching(/^declared by this project, not installed/),
      },
    ]);
    expect(paths()).toEqual([]);
  });

  it('says what cannot be read before it is installed, and what is broken', async () => {
    const { resolve } = await openWithRegistry({
      files: {
        'package.json': { name: '@acme/app', dependencies: { '@acme/tide-query': '3', bad: '1' } },
        'node_modules/bad/package.json': '{',
      },
    });
    expect((await resolve('@acme/tide-query')).candidates).toMatchObject([
      { id: 'npm:@acme/tide-query', why: 'declared by this project, but not installed; its very name' },
    ]);
    expect((await resolve('bad')).candidates).toMatchObject([
      { id: 'npm:bad', why: 'installed, but it cannot be read; its very name' },
    ]);
  });
});

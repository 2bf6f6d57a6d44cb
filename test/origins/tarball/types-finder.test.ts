import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Project } from '../../../src/origins/origin.ts';
import { createTarballReader } from '../../../src/origins/tarball/tarball-reader.ts';
import { readAll } from '../../contracts/origin-contract.ts';
import type { Fault } from '../../stand-ins/fault-engine/fault.ts';
import type { StoredVersion } from '../../stand-ins/registry/packages.ts';
import { startRegistryStandIn } from '../../stand-ins/registry/registry-stand-in.ts';
import { packageTarball } from '../../stand-ins/registry/tar-entries.ts';
import { projectWith, type StartOptions, signal, startTarballOrigin } from './start-tarball-origin.ts';

function stored(name: string, version: string, files: Readonly<Record<string, string>>): StoredVersion {
  const entries = Object.entries(files).map(([path, content]) => ({ path: `package/${path}`, content }));
  return { manifest: { name, version }, tarball: packageTarball(name, version, entries), tags: ['latest'] };
}

const library = (version: string, name = 'crane') => stored(name, version, { 'README.md': `# ${name}\n` });
const types = (version: string, name = '@types/crane') =>
  stored(name, version, {
    'README.md': '# Installation\n',
    'index.d.ts': `export declare const types: '${version}';\nimport './more.js';\n`,
    'more.d.ts': 'export {};\n',
  });

/** Opens a library and says what was read and what the registry was asked. */
async function start(packages: readonly StoredVersion[], options: StartOptions = {}) {
  const started = await startTarballOrigin({ registry: { packages }, ...options });
  const paths = () => started.registry.requests.map(({ path }) => decodeURIComponent(path));
  return {
    ...started,
    paths,
    read: async (name: string, version?: string, project?: Project) => {
      const { files, skipped } = await readAll(started.origin, await started.find(name, version, project));
      return { paths: files.map(({ path }) => path), skipped };
    },
  };
}

describe('the types of a version that ships none', () => {
  it.each([
    ['1.4.2', ['1.3.9', '1.4.0', '1.4.7', '1.5.0', '2.0.0'], '1.4.7'],
    ['1.6.0', ['1.3.9', '1.4.0', '1.5.0', '2.0.0'], '1.5.0'],
    ['0.9.1', ['0.8.0', '1.0.0'], '0.8.0'],
    ['2.0.0-beta.3', ['2.0.1', '3.0.0'], '2.0.1'],
    ['5.0.0', ['4.9.9', '6.0.0'], undefined],
  ])('%s are, of %j, %s', async (version, published, chosen) => {
    const { read, paths } = await start([library(version), ...published.map((each) => types(each))]);
    const place = `node_modules/@types/crane@${chosen}`;
    const own = chosen === undefined ? [] : [`${place}/index.d.ts`, `${place}/more.d.ts`];
    expect(await read('crane', version)).toEqual({ paths: ['README.md', ...own], skipped: [] });
    expect(paths()).toEqual([
      '/crane',
      `/crane/-/crane-${version}.tgz`,
      '/@types/crane',
      ...(chosen === undefined ? [] : [`/@types/crane/-/crane-${chosen}.tgz`]),
    ]);
  });

  it('of a scope have its name in theirs', async () => {
    const { read } = await start([library('1.0.0', '@reef/crane'), types('1.0.0', '@types/reef__crane')]);
    expect((await read('@reef/crane')).paths).toContain('node_modules/@types/reef__crane@1.0.0/index.d.ts');
  });

  it('are told by a survey, and kept for another process beside the tarball until both are released', async () => {
    const { origin, find, folder, registry } = await start([library('1.0.0'), types('1.0.0')]);
    const ready = await origin.prepare(await find('crane'), signal);
    expect(registry.requests).toHaveLength(4);
    // No address of a file.
    expect(JSON.stringify(ready)).not.toContain('/-/');
    await registry.close();
    const reader = createTarballReader();
    const sent = JSON.parse(JSON.stringify(ready));
    expect(await reader.survey(sent, signal)).toMatchObject({ hasTypes: true });
    expect((await readAll({ ...origin, open: reader.open }, sent)).files).toHaveLength(3);
    expect(readdirSync(folder)).toHaveLength(2);
    await origin.release(ready);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that were changed on the way to their reader are not read', async () => {
    const { origin, find } = await start([library('1.0.0'), types('1.0.0')]);
    const ready = await origin.prepare(await find('crane'), signal);
    writeFileSync(ready.types?.root ?? '', types('9.9.9').tarball);
    const { open } = createTarballReader();
    await expect(readAll({ ...origin, open }, ready)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('come also where dependencies alone may be asked for, because they are of one', async () => {
    const project = projectWith({ crane: '^1.0.0' });
    const packages = [library('1.0.0'), types('1.0.0')];
    const { read, locate } = await start(packages, { onlyDependencies: true });
    expect((await read('crane', undefined, project)).paths).toHaveLength(3);
    expect(await locate('@types/crane', undefined, project)).toEqual([]);
  });

  it('come from the registry that their scope is mapped to', async () => {
    const other = await startRegistryStandIn({ packages: [types('1.0.0')] });
    onTestFinished(() => other.close());
    const { read, paths } = await start([library('1.0.0')], {
      npmrc: (url) => `registry=${url}\n@types:registry=${other.url}\n`,
    });
    expect((await read('crane')).paths).toHaveLength(3);
    expect(paths()).toEqual(['/crane', '/crane/-/crane-1.0.0.tgz']);
  });
});

describe('types are not asked for', () => {
  it('where the version ships its own', async () => {
    const own = stored('crane', '1.0.0', { 'index.d.ts': 'export {};' });
    const { read, paths } = await start([own, types('1.0.0')]);
    expect((await read('crane')).paths).toEqual(['index.d.ts']);
    expect(paths()).not.toContain('/@types/crane');
  });

  it('of a package of types', async () => {
    const empty = stored('@types/crane', '1.0.0', { 'README.md': '# Stub\n' });
    const { read, paths } = await start([empty]);
    await read('@types/crane');
    expect(paths()).toEqual(['/@types/crane', '/@types/crane/-/crane-1.0.0.tgz']);
  });

  it('where the scope of the library is mapped to a registry of its own', async () => {
    const other = await startRegistryStandIn({ packages: [library('1.0.0', '@reef/crane')] });
    onTestFinished(() => other.close());
    const { read, paths } = await start([types('1.0.0', '@types/reef__crane')], {
      npmrc: (url) => `registry=${url}\n@reef:registry=${other.url}\n`,
    });
    expect((await read('@reef/crane')).paths).toEqual(['README.md']);
    expect([...paths(), ...other.requests.map(({ path }) => path)].join()).not.toContain('types');
  });

  it.each(['workspace:*', 'npm:winch@1', 'file:../types'])(
    'where the project means something else by their name: %s',
    async (declared) => {
      const { read, paths } = await start([library('1.0.0'), types('1.0.0'), library('1.0.0', 'winch')]);
      const project = projectWith({ crane: '1', '@types/crane': declared });
      expect((await read('crane', undefined, project)).paths).toEqual(['README.md']);
      expect(paths()).toEqual(['/crane', '/crane/-/crane-1.0.0.tgz']);
    },
  );
});

describe('types that do not come', () => {
  it.each<[string, Fault, RegExp]>([
    ['a server error', { kind: 'answer', status: 503, body: 'down' }, /types%2fcrane$/],
    ['no right to read them', { kind: 'answer', status: 403, body: 'no' }, /types%2fcrane$/],
    ['metadata that is none', { kind: 'answer', status: 200, body: 'hello' }, /types%2fcrane$/],
    ['a server that hangs', { kind: 'hang' }, /types%2fcrane$/],
    ['a tarball that is another one', { kind: 'flip' }, /types.*\.tgz$/],
    ['a tarball that is not there', { kind: 'answer', status: 404, body: '' }, /types.*\.tgz$/],
    ['a tarball that hangs', { kind: 'hang' }, /types.*\.tgz$/],
  ])('because of %s cost nothing but themselves', async (_title, fault, path) => {
    const { read, registry, log, folder } = await start([library('1.0.0'), types('1.0.0')], {
      typesWaitMs: 500,
      limits: { attemptTimeoutMs: 60_000, deadlineMs: 60_000 },
    });
    registry.failAlways(fault, { path });
    expect(await read('crane')).toEqual({ paths: ['README.md'], skipped: [] });
    expect(log.join()).toContain('The types of a package could not be fetched.');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are tried again after ten minutes, and until then the version is known to lack them', async () => {
    let nowMs = 1_000_000;
    const { origin, find, registry } = await start([library('1.0.0'), types('1.0.0')], { now: () => nowMs });
    registry.failNext([{ kind: 'answer', status: 503, body: '' }], { path: /types/ });
    const located = await find('crane');
    const poor = await origin.prepare(located, signal);
    await origin.release(poor);
    expect(poor.types).toBeUndefined();
    expect(poor.location).not.toBe(located.location);
    nowMs += 599_000;
    expect((await find('crane')).location).toBe(poor.location);
    nowMs += 1_000;
    expect((await find('crane')).location).toBe(located.location);
    const ready = await origin.prepare(await find('crane'), signal);
    expect(ready).toMatchObject({ location: located.location, types: { version: '1.0.0' } });
  });

  it('are not tried again where only another configuration would help', async () => {
    const { origin, find, registry } = await start([library('1.0.0'), types('1.0.0')]);
    registry.failAlways({ kind: 'answer', status: 403, body: '' }, { path: /types/ });
    const located = await find('crane');
    const { root, ...ready } = await origin.prepare(located, signal);
    expect({ ...ready, root: located.root }).toEqual(located);
    await origin.release({ ...ready, root });
    expect((await find('crane')).location).toBe(located.location);
  });

  it('are not waited for when the caller goes away', async () => {
    const { origin, find, registry, folder } = await start([library('1.0.0'), types('1.0.0')]);
    registry.failAlways({ kind: 'hang' }, { path: /types/ });
    const stop = new AbortController();
    const located = await find('crane');
    const preparing = origin.prepare(located, stop.signal);
    const isAsked = () => registry.requests.some(({ path }) => path.includes('types'));
    while (!isAsked()) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await expect(preparing).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(folder)).toBe(false);
  });
});

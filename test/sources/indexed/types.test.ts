import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../../src/call.ts';
import { startTarballOrigin } from '../../origins/tarball/start-tarball-origin.ts';
import { copyProject, temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import { pack, type StoredVersion } from '../../stand-ins/registry/packages.ts';
import { packageTarball } from '../../stand-ins/registry/tar-entries.ts';
import { call, openSource } from './open-source.ts';

const packages = join(import.meta.dirname, '../../fixtures/packages');

/** A project with the fixture package of types, or with packages of the test's own. */
function setup(files?: Readonly<Record<string, string | object>>) {
  const folder = temporaryFolder();
  const project = copyProject('npm-app', join(folder, 'project'));
  const modules = join(project, 'node_modules');
  if (files === undefined) {
    cpSync(join(packages, 'typed-harbor'), join(modules, 'typed-harbor'), { recursive: true });
    writeFiles(project, { 'package.json': { name: 'app', dependencies: { 'typed-harbor': '2.1.0' } } });
  } else {
    writeFiles(modules, files);
  }
  return { project, modules, ...openSource({ cacheFolder: join(folder, 'cache'), project }) };
}

const crane = { name: 'crane', version: '1.0.0' };
const craneTypes = { name: '@types/crane', version: '1.0.3' };
const readme = { 'README.md': '# Crane\n\nIt lifts lanterns.\n' };
const documented = '/** Lifts the lanterns. */\nexport declare function liftLanterns(): void;\n';

describe('a package with types', () => {
  it('answers a question by the declaration', async () => {
    const { ask } = setup();
    const { snippets } = await ask('typed-harbor', 'how strong may the wind be for a crane');
    expect(snippets[0]).toMatchObject({
      title: 'unload',
      kind: 'code',
      location: 'node_modules/typed-harbor/dist/index.d.ts:21',
    });
    // The type of its options cannot be imported, so what takes them stands first and they with it.
    expect(snippets[0]?.text).toContain('maxWind?: number;');
  });

  it.each([
    ['unload', 'dist/index.d.ts:21'],
    ['emptyQuay', 'dist/index.d.ts:40'],
    ['Rope payOut', 'dist/rope.d.ts:3'],
    ['moor', 'dist/moorings.d.ts:2'],
    ['paintHull', 'dist/index.d.ts:'],
  ])('has the declaration of %s first', async (query, place) => {
    const { ask } = setup();
    const [first] = (await ask('typed-harbor', query)).snippets;
    expect(first?.location).toContain(`node_modules/typed-harbor/${place}`);
  });

  it('tells while it is read how many files there are in all, declarations too', async () => {
    const { ask } = setup();
    const told: Progress[] = [];
    await ask('typed-harbor', 'unload', {}, { ...call, onProgress: (progress) => void told.push(progress) });
    expect(told.map(({ done, total }) => [done, total])).toEqual(
      Array.from({ length: 6 }, (_, done) => [done, 6]),
    );
  });

  it('is read again by the next process when a declaration was edited in place, as by a patch', async () => {
    const cacheFolder = join(temporaryFolder(), 'cache');
    const { project, modules } = setup({ 'crane/package.json': crane, 'crane/lib/index.d.ts': documented });
    writeFiles(modules, { 'crane/package.json': { ...crane, types: 'lib/index.d.ts' } });
    const titles = async () => {
      const { ask, source } = openSource({ cacheFolder, project });
      const { snippets } = await ask('crane', 'lanterns');
      await source.close();
      return snippets.map(({ title }) => title);
    };
    expect(await titles()).toEqual(['liftLanterns']);
    writeFiles(modules, { 'crane/lib/index.d.ts': documented.replace('liftLanterns', 'raiseLanterns') });
    expect(await titles()).toEqual(['raiseLanterns']);
  });

  it('has nothing that no entry leads to', async () => {
    const { ask } = setup();
    expect((await ask('typed-harbor', 'stowaway')).snippets).toEqual([]);
  });

  it('is told by the word before it was read, and by its entries after', async () => {
    const { source, ask } = setup();
    const listing = await source.list?.(call);
    expect(listing?.libraries).toMatchObject([{ name: 'typed-harbor', coverage: 'README, types' }]);
    const [about] = (await ask('typed-harbor')).snippets;
    expect(about?.text).toMatch(/docs in the package: \d+ API entries/);
    expect((await ask('typed-harbor', 'unload')).notes.join()).not.toContain('README only');
  });
});

describe('a hostile package', () => {
  it('with brackets nested 100,000 deep is indexed, and its other files answer', async () => {
    const { ask, lines } = setup({
      'crane/package.json': crane,
      'crane/index.d.ts': `${documented}export type A = ${'['.repeat(100_000)}${']'.repeat(100_000)};\n`,
      'crane/other.d.ts': documented.replace('liftLanterns', 'dimLanterns').replace('Lifts', 'Dims'),
    });
    const { snippets, notes } = await ask('crane', 'lanterns');
    const locations = snippets.map(({ location }) => location).join();
    expect(locations).toContain('crane/other.d.ts');
    expect(locations).toContain('crane/index.d.ts');
    expect(notes.join()).not.toContain('Not read');
    expect(lines.join()).not.toContain('left out');
  });

  it('whose declarations are links out of it is not followed', async () => {
    const { ask, project, modules } = setup({
      'crane/package.json': crane,
      'crane/index.d.ts': `${documented}import './secret.js';\n`,
    });
    writeFiles(project, {
      'secret.d.ts': '/** The password of the harbour master. */\nexport declare const password: 1;',
    });
    symlinkSync(join(project, 'secret.d.ts'), join(modules, 'crane/secret.d.ts'));
    expect((await ask('crane', 'password harbour master')).snippets).toEqual([]);
    expect((await ask('crane', 'lanterns')).notes.join()).toContain(
      'secret.d.ts (a link out of the package)',
    );
  });
});

/** The source over a registry that has these packages alone, in a folder without any project. */
async function setupRegistry(packages: readonly StoredVersion[], now: () => number = Date.now) {
  const { origin, registry } = await startTarballOrigin({ registry: { packages }, now });
  const source = openSource({ cacheFolder: join(temporaryFolder(), 'cache'), registry: async () => origin });
  return { ...source, registry };
}

function publish(files: Readonly<Record<string, string>>, manifest = crane): StoredVersion {
  const entries = Object.entries(files).map(([path, content]) => ({ path: `package/${path}`, content }));
  return { manifest, tarball: packageTarball(manifest.name, manifest.version, entries) };
}

describe('a version from the registry', () => {
  it('answers a question by the declaration too', async () => {
    const { ask } = await setupRegistry(pack([join(packages, 'typed-harbor')]));
    const { snippets, notes } = await ask('typed-harbor', 'how strong may the wind be for a crane');
    expect(snippets[0]).toMatchObject({
      title: 'unload',
      kind: 'code',
      location: 'typed-harbor@2.1.0/dist/index.d.ts:21',
    });
    expect(notes.join()).not.toContain('README only');
  });

  it.each([10_000, 200_000, 1_000_000])(
    'with %i bytes of brackets inside each other is indexed, and its other files answer',
    async (bytes) => {
      const half = bytes / 2;
      const nested = publish({
        'index.d.ts': `${documented}export type A = ${'['.repeat(half)}${']'.repeat(half)};\n`,
        'other.d.ts': documented.replace('liftLanterns', 'dimLanterns').replace('Lifts', 'Dims'),
      });
      const { ask, lines } = await setupRegistry([nested]);
      const { snippets, notes } = await ask('crane', 'lanterns');
      const locations = snippets.map(({ location }) => location).join();
      expect(locations).toContain('crane@1.0.0/other.d.ts');
      expect(locations).toContain('crane@1.0.0/index.d.ts');
      expect(notes.join()).not.toContain('Not read');
      expect(lines.join()).not.toContain('left out');
    },
  );

  it('with a README and nothing else says that there is nothing else', async () => {
    const { ask } = await setupRegistry([publish(readme)]);
    expect((await ask('crane', 'lanterns')).notes.join()).toContain('the package ships no other docs');
  });

  it('without types is answered from its @types package, which the answer names with its version', async () => {
    const { ask } = await setupRegistry([publish(readme), publish({ 'index.d.ts': documented }, craneTypes)]);
    const { id, snippets, notes } = await ask('crane', 'liftLanterns');
    expect(id).toBe('npm:crane@1.0.0');
    expect(snippets[0]).toMatchObject({
      title: 'liftLanterns',
      location: '@types/crane@1.0.3/index.d.ts:2',
    });
    expect(notes.join()).not.toContain('README only');
  });

  it('is answered by its docs while its @types package cannot be fetched, and by both later', async () => {
    let nowMs = 1_000_000;
    const packages = [publish(readme), publish({ 'index.d.ts': documented }, craneTypes)];
    const { ask, registry } = await setupRegistry(packages, () => nowMs);
    registry.failNext([{ kind: 'answer', status: 503, body: '' }], { path: /types/ });
    const places = async () =>
      (await ask('crane', 'lanterns')).snippets.map(({ location }) => location).sort();
    expect(await places()).toEqual(['crane@1.0.0/README.md:1']);
    const asked = registry.requests.length;
    expect(await places()).toEqual(['crane@1.0.0/README.md:1']);
    expect(registry.requests).toHaveLength(asked);
    nowMs += 600_000;
    expect(await places()).toEqual(['@types/crane@1.0.3/index.d.ts:2', 'crane@1.0.0/README.md:1']);
  });
});

describe('a package without types', () => {
  const types = {
    'crane/package.json': { ...crane, main: 'index.js' },
    'crane/index.js': '',
    '@types/crane/package.json': { name: '@types/crane', version: '1.0.3', types: 'index.d.ts' },
    '@types/crane/index.d.ts': documented,
  };

  it('is answered from its @types package, which the answer names', async () => {
    const { ask } = setup(types);
    expect((await ask('crane', 'liftLanterns')).snippets).toMatchObject([
      { title: 'liftLanterns', location: 'node_modules/@types/crane/index.d.ts:2' },
    ]);
  });

  it('is read again when its @types package is another one', async () => {
    const { ask, modules } = setup(types);
    await ask('crane', 'liftLanterns');
    writeFiles(modules, {
      '@types/crane/package.json': { name: '@types/crane', version: '1.0.40', types: 'index.d.ts' },
      '@types/crane/index.d.ts': documented.replace('liftLanterns', 'raiseLanterns'),
    });
    expect((await ask('crane', 'raiseLanterns')).snippets).toMatchObject([{ title: 'raiseLanterns' }]);
  });

  it('that has got its own is answered from those', async () => {
    const { ask } = setup({
      ...types,
      'crane/index.d.ts': documented.replace('liftLanterns', 'ownLanterns'),
    });
    expect((await ask('crane', 'lanterns')).snippets).toMatchObject([{ title: 'ownLanterns' }]);
  });

  it('is not answered from a package that only stands at the place', async () => {
    const { ask } = setup({ ...types, '@types/crane/package.json': { name: 'winch', version: '1.0.0' } });
    await expect(ask('crane', 'lanterns')).rejects.toMatchObject({ code: 'no-docs' });
  });
});

describe('a linked package', () => {
  it('is read again when its declarations change', async () => {
    const { ask, project } = setup({});
    writeFiles(project, { 'linked/package.json': crane, 'linked/index.d.ts': documented });
    symlinkSync(join(project, 'linked'), join(project, 'node_modules/crane'));
    expect((await ask('crane', 'lanterns')).snippets).toMatchObject([{ title: 'liftLanterns' }]);
    writeFiles(project, { 'linked/index.d.ts': documented.replace('liftLanterns', 'newLanterns') });
    expect((await ask('crane', 'lanterns')).snippets).toMatchObject([{ title: 'newLanterns' }]);
  });
});

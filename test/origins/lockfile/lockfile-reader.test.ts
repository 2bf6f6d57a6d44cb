import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createInstalledOrigin } from '../../../src/origins/installed/installed-origin.ts';
import { createLockfileReader } from '../../../src/origins/lockfile/lockfile-reader.ts';
import { copyProject, temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import {
  copyFixture,
  findProject,
  type LockfileFixture,
  openLockfiles,
  projectOf,
} from './open-lockfiles.ts';

const workspaces: readonly LockfileFixture[] = [
  'npm-2',
  'npm-3',
  'pnpm-6',
  'pnpm-9',
  'yarn-1',
  'yarn-berry',
  'bun',
];

describe.each(workspaces)('the lockfile of %s', (name) => {
  const open = (folder = 'packages/app') => openLockfiles(join(copyFixture(name), folder));

  it('gives the versions nearest to the project first, aliases behind the name itself', async () => {
    const { lines, about } = await open();
    expect(await lines('zod')).toEqual([
      'zod@4.6.7 for packages/app',
      'zod@3.25.76 for packages/app as zod3',
      'zod@3.25.76 for packages/legacy',
    ]);
    expect(await about()).toMatchObject({ isPnp: false, notes: [] });
  });

  it('gives another package of the workspace its own version', async () => {
    const { lines } = await open('packages/legacy');
    expect((await lines('zod'))[0]).toBe('zod@3.25.76 for packages/legacy');
  });

  it('knows an alias of the project and calls the library by its own name', async () => {
    const { lines } = await open();
    expect(await lines('zod3')).toEqual(['zod@3.25.76 for packages/app as zod3']);
  });

  it('knows what belongs to the workspace, to a linked folder and to a file', async () => {
    const { lines } = await open();
    expect(await lines('@reef/ui')).toEqual(['@reef/ui@0.3.0 for packages/app (workspace)']);
    // yarn does not count a folder outside its workspaces as something with a version; bun does not look into the file.
    const linked = name.startsWith('yarn') ? '0.0.0' : '2.1.0';
    expect(await lines('shore')).toEqual([`shore@${linked} for packages/app (link)`]);
    expect(await lines('pebble')).toEqual([
      `pebble@${name === 'bun' ? '0.0.0' : '1.0.3'} for packages/app (file)`,
    ]);
  });

  it('names dependencies of dependencies by their own names, never by an alias that others gave them', async () => {
    const { lines } = await open();
    expect([...(await lines('string-width'))].sort()).toEqual([
      'string-width@4.2.3 below .',
      'string-width@5.1.2 below .',
    ]);
    expect(await lines('string-width-cjs')).toEqual([]);
  });

  it('finds what the workspace root asks for, and nothing for a library that is not there', async () => {
    const { lines } = await open();
    expect(await lines('semver')).toEqual(['semver@7.8.6 for .']);
    expect(await lines('left-pad')).toEqual([]);
    expect(await lines('constructor')).toEqual([]);
  });
});

describe.each<LockfileFixture>(['npm-1', 'pnpm-6-single'])('the lockfile of %s', (name) => {
  it('is read by what package.json asks for', async () => {
    const { lines } = await openLockfiles(copyFixture(name));
    expect(await lines('zod')).toEqual(['zod@4.6.7 for .', 'zod@3.25.76 for . as zod3']);
    expect(await lines('zod3')).toEqual(['zod@3.25.76 for . as zod3']);
    expect(await lines('string-width-cjs')).toEqual([]);
    expect((await lines('string-width')).length).toBe(2);
  });
});

describe('lockfiles beside what is installed', () => {
  it.each(['npm-workspace', 'pnpm-workspace'] as const)('agree in %s', async (name) => {
    const folder = copyProject(name, join(temporaryFolder(), name));
    const project = await findProject(join(folder, 'packages/app'));
    const installed = createInstalledOrigin({ homeFolder: '/nobody-lives-here', userId: process.getuid?.() });
    const reader = createLockfileReader({ now: Date.now });
    for (const library of ['harbor', '@reef/ui']) {
      const located = await installed.locate({ name: library }, project, new AbortController().signal);
      const locked = await reader.lockedVersions(project, library);
      expect(locked.map(({ version }) => version)).toEqual(located.map(({ version }) => version));
      expect(locked.every(({ resolvedElsewhere }) => resolvedElsewhere !== undefined)).toBe(true);
    }
  });
});

describe('the choice of a lockfile', () => {
  const npmLock = (version: string) => ({
    lockfileVersion: 3,
    packages: { '': { dependencies: { zod: '*' } }, 'node_modules/zod': { version } },
  });
  const bunLock = `{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {"zod": "*"}}}, "packages": {"zod": ["zod@9.0.0"],}}`;

  it('takes the shrinkwrap of npm before its lockfile', async () => {
    const { lines, about } = await openLockfiles(
      projectOf({ 'package-lock.json': npmLock('1.0.0'), 'npm-shrinkwrap.json': npmLock('2.0.0') }),
    );
    expect(await lines('zod')).toEqual(['zod@2.0.0 for .']);
    expect(await about()).toEqual({ file: 'npm-shrinkwrap.json', isPnp: false, notes: [] });
  });

  it('goes by the package manager that package.json names, else by the one that has installed, and says so', async () => {
    const files = { 'package-lock.json': npmLock('1.0.0'), 'bun.lock': bunLock };
    const rows: [Record<string, string | object>, string][] = [
      [{ 'package.json': { packageManager: 'npm@11.0.0' } }, 'package-lock.json'],
      [{ 'node_modules/.package-lock.json': '{}' }, 'package-lock.json'],
      [{}, 'bun.lock'],
    ];
    for (const [more, file] of rows) {
      const { about } = await openLockfiles(projectOf({ ...files, ...more }));
      const { file: read, notes } = await about();
      expect(read).toBe(file);
      expect(notes).toEqual([expect.stringContaining(`more than one lockfile: ${file} is read`)]);
    }
  });

  it('leaves one alone that lies in a package of a workspace whose root has one', async () => {
    const folder = copyFixture('npm-3');
    writeFiles(folder, { 'packages/app/package-lock.json': npmLock('1.0.0') });
    const { lines } = await openLockfiles(join(folder, 'packages/app'));
    expect((await lines('zod'))[0]).toBe('zod@4.6.7 for packages/app');
    rmSync(join(folder, 'package-lock.json'));
    expect((await lines('zod'))[0]).toBe('zod@1.0.0 for packages/app');
  });

  it('says how to get the text form of a binary lockfile of bun', async () => {
    const { about } = await openLockfiles(projectOf({ 'bun.lockb': '\0' }));
    expect((await about()).notes).toEqual([expect.stringContaining('--save-text-lockfile')]);
  });

  it('reads a lockfile again when it has changed, and only then', async () => {
    const folder = projectOf({ 'package-lock.json': npmLock('1.0.0') });
    const file = join(folder, 'package-lock.json');
    utimesSync(file, 1, 1);
    const { lines } = await openLockfiles(folder);
    expect(await lines('zod')).toEqual(['zod@1.0.0 for .']);
    writeFileSync(file, JSON.stringify(npmLock('2.0.0')));
    utimesSync(file, 1, 1);
    expect(await lines('zod')).toEqual(['zod@1.0.0 for .']);
    utimesSync(file, 2, 2);
    expect(await lines('zod')).toEqual(['zod@2.0.0 for .']);
  });

  it('keeps the four that were used last', async () => {
    const folders = [1, 2, 3, 4, 5].map((major) =>
      projectOf({ 'package-lock.json': npmLock(`${major}.0.0`) }),
    );
    const reader = createLockfileReader({ now: Date.now });
    const versionIn = async (folder: string) =>
      (await reader.lockedVersions(await findProject(folder), 'zod'))[0]?.version;
    for (const folder of folders) utimesSync(join(folder, 'package-lock.json'), 1, 1);
    for (const [index, folder] of folders.entries()) expect(await versionIn(folder)).toBe(`${index + 1}.0.0`);
    // What is kept is not read again while its time and size stay; what is not kept is.
    for (const folder of folders) {
      writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(npmLock('9.0.0')));
      utimesSync(join(folder, 'package-lock.json'), 1, 1);
    }
    expect(await versionIn(folders[4] ?? '')).toBe('5.0.0');
    expect(await versionIn(folders[1] ?? '')).toBe('2.0.0');
    expect(await versionIn(folders[0] ?? '')).toBe('9.0.0');
  });

  it('sees Plug’n’Play by its file beside yarn.lock, and runs nothing of it', async () => {
    const folder = copyFixture('yarn-berry');
    writeFiles(folder, { '.pnp.cjs': 'globalThis.ran = true; throw new Error("run");' });
    const { about, lines } = await openLockfiles(join(folder, 'packages/app'));
    expect(await about()).toEqual({ file: 'yarn.lock', isPnp: true, notes: [] });
    expect((await lines('zod'))[0]).toBe('zod@4.6.7 for packages/app');
    expect(globalThis).not.toHaveProperty('ran');
    rmSync(join(folder, 'yarn.lock'));
    expect((await about()).isPnp).toBe(false);
  });
});

describe('what the fixtures hold', () => {
  it('is no registry host and no path of a machine', () => {
    const folder = join(import.meta.dirname, '../../fixtures/lockfiles');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    for (const { parentPath, name } of files) {
      const text = readFileSync(join(parentPath, name), 'utf8');
      const hosts = [...text.matchAll(/[a-z]+:\/\/([^/\s"']+)/g)].map(([, host]) => host);
      expect(hosts.filter((host) => host !== 'registry.invalid')).toEqual([]);
      expect(text).not.toMatch(/\/(?:tmp|home|Users|work)\//);
    }
  });
});

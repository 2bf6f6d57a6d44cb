import { execFileSync } from 'node:child_process';
import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createInstalledOrigin } from '../../../src/origins/installed/installed-origin.ts';
import type { Located } from '../../../src/origins/origin.ts';
import { readAll } from '../../contracts/origin-contract.ts';
import { temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import { pack, packFixturePackages, type StoredVersion } from '../../stand-ins/registry/packages.ts';
import { signal, startTarballOrigin } from './start-tarball-origin.ts';

const installed = createInstalledOrigin({ homeFolder: '/no-home', userId: process.getuid?.() });

/** Installs tarballs by the real npm, each in a folder of its own, and returns where the installed origin reads them. */
function install(packages: readonly StoredVersion[]): Located[] {
  const folder = temporaryFolder();
  const aliases = packages.map(({ tarball }, index) => {
    writeFileSync(join(folder, `${index}.tgz`), tarball);
    return `package-${index}@file:./${index}.tgz`;
  });
  writeFiles(folder, { 'package.json': { name: 'app', private: true } });
  const flags = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const isWindows = process.platform === 'win32';
  execFileSync('npm', ['install', ...flags, ...aliases], { cwd: folder, stdio: 'pipe', shell: isWindows });
  return packages.map(({ manifest }, index) => ({
    origin: installed.name,
    name: manifest.name,
    version: manifest.version,
    location: '',
    stamp: '',
    root: realpathSync(join(folder, `node_modules/package-${index}`)),
    shownRoot: '',
  }));
}

/** Holds the tarballs of packages to give what the installed packages give, and returns the paths of each. */
async function compare(packages: readonly StoredVersion[]): Promise<Readonly<Record<string, string[]>>> {
  const { origin, find } = await startTarballOrigin({ registry: { packages } });
  const paths: Record<string, string[]> = {};
  for (const local of install(packages)) {
    const expected = await readAll(installed, local);
    const located = await find(local.name, local.version);
    expect(await readAll(origin, located)).toEqual(expected);
    expect(await origin.survey(located, signal)).toEqual(await installed.survey(local, signal));
    paths[`${local.name}@${local.version}`] = expected.files.map(({ path }) => path);
  }
  return paths;
}

function packWith(manifest: Readonly<Record<string, unknown>>, files: readonly string[]): StoredVersion[] {
  const folder = temporaryFolder();
  writeFiles(folder, {
    'package.json': { name: 'reef', version: '1.0.0', ...manifest },
    ...Object.fromEntries(files.map((path) => [path, `// ${path}\nexport declare const a: '${path}';\n`])),
  });
  return pack([folder]);
}

describe('a tarball gives the same files as the installed package', () => {
  it('of every fixture package, docs and declarations alike', async () => {
    const paths = await compare(packFixturePackages());
    expect(Object.keys(paths)).toHaveLength(packFixturePackages().length);
    expect(paths['typed-harbor@2.1.0']).toEqual([
      'README.md',
      'dist/index.d.ts',
      'dist/crane.d.ts',
      'dist/rope.d.ts',
      'dist/moorings.d.ts',
      'dist/v1/index.d.ts',
    ]);
  });

  it('of a package with docs in all kinds of places', async () => {
    const paths = await compare(
      packWith({}, [
        'README.md',
        'README.de.md',
        'readme.txt',
        'CHANGELOG.md',
        'CONTRIBUTING.md',
        'SECURITY.md',
        'LICENSE.md',
        'AGENTS.md',
        'CLAUDE.md',
        'llms.txt',
        'llms-full.txt',
        'GUIDE.md',
        'NEWS.md',
        'index.js',
        'HISTORY',
        'docs/a.md',
        'docs/a.zh-CN.md',
        'docs/zh/a.md',
        'docs/en/b.md',
        'docs/test/c.md',
        'docs/.hidden/d.md',
        'docs/README.md',
        'docs/changelog/1.md',
        'docs/templates/t.mdx',
        'docs/img.png',
        'test/x.md',
        'test/docs/y.md',
        'vendor/z.md',
        'lib/one/deep/too/deep.md',
        'lib/tools/skills/s/SKILL.md',
        'lib/notes/1.md',
        'lib/notes/2.md',
        'lib/notes/3.md',
        'lib/notes/sub/4.md',
        'lib/two/1.md',
        'lib/two/2.md',
        `docs/${'d/'.repeat(11)}in.md`,
        `docs/${'d/'.repeat(12)}out.md`,
        'skills/x/CLAUDE.md',
        'a/b/c/docs/far.md',
        'node_modules/other/README.md',
        'dist/docs/i18n/x.md',
        'dist/docs/guide.markdown',
        'docs/fr.md',
        'examples/basic.ts',
        'examples/types.d.ts',
        'docs/examples/more.ts',
      ]),
    );
    expect(paths['reef@1.0.0']?.length).toBeGreaterThan(15);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string[], string[]]>([
    [
      'modules that only a path leads to',
      { types: './index.d.ts' },
      [
        ...['index.d.ts', 'plugin/utc.d.ts', 'plugin/utc.js', 'plugin/none.d.ts', 'plugin/deep/tz.d.cts'],
        ...['plugin/deep/tz.cjs', 'plugin/node_modules/x/a.d.ts', 'plugin/node_modules/x/a.js', 'esm/a.d.ts'],
        ...['esm/a.js', 'plugin/.hidden/a.d.ts', 'plugin/.hidden/a.js', 'empty/a.js'],
      ],
      ['index.d.ts', 'plugin/deep/tz.d.cts', 'plugin/utc.d.ts'],
    ],
    [
      'exports with patterns',
      { exports: { '.': './lib/index.js', './*': './lib/*.mjs', './internal/*': null } },
      ['lib/index.d.ts', 'lib/a.d.mts', 'lib/deep/b.d.mts', 'lib/internal/c.d.mts'],
      ['lib/index.d.ts', 'lib/a.d.mts', 'lib/deep/b.d.mts'],
    ],
    [
      'no exports, so that every declaration at the root counts',
      { main: './lib/main.js' },
      ['lib/main.d.ts', 'cache.d.ts', 'agent.d.cts', 'lib/unreached.d.ts'],
      ['lib/main.d.ts', 'agent.d.cts', 'cache.d.ts'],
    ],
    [
      'twins for two module systems, an old major and a subset',
      { exports: { './v3': './v3/index.js', '.': './index.cjs', './mini': { types: './mini/index.d.cts' } } },
      ['index.d.ts', 'index.d.cts', 'index.d.mts', 'v3/index.d.ts', 'v3/index.d.cts', 'mini/index.d.cts'],
      ['index.d.ts', 'v3/index.d.ts', 'mini/index.d.cts'],
    ],
    ['no declarations', { main: 'index.js' }, ['index.js', 'test/index.d.ts'], []],
  ])('of a package with %s', async (_title, manifest, files, expected) => {
    expect((await compare(packWith(manifest, files)))['reef@1.0.0']).toEqual(expected);
  });
});

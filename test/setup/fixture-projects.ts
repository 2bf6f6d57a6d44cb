import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');
const packagesFolder = join(root, 'test/fixtures/packages');

/** Where projects that were built once are kept. */
const cacheFolder = join(root, 'node_modules/.cache/docpin-fixtures');

export type FixtureProject = 'npm-app' | 'npm-workspace' | 'pnpm-workspace';

/**
 * Builds projects with the real npm and pnpm from the packages under `test/fixtures/packages`, without the network, and returns
 * their folder. What was built from the same sources is used again; its name is their digest, so that runs on different
 * sources do not meet, and it appears whole.
 */
export function buildFixtureProjects(): string {
  const folder = join(cacheFolder, digestOfSources().slice(0, 16));
  if (existsSync(folder)) return folder;
  // Built elsewhere: below a node_modules folder package managers and the code under test see other things.
  const work = mkdtempSync(join(realpathSync(tmpdir()), 'docpin-build-'));
  mkdirSync(cacheFolder, { recursive: true });
  const unfinished = mkdtempSync(join(cacheFolder, 'unfinished-'));
  try {
    const tarballs = packAll(join(work, 'tarballs'));
    buildNpmApp(join(work, 'npm-app'), tarballs);
    buildNpmWorkspace(join(work, 'npm-workspace'), tarballs);
    buildPnpmWorkspace(join(work, 'pnpm-workspace'), tarballs, join(work, 'store'));
    for (const name of ['npm-app', 'npm-workspace', 'pnpm-workspace'])
      cpSync(join(work, name), join(unfinished, name), { recursive: true, verbatimSymlinks: true });
    if (!existsSync(folder)) renameSync(unfinished, folder);
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Copies a built project into a folder, so that a test may change it. */
export function copyProject(name: FixtureProject, to: string): string {
  cpSync(join(buildFixtureProjects(), name), to, { recursive: true, verbatimSymlinks: true });
  return to;
}

/** A real path that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'docpin-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files below a folder: texts as they are, objects as JSON. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | object>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
}

type Tarballs = Readonly<Record<string, string>>;

function packAll(folder: string): Tarballs {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(packagesFolder);
  const paths = names.map((name) => join(packagesFolder, name));
  const packed = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder, ...paths], folder),
  ) as { filename: string }[];
  return Object.fromEntries(names.map((name, index) => [name, join(folder, packed[index]?.filename ?? '')]));
}

function buildNpmApp(folder: string, tarballs: Tarballs): void {
  writeFiles(folder, { 'package.json': { name: 'npm-app', private: true }, 'src/index.js': '' });
  const wanted = ['harbor', 'pebble', 'bare-bones', 'tide-query'].map((name) => tarballs[name] ?? '');
  npm(['install', ...installFlags, ...wanted], folder);
}

function workspaceFiles(tarballs: Tarballs): Record<string, object | string> {
  return {
    'packages/app/package.json': {
      name: '@reef/app',
      version: '1.0.0',
      dependencies: { harbor: `file:${tarballs.harbor}`, '@reef/ui': 'workspace:*' },
    },
    'packages/app/src/index.js': '',
    'packages/legacy/package.json': {
      name: '@reef/legacy',
      version: '1.0.0',
      dependencies: { harbor: `file:${tarballs['harbor-4']}` },
    },
    'packages/ui/package.json': { name: '@reef/ui', version: '0.3.0', private: true },
    'packages/ui/README.md': '# Reef UI\n\nButtons and sails.\n',
    'packages/ui/docs/buttons.md': '# Buttons\n\nA button is painted coral by default.\n',
  };
}

function buildNpmWorkspace(folder: string, tarballs: Tarballs): void {
  const files = workspaceFiles(tarballs);
  // npm does not read `workspace:` ranges.
  const app = files['packages/app/package.json'] as { dependencies: Record<string, string> };
  app.dependencies['@reef/ui'] = '0.3.0';
  writeFiles(folder, {
    ...files,
    'package.json': { name: 'reef', private: true, workspaces: ['packages/*'] },
  });
  npm(['install', ...installFlags], folder);
}

function buildPnpmWorkspace(folder: string, tarballs: Tarballs, store: string): void {
  writeFiles(folder, {
    ...workspaceFiles(tarballs),
    'package.json': { name: 'reef', private: true },
    'pnpm-workspace.yaml': 'packages:\n  - "packages/*"\n',
  });
  const flags = [
    '--offline',
    '--ignore-scripts',
    '--store-dir',
    store,
    '--config.manage-package-manager-versions=false',
  ];
  run(join(root, 'node_modules/.bin/pnpm'), ['install', ...flags], folder);
}

const installFlags = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

function npm(args: readonly string[], folder: string): string {
  return run('npm', args, folder);
}

function run(command: string, args: readonly string[], folder: string): string {
  const isWindows = process.platform === 'win32';
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', shell: isWindows, stdio });
}

function digestOfSources(): string {
  const hash = createHash('sha256').update(readFileSync(import.meta.filename));
  const paths = readdirSync(packagesFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of paths) hash.update(path.slice(packagesFolder.length)).update(readFileSync(path));
  return hash.digest('hex');
}

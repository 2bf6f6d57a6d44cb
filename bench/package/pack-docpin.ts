import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the bench ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'docpin-bench-'));
  folders.add(folder);
  return folder;
}

/** Packs docpin as it is published, `dist/` as it was built. Returns the tarball's path. */
export function packDocpin(root: string): string {
  const folder = temporaryFolder();
  const flags = ['--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder];
  const output = execFileSync('npm', ['pack', ...flags], { cwd: root, encoding: 'utf8' });
  const [packed] = JSON.parse(output) as { filename: string }[];
  return join(folder, packed?.filename ?? '');
}

export interface Installed {
  readonly folder: string;
  readonly mainFile: string;
  /** Folders of all packages that npm put there, docpin's own among them. */
  readonly packages: readonly string[];
  readonly bytes: number;
}

/** Installs a tarball into an empty project with the registry that npm is set up for, without running scripts. */
export function installTarball(tarball: string, flags: readonly string[] = []): Installed {
  const folder = join(temporaryFolder(), 'app');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', private: true }));
  const all = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...flags];
  execFileSync('npm', ['install', ...all, tarball], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
  });
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  const packages = Object.keys(lock.packages)
    .map((path) => join(folder, path))
    .filter((path) => existsSync(join(path, 'package.json')));
  const mainFile = join(folder, 'node_modules/docpin/dist/main.js');
  return { folder, mainFile, packages, bytes: bytesOf(join(folder, 'node_modules')) };
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Package names and the exact versions to be measured. */
export type Pins = Readonly<Record<string, string>>;

/** Makes bench/.cache/<name>/ a project with exactly these packages, whose scripts do not run. Returns its folder. */
export function installPins(root: string, name: string, pins: Pins): string {
  const folder = join(root, 'bench/.cache', name);
  const isInstalled = ([name, version]: [string, string]) => installedVersion(folder, name) === version;
  if (Object.entries(pins).every(isInstalled)) return folder;
  mkdirSync(folder, { recursive: true });
  const manifest = { name: `bench-${name}`, private: true, dependencies: pins };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 300_000,
  });
  return folder;
}

function installedVersion(folder: string, name: string): string | undefined {
  const file = join(folder, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

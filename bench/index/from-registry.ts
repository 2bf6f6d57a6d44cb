import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchOptions } from '../bench-options.ts';

/** What a process needs to reach the registry that npm uses here, as environment variables. */
export function registryEnv(root: string): Readonly<Record<string, string>> {
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8' }).trim();
  const passed = ['NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];
  const here = passed.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(here), npm_config_registry: registry };
}

/** Makes a project that depends on a version and has nothing installed. Returns its folder. */
export function makeEmptyProject(root: string, name: string, version: string): string {
  const folder = join(root, 'bench/.cache/index-registry');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, dependencies: { [name]: version } }),
  );
  return folder;
}

/** Milliseconds of the download alone, in a process of its own: metadata and tarball, over new connections. */
export function measureDownload(
  { root, node }: BenchOptions,
  env: Readonly<Record<string, string>>,
  [name, version]: readonly [string, string],
): number {
  const args = [join(root, 'bench/index/download.mjs'), env.npm_config_registry ?? '', name, version];
  return Number(execFileSync(node, args, { env, encoding: 'utf8', timeout: 60_000 }));
}

import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { realPathOf } from '../climb.ts';
import { readRegularFile } from '../read-regular-file.ts';

export type LockfileTool = 'npm' | 'pnpm' | 'yarn' | 'bun';

export interface FoundLockfile {
  /** What it is called: `pnpm-lock.yaml`. */
  readonly file: string;
  readonly tool: LockfileTool;
  /** Real path; a lockfile may be a link (build systems do that). */
  readonly path: string;
  /** Changes whenever the file may have changed. */
  readonly state: string;
}

export interface LockfileSearch {
  readonly found: FoundLockfile | undefined;
  /** Whether Yarn Plug'n'Play is in use: packages lie in archives, and there is no node_modules. */
  readonly isPnp: boolean;
  readonly notes: readonly string[];
}

/** npm takes its shrinkwrap first; the tools are in the order in which a second lockfile is more likely to be left over. */
const names: readonly { readonly file: string; readonly tool: LockfileTool }[] = [
  { file: 'pnpm-lock.yaml', tool: 'pnpm' },
  { file: 'bun.lock', tool: 'bun' },
  { file: 'yarn.lock', tool: 'yarn' },
  { file: 'npm-shrinkwrap.json', tool: 'npm' },
  { file: 'package-lock.json', tool: 'npm' },
];
/** What each tool leaves behind when it has installed. */
const marks: Readonly<Record<LockfileTool, readonly string[]>> = {
  npm: ['node_modules/.package-lock.json'],
  pnpm: ['node_modules/.modules.yaml'],
  yarn: ['node_modules/.yarn-integrity', 'node_modules/.yarn-state.yml', '.pnp.cjs'],
  bun: [],
};
const pnpFiles = ['.pnp.cjs', '.pnp.loader.mjs', '.pnp.js'];
const maxManifestBytes = 4_000_000;
const manifestShape = z.object({ packageManager: z.string() });

/** Looks for the lockfile of a folder without reading it. Nothing of Plug'n'Play is read or run: that its files are there is enough. */
export async function findLockfile(folder: string): Promise<LockfileSearch> {
  const there: FoundLockfile[] = [];
  for (const { file, tool } of names) {
    const found = await look(folder, file, tool);
    if (found !== undefined && !there.some((other) => other.tool === tool)) there.push(found);
  }
  const hasYarn = there.some(({ tool }) => tool === 'yarn');
  const isPnp = hasYarn && (await anyOf(folder, pnpFiles));
  if (there.length === 0) return { found: undefined, isPnp, notes: await binaryNotes(folder) };
  if (there.length === 1) return { found: there[0], isPnp, notes: [] };
  const found = await choose(folder, there);
  const others = there.filter((each) => each !== found).map(({ file }) => file);
  return {
    found,
    isPnp: isPnp && found?.tool === 'yarn',
    notes: [`There is more than one lockfile: ${found?.file} is read, ${others.join(' and ')} not.`],
  };
}

async function look(folder: string, file: string, tool: LockfileTool): Promise<FoundLockfile | undefined> {
  const path = await realPathOf(join(folder, file));
  const stats = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (path === undefined || stats === undefined) return undefined;
  return { file, tool, path, state: `${stats.mtimeMs} ${stats.size} ${stats.ino}` };
}

/** The tool that package.json names, else the one that installed last as far as it can be seen, else the first. */
async function choose(folder: string, there: readonly FoundLockfile[]): Promise<FoundLockfile | undefined> {
  const named = await packageManagerOf(folder);
  const byName = there.find(({ tool }) => tool === named);
  if (byName !== undefined) return byName;
  for (const each of there) if (await anyOf(folder, marks[each.tool])) return each;
  return there[0];
}

async function packageManagerOf(folder: string): Promise<string | undefined> {
  try {
    const path = (await realPathOf(join(folder, 'package.json'))) ?? '';
    const { bytes } = await readRegularFile(path, { maxBytes: maxManifestBytes });
    return manifestShape.parse(JSON.parse(bytes.toString('utf8'))).packageManager.split('@')[0];
  } catch {
    // Most packages do not name one, and what else is wrong with a package.json is said where the project is read.
    return undefined;
  }
}

async function binaryNotes(folder: string): Promise<readonly string[]> {
  if (!(await anyOf(folder, ['bun.lockb']))) return [];
  return ['bun.lockb is binary and not read: `bun install --save-text-lockfile` writes bun.lock.'];
}

async function anyOf(folder: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    const stats = await lstat(join(folder, path)).catch(() => undefined);
    if (stats !== undefined) return true;
  }
  return false;
}

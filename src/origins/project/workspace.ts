import { realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import * as z from 'zod';
import type { Manifest } from '../read-manifest.ts';
import { readRegularFile } from '../read-regular-file.ts';
import { expandGlobs } from './expand-globs.ts';
import type { Footprint } from './footprint.ts';

export interface Workspace {
  readonly root: string;
  /** Absolute paths of its package folders, without the root. */
  readonly packageFolders: readonly string[];
  readonly notes: readonly string[];
}

const maxYamlBytes = 1_000_000;
const pnpmWorkspace = z.object({ packages: z.array(z.string()).nullish() });

/** The workspace that has its root at this folder, or undefined: npm's, yarn's (`workspaces`) or pnpm's (its YAML file). */
export async function readWorkspace(
  root: string,
  manifest: Manifest | undefined,
  footprint: Footprint,
): Promise<Workspace | undefined> {
  const pnpm = await readPnpmGlobs(root, footprint);
  const globs = pnpm?.globs ?? manifest?.workspaces;
  if (globs === undefined) return undefined;
  const { folders, fault } = await expandGlobs(root, globs, footprint);
  const faults = [pnpm?.fault, fault].filter((text) => text !== undefined);
  return {
    root,
    packageFolders: folders.map((folder) => join(root, folder)),
    notes: faults.map((text) => `Not all of the project was read: ${text}.`),
  };
}

/** Orders package folders: the folder itself, those above it, then the others by how much of their path they share. */
export function nearestFirst(folders: readonly string[], to: string): readonly string[] {
  const distances = new Map(folders.map((folder) => [folder, distanceOf(relative(to, folder).split(sep))]));
  const distance = (folder: string) => distances.get(folder) ?? 0;
  return [...folders].sort((a, b) => distance(a) - distance(b) || (a < b ? -1 : a > b ? 1 : 0));
}

/** What is above comes before what is beside, because Node looks there. */
function distanceOf(way: readonly string[]): number {
  const ups = way.filter((part) => part === '..').length;
  const isSelf = way.every((part) => part === '');
  if (isSelf) return -1;
  return ups === way.length ? ups / 1_000 : ups + 1;
}

async function readPnpmGlobs(
  root: string,
  footprint: Footprint,
): Promise<{ globs: readonly string[]; fault?: string } | undefined> {
  const file = join(root, 'pnpm-workspace.yaml');
  footprint.add(file);
  const text = await readSmallFile(file);
  if (text === undefined) return undefined;
  try {
    const { parseYaml } = await import('./parse-yaml.ts');
    const { packages } = pnpmWorkspace.parse(parseYaml(text) ?? {});
    return { globs: packages ?? [] };
  } catch {
    // The parser's message quotes the file, and its text is not ours to repeat.
    return { globs: [], fault: 'pnpm-workspace.yaml cannot be read' };
  }
}

async function readSmallFile(file: string): Promise<string | undefined> {
  try {
    return (await readRegularFile(await realpath(file), { maxBytes: maxYamlBytes })).bytes.toString('utf8');
  } catch {
    // Missing nearly always; an unreadable one leaves the project without a workspace.
    return undefined;
  }
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Footprint } from './footprint.ts';
import { expandBraces, matchGlob, matchSegment } from './match-glob.ts';

export interface ExpandedGlobs {
  /** Folders with a package.json, relative to the root with forward slashes, in order of their names. */
  readonly folders: readonly string[];
  /** Set when not everything was looked at. */
  readonly fault?: string;
}

// A workspace of that size is no longer enumerated on every change; the largest public ones have about 1,000 packages.
const maxFolders = 2_000;
const maxReads = 10_000;
const maxDepth = 10;
const maxGlobs = 200;

/**
 * Finds the package folders that workspace globs name (`packages/*`, `apps/**`, `!apps/old`). Links are not followed, and
 * node_modules and dot folders are left out, as package managers do it.
 */
export async function expandGlobs(
  root: string,
  globs: readonly string[],
  footprint: Footprint,
): Promise<ExpandedGlobs> {
  const patterns = globs.flatMap(expandBraces).slice(0, maxGlobs).map(normalise);
  const negated = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => normalise(pattern.slice(1)));
  const found = new Set<string>();
  const entriesOf = createFolderReader(root, footprint);

  async function visit(folder: string, segments: readonly string[], depth: number): Promise<void> {
    if (found.size > maxFolders || entriesOf.count() > maxReads || depth > maxDepth) return;
    const [segment, ...rest] = segments;
    const entries = await entriesOf.read(folder);
    if (segment === undefined) {
      if (entries.hasManifest && folder !== '') found.add(folder);
      return;
    }
    if (segment === '**') await visit(folder, rest, depth);
    for (const name of entries.folders) {
      const isTaken = segment === '**' ? !name.startsWith('.') : matchFolder(name, segment);
      if (isTaken)
        await visit(
          folder === '' ? name : `${folder}/${name}`,
          segment === '**' ? segments : rest,
          depth + 1,
        );
    }
  }

  for (const pattern of patterns.filter((text) => !text.startsWith('!'))) {
    await visit(
      '',
      pattern.split('/').filter((part) => part !== ''),
      0,
    );
  }
  const folders = [...found]
    .filter((folder) => !negated.some((pattern) => matchGlob(folder, pattern)))
    .sort();
  const isCut = found.size > maxFolders || entriesOf.count() > maxReads;
  return isCut
    ? {
        folders,
        fault: 'its workspace is too large to be looked at whole; name a package folder as the project',
      }
    : { folders };
}

function normalise(pattern: string): string {
  return pattern.replace(/^\.\//, '').replace(/\/+$/, '');
}

function matchFolder(name: string, segment: string): boolean {
  return matchSegment(name, segment) && (!name.startsWith('.') || segment.startsWith('.'));
}

interface FolderEntries {
  readonly folders: readonly string[];
  readonly hasManifest: boolean;
}

/** Reads each folder once. `..` never appears: only names that a folder lists are entered. */
function createFolderReader(root: string, footprint: Footprint) {
  const known = new Map<string, FolderEntries>();

  async function read(folder: string): Promise<FolderEntries> {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const path = join(root, folder);
    footprint.add(path);
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    const result = {
      folders: entries
        .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
        .map((entry) => entry.name)
        .sort(),
      hasManifest: entries.some((entry) => entry.name === 'package.json'),
    };
    known.set(folder, result);
    return result;
  }

  return { read, count: () => known.size };
}

import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';

export interface ClimbLimits {
  /** Real path. Never looked at from below: what lies in a home folder is no part of a project inside it. */
  readonly homeFolder: string;
  /** Undefined where the system has no owners (Windows). */
  readonly userId: number | undefined;
}

/** Resolves the home folder, once: the climb compares real paths. */
export function createClimbLimits(given: ClimbLimits): () => Promise<ClimbLimits> {
  let resolved: Promise<ClimbLimits> | undefined;
  return () => {
    resolved ??= realPathOf(given.homeFolder).then((real) => ({
      homeFolder: real ?? given.homeFolder,
      userId: given.userId,
    }));
    return resolved;
  };
}

/** A folder and those above it that may decide something for it. */
export interface Climb {
  /** The start first. */
  readonly folders: readonly string[];
  /** Whose files are taken on the way: ours and those of the owner of the start. */
  trusts(ownerId: number): boolean;
}

/**
 * Walks up from a folder that exists (a real path) and stops before the home folder, a file-system boundary and a folder of
 * somebody else.
 *
 * "Somebody else" is neither us nor the owner of the start: a checkout under CI often belongs to another user than the one
 * that runs (root, mostly), and whoever starts there trusts it already. That holds for root too, so there is no exception for
 * it: `/tmp` is root's own, and what stops a planted `/tmp/package.json` is the owner of that file, which `trusts` is for.
 */
export async function climb(start: string, limits: ClimbLimits): Promise<Climb> {
  // Synchronous here and below: microseconds each, where a promise takes a tenth of a millisecond, some thirty times a call.
  const first = statSync(start);
  const owners = new Set([first.uid, limits.userId ?? first.uid]);
  const folders = [start];
  for (let folder = dirname(start); folder !== folders.at(-1); folder = dirname(folder)) {
    if (folders.at(-1) === limits.homeFolder || folder === limits.homeFolder) break;
    const { dev, uid } = statSync(folder);
    if (dev !== first.dev || !owners.has(uid)) break;
    folders.push(folder);
  }
  return { folders, trusts: (ownerId) => owners.has(ownerId) };
}

/** Whether a path is a folder or lies in it, compared by segments; both are real paths. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The real path, or undefined where there is nothing or it may not be looked at. */
export async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

import { createHash } from 'node:crypto';
import type { DocsLimits } from '../docs-files/docs-limits.ts';
import type { TimedFile } from './installed-folder.ts';
import { areUnchanged, listState, type PackageState } from './package-state.ts';
import type { InstalledPackage } from './read-package.ts';

export interface PackageDigestsOptions {
  readonly limits: DocsLimits;
  /** In milliseconds. */
  readonly now: () => number;
}

export type ReadPackageDigest = (read: InstalledPackage) => string;

interface Kept {
  readonly manifestState: string;
  readonly digest: string;
  /** Folders first. */
  readonly watched: readonly TimedFile[];
  /** Whether the folders' times can be relied on: a change in the same moment as the one before it would not show. */
  readonly isSettled: boolean;
  readonly atMs: number;
}

/** Looking at the files of a large package takes 6 ms, far too long for every call; an edit shows after this time. */
const keptMs = 5_000;
/** More are looked at when the answer is on its way, for the next one: the largest packages have thousands of declarations. */
const maxLooksAtOnce = 1_500;
/** The coarsest times that file systems keep. */
const settleMs = 2_000;
/** A package's state takes 10 kB, that of the largest half a megabyte. */
const maxKept = 500;

/**
 * Creates a reader of what tells the docs and the declarations of a package from what they were: their paths, sizes and times.
 * Packages in node_modules are looked at again after five seconds, and at once when the package.json is another one; all others
 * every time.
 */
export function createPackageDigests({ limits, now }: PackageDigestsOptions): ReadPackageDigest {
  const kept = new Map<string, Kept>();

  function readAgain(root: string, manifestState: string, before: Kept | undefined): Kept {
    const atMs = now();
    if (before?.isSettled && areUnchanged(root, before.watched.slice(0, maxLooksAtOnce))) {
      const again = { ...before, atMs };
      lookAtRest(root, again);
      return again;
    }
    const state = listState(root, limits);
    const isSettled = state.folders.every((folder) => Math.abs(atMs - folder.state.changedMs) > settleMs);
    const watched = [...state.folders, ...state.files];
    return { manifestState, digest: digestOf(state), watched, isSettled, atMs };
  }

  function lookAtRest(root: string, read: Kept): void {
    const rest = read.watched.slice(maxLooksAtOnce);
    if (rest.length === 0) return;
    setImmediate(() => {
      if (kept.get(root) === read && !areUnchanged(root, rest)) kept.delete(root);
    }).unref();
  }

  return function readPackageDigest({ root, manifestState, isMutable }) {
    if (isMutable) return digestOf(listState(root, limits));
    const known = kept.get(root);
    const before = known?.manifestState === manifestState ? known : undefined;
    // Not from the future either: a clock that was set back must not keep it for hours.
    if (before !== undefined && Math.abs(now() - before.atMs) < keptMs) return before.digest;
    if (kept.size >= maxKept) kept.clear();
    const read = readAgain(root, manifestState, before);
    kept.set(root, read);
    return read.digest;
  };
}

/** Differs whenever one of the files may have changed. */
function digestOf({ files }: PackageState): string {
  const states = files.map(({ path, state }) => [path, state.bytes, state.modifiedMs, state.changedMs]);
  return createHash('sha256').update(JSON.stringify(states)).digest('hex').slice(0, 32);
}

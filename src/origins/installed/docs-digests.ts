import { createHash } from 'node:crypto';
import type { DocsLimits } from '../docs-files/docs-limits.ts';
import { selectDocs } from '../docs-files/select-docs.ts';
import { openInstalledFolder, type TimedFile } from './installed-folder.ts';
import type { InstalledPackage } from './read-package.ts';

export interface DocsDigestsOptions {
  readonly limits: DocsLimits;
  /** In milliseconds. */
  readonly now: () => number;
}

export type ReadDocsDigest = (read: InstalledPackage) => string;

/** A walk through the largest packages takes 7 ms and more, far too long for every call; an edit shows after this time. */
const keptMs = 5_000;
const maxKept = 5_000;

/**
 * Creates a reader of what tells the docs files of a package from what they were: their paths, sizes and times. It is taken again
 * after five seconds, and at once when the package's package.json is another one.
 */
export function createDocsDigests({ limits, now }: DocsDigestsOptions): ReadDocsDigest {
  const kept = new Map<string, { readonly manifestState: string; readonly atMs: number; digest: string }>();

  return function readDocsDigest({ root, manifestState }) {
    const before = kept.get(root);
    // Not from the future either: a clock that was set back must not keep it for hours.
    const isRecent = before !== undefined && Math.abs(now() - before.atMs) < keptMs;
    if (isRecent && before.manifestState === manifestState) return before.digest;
    const atMs = now();
    const digest = digestOf(selectDocs(openInstalledFolder(root), limits).files);
    if (kept.size >= maxKept) kept.clear();
    kept.set(root, { manifestState, atMs, digest });
    return digest;
  };
}

/** Differs whenever one of the files may have changed. */
export function digestOf(files: readonly TimedFile[]): string {
  const digest = createHash('sha256');
  for (const { path, state } of files)
    digest.update(JSON.stringify([path, state.bytes, state.modifiedMs, state.changedMs]));
  return digest.digest('hex').slice(0, 32);
}

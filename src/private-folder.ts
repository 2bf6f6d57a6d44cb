import { existsSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DocpinError } from './errors.ts';

/**
 * Makes a folder, and those above it, for this user alone (0700). Throws `cache-unusable` where one is there that is another
 * user's, can be written by others or is a link, and what the file system says when it cannot be made.
 */
export function makePrivateFolder(folder: string): void {
  makeFolder(folder);
  // Without a slash at its end, which would follow a link.
  const stat = lstatSync(resolve(folder));
  // Windows has neither; there the rights are those of the user's profile.
  const isOpen = process.getuid !== undefined && (stat.mode & 0o022) !== 0;
  if (!isOwn(stat) || stat.isSymbolicLink() || isOpen) throw foreignError();
}

/** Whether this user owns it. */
export function isOwn({ uid }: Pick<Stats, 'uid'>): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

/** The error of a place that somebody else may have prepared: what is read there could be theirs, or what is written be read. */
export function foreignError(): DocpinError {
  return new DocpinError('cache-unusable', {
    what: 'The cache folder, or a file in it, is another user’s, can be written by others, or is a link.',
    next: 'Set DOCPIN_CACHE_DIR to a folder of your own, or take the rights of others away: chmod 700.',
  });
}

/**
 * Not `mkdir` with `recursive`, and not left to Node's compile cache: in a place that lets nothing be made and says ENOENT for it,
 * as /proc does, both try without end.
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (thrown) {
    // Another process may have made it in between.
    if (!existsSync(folder)) throw thrown;
  }
}

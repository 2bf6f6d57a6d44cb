import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { foreignError, isOwn, makePrivateFolder } from '../private-folder.ts';

/** Corrupt files that are kept for whoever wants to know why. */
const maxKept = 2;

/**
 * Makes a database file that is missing, for this user alone: folder 0700, file 0600. SQLite gives its WAL and shared-memory
 * files the mode of the file itself, so that one has to be right first. Throws `cache-unusable` where another user has a hand in it.
 */
export function makePrivateFile(file: string): void {
  makePrivateFolder(dirname(file));
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
  // Windows has no such flag, and links there need a right of their own.
  const descriptor = openSync(file, flags | (constants.O_NOFOLLOW ?? 0), 0o600);
  try {
    if (!isOwn(fstatSync(descriptor))) throw foreignError();
    fchmodSync(descriptor, 0o600);
  } finally {
    closeSync(descriptor);
  }
}

/** Throws `cache-unusable` unless a database file that is there is this user's, and its folder is for this user alone. */
export function assertPrivateFile(file: string): void {
  makePrivateFolder(dirname(file));
  const stat = lstatSync(file);
  if (!isOwn(stat) || stat.isSymbolicLink()) throw foreignError();
}

/** Tells the file that has this path now from one that had it before; undefined where there is none, or nothing in it. */
export function fileStamp(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined || stat.size === 0 ? undefined : `${stat.dev}:${stat.ino}`;
}

/**
 * Moves a file that cannot be trusted out of the way (`*.corrupt-<ms>`), its WAL with it, and keeps the two newest of such
 * files; nothing where another process did so before, and the path is another file already. A rename is enough: processes
 * that still have the old file open go on with it until they notice.
 */
export function setAside(
  { file, now }: { readonly file: string; readonly now: () => number },
  stamp: string | undefined,
): void {
  if (stamp === undefined || fileStamp(file) !== stamp) return;
  renameSync(file, `${file}.corrupt-${now()}`);
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  removeSetAside(file, maxKept);
}

/** Deletes the files that were set aside from this path, but for the newest ones. */
export function removeSetAside(file: string, kept: number): void {
  const folder = dirname(file);
  if (!existsSync(folder)) return;
  const prefix = `${basename(file)}.corrupt-`;
  const newestFirst = readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .sort((a, b) => Number(b.slice(prefix.length)) - Number(a.slice(prefix.length)));
  for (const name of newestFirst.slice(kept)) rmSync(join(folder, name), { force: true });
}

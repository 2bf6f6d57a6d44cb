import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from '../private-folder.ts';

export interface SecretOptions {
  /** The cache folder. */
  readonly folder: string;
  /** Of this process's user; undefined where the system has none. */
  readonly userId: number | undefined;
}

const fileName = 'installation-secret';
const secretBytes = 32;

/**
 * Gives the secret of this installation, 32 bytes in a file of the cache folder (0600), and makes it when there is none. All
 * processes that race for it get the same. Throws where it cannot be made or read, is a link, or is another user's: a name of
 * a credential must not be made from what somebody else may have chosen.
 */
export function loadInstallationSecret({ folder, userId }: SecretOptions): Uint8Array {
  const file = join(folder, fileName);
  makePrivateFolder(folder);
  const found = readSecret(file, userId);
  if (found !== undefined) return found;
  createSecret(file);
  const created = readSecret(file, userId);
  if (created === undefined) throw new Error('The secret of this installation was made and is gone.');
  return created;
}

function readSecret(file: string, userId: number | undefined): Uint8Array | undefined {
  let descriptor: number;
  try {
    // Windows has no such flag, and links there need a right of their own.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
  try {
    const stat = fstatSync(descriptor);
    const isOurs = userId === undefined || stat.uid === userId;
    if (!stat.isFile() || !isOurs || stat.size !== secretBytes)
      throw new Error('The secret of this installation is not what docpin writes.');
    if ((stat.mode & 0o077) !== 0) fchmodSync(descriptor, 0o600);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Whole or not at all: it gets its name by a link, which never takes the place of what another process has made. */
function createSecret(file: string): void {
  const unfinished = `${file}.${randomBytes(8).toString('hex')}`;
  writeFileSync(unfinished, randomBytes(secretBytes), { flag: 'wx', mode: 0o600, flush: true });
  try {
    linkSync(unfinished, file);
  } catch (thrown) {
    // A file system without links: the last of those that race wins, and the first ones lose their copies.
    if (codeOf(thrown) !== 'EEXIST') renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
}

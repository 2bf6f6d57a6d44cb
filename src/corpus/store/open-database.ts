import { chmodSync, closeSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DocpinError } from '../../errors.ts';
import { makePrivateFolder } from '../../private-folder.ts';
import type { Database, SqliteEngine } from '../../sqlite.ts';
import { createTables, isCorpus, isForeign } from './schema.ts';
import { DamageFound, isCorrupt, isUnwritable } from './sqlite-error.ts';
import { retryWhileBusy, waitForLocks } from './transaction.ts';

/** Corrupt files that are kept for whoever wants to know why. */
const maxKept = 2;

export interface CorpusFile {
  readonly engine: SqliteEngine;
  /** The path of the file, or `:memory:`. */
  readonly file: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Opens the corpus for writing and makes it where it is missing: folder 0700, file 0600, WAL. A corrupt or foreign file is
 * set aside (`*.corrupt-<ms>`) and a new one made. Throws `indexing-failed` where the place cannot be written.
 */
export function openForWriting(corpus: CorpusFile): Database {
  if (corpus.file === ':memory:') return prepare(corpus);
  try {
    makePlace(corpus.file);
    const stamp = fileStamp(corpus.file);
    try {
      return prepare(corpus);
    } catch (thrown) {
      if (!isCorrupt(thrown)) throw thrown;
      setAside(corpus, stamp);
      makePlace(corpus.file);
      return prepare(corpus);
    }
  } catch (thrown) {
    if (!isUnwritable(thrown)) throw thrown;
    throw new DocpinError(
      'indexing-failed',
      {
        what: 'The folder of the local index cannot be written.',
        next: 'Set DOCPIN_CACHE_DIR to a folder that can be written, or make this one writable.',
      },
      { cause: thrown },
    );
  }
}

/** Tells the file that has this path now from one that had it before; undefined where there is none, or nothing in it. */
export function fileStamp(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined || stat.size === 0 ? undefined : `${stat.dev}:${stat.ino}`;
}

/**
 * Moves a file that cannot be trusted out of the way, its WAL with it, and keeps the two newest of such files; nothing where
 * another process did so before, and the path is another file already. A rename is enough: processes that still have the old
 * file open go on with it until they notice.
 */
export function setAside({ file, now }: Pick<CorpusFile, 'file' | 'now'>, stamp: string | undefined): void {
  if (stamp === undefined || fileStamp(file) !== stamp) return;
  renameSync(file, `${file}.corrupt-${now()}`);
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  const folder = dirname(file);
  const prefix = `${basename(file)}.corrupt-`;
  const kept = readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .sort((a, b) => Number(b.slice(prefix.length)) - Number(a.slice(prefix.length)));
  for (const name of kept.slice(maxKept)) rmSync(join(folder, name), { force: true });
}

function prepare({ engine, file }: CorpusFile): Database {
  return retryWhileBusy(() => {
    const database = engine.open(file);
    try {
      waitForLocks(database);
      if (isForeign(database)) throw new DamageFound('The file belongs to another program.');
      // Before the first table and before WAL, else the page size of a new file is 4096 for good.
      database.exec('PRAGMA page_size = 8192');
      database.exec('PRAGMA journal_mode = WAL');
      database.exec('PRAGMA synchronous = NORMAL');
      database.exec('PRAGMA foreign_keys = ON');
      database.exec('PRAGMA journal_size_limit = 16777216');
      if (!isCorpus(database)) createTables(database);
      return database;
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  });
}

/** SQLite gives its WAL and shared-memory files the mode of the file itself, so that one has to be right first. */
function makePlace(file: string): void {
  makePrivateFolder(dirname(file));
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

import { chmodSync, closeSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DocpinError } from '../../errors.ts';
import { makePrivateFolder } from '../../private-folder.ts';
import type { Database, SqliteEngine } from '../../sqlite.ts';
import { createTables } from './schema.ts';
import { isBusy, isCorrupt, isUnwritable } from './sqlite-error.ts';

/** How often a step that met another process's lock is tried; each try waits up to the busy timeout of 5 s by itself. */
const maxTries = 4;

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
    try {
      return prepare(corpus);
    } catch (thrown) {
      if (!isCorrupt(thrown)) throw thrown;
      setAside(corpus);
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

/** Runs a step again while another process holds the lock: one open in some hundred meets BUSY at the switch to WAL. */
export function retryWhileBusy<T>(step: () => T): T {
  for (let tries = 1; ; tries += 1) {
    try {
      return step();
    } catch (thrown) {
      if (!isBusy(thrown) || tries === maxTries) throw thrown;
    }
  }
}

/**
 * Moves a file that SQLite cannot read out of the way, its WAL with it, and keeps the two newest of such files. A rename
 * is enough: processes that still have the old file open go on with it until they notice that the path is another file.
 */
export function setAside({ file, now }: Pick<CorpusFile, 'file' | 'now'>): void {
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
      // Before the first table and before WAL, else the page size of a new file is 4096 for good.
      database.exec('PRAGMA page_size = 8192');
      database.exec('PRAGMA busy_timeout = 5000');
      database.exec('PRAGMA journal_mode = WAL');
      database.exec('PRAGMA synchronous = NORMAL');
      database.exec('PRAGMA foreign_keys = ON');
      database.exec('PRAGMA journal_size_limit = 16777216');
      createTables(database);
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

import { DocpinError } from '../../errors.ts';
import type { Database, SqliteEngine } from '../../sqlite.ts';
import { fileStamp, makePrivateFile, setAside } from '../../sqlite-file/private-file.ts';
import { DamageFound, isCorrupt, isDiskFault, isUnwritable } from '../../sqlite-file/sqlite-error.ts';
import { retryWhileBusy, waitForLocks } from '../../sqlite-file/transaction.ts';
import { createTables, isCorpus, isForeign } from './schema.ts';

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
    makePrivateFile(corpus.file);
    const stamp = fileStamp(corpus.file);
    try {
      return prepare(corpus);
    } catch (thrown) {
      if (!isCorrupt(thrown)) throw thrown;
      setAside(corpus, stamp);
      makePrivateFile(corpus.file);
      return prepare(corpus);
    }
  } catch (thrown) {
    if (!isUnwritable(thrown) && !isDiskFault(thrown)) throw thrown;
    throw new DocpinError(
      'indexing-failed',
      {
        what: 'The folder of the local index cannot be written.',
        next: 'Make it writable, make room on its disk, or set DOCPIN_CACHE_DIR to another folder.',
      },
      { cause: thrown },
    );
  }
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

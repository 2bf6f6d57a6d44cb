import type { Database } from '../sqlite.ts';
import { type FileKind, showsDamage } from '../sqlite-file/damage.ts';
import { fileStamp, setAside } from '../sqlite-file/private-file.ts';
import { isCorrupt, isDiskFault, isUnwritable } from '../sqlite-file/sqlite-error.ts';
import type { CorpusReader, CorpusWriter } from './corpus.ts';
import type { RankingWeights } from './search/ranking-weights.ts';
import { createLeases } from './store/create-leases.ts';
import { createReader, indexChanged } from './store/create-reader.ts';
import { createWriter } from './store/create-writer.ts';
import { type CorpusFile, openForWriting } from './store/open-database.ts';
import { createTables, isCorpus, readSchema } from './store/schema.ts';

/** The schema's version is in the name: an older docpin goes on with its own file. */
export const corpusFileName = 'corpus-v1.db';

export interface CorpusOptions extends CorpusFile {
  /** Whose rows are read and written; those of others are as if they were not there. '' when left out. */
  readonly audience?: string;
  /** The most text that the libraries may hold together, in characters; 512 Mi when left out. */
  readonly maxTextBytes?: number;
  /** For the retrieval bench. */
  readonly weights?: RankingWeights;
}

const defaultMaxTextBytes = 512 * 1024 * 1024;

/** Both sides over one connection: the only way to have a corpus in memory (`file: ':memory:'`). */
export function openCorpus(options: CorpusOptions): {
  readonly reader: CorpusReader;
  readonly writer: CorpusWriter;
  close(): void;
} {
  const database = openForWriting(options);
  let isOpen = true;
  function close(): void {
    if (isOpen) database.close();
    isOpen = false;
  }
  const { now, audience = '', weights, maxTextBytes = defaultMaxTextBytes } = options;
  const leases = createLeases(database, { now, audience });
  return {
    reader: { ...createReader(database, { now, audience, weights }), close },
    writer: { ...createWriter(database, { now, audience, maxTextBytes }), leases, close },
    close,
  };
}

/**
 * The write side. Makes the folder and the file, sets a damaged file aside, also when it shows only later: that one call
 * then runs again on the new file. Throws `indexing-failed` where the place cannot be written.
 */
export function openCorpusWriter(options: CorpusOptions): CorpusWriter {
  const { engine, file, now, audience = '', maxTextBytes = defaultMaxTextBytes } = options;
  const kind: FileKind = { engine, createTables, readSchema };
  let open = openFile();

  function openFile(): { database: Database; stamp: string | undefined; tools?: WriterTools } {
    const database = openForWriting(options);
    return { database, stamp: fileStamp(file) };
  }

  function reopen(): void {
    open.database.close();
    open = openFile();
  }

  function tools(): WriterTools {
    // What is written into a file that was set aside, nobody would find.
    if (file !== ':memory:' && open.stamp !== fileStamp(file)) reopen();
    open.tools ??= {
      writer: createWriter(open.database, { now, audience, maxTextBytes }),
      leases: createLeases(open.database, { now, audience }),
    };
    return open.tools;
  }

  function orOnNewFile<T>(work: (tools: WriterTools) => T): T {
    try {
      return work(tools());
    } catch (thrown) {
      if (file === ':memory:' || !showsDamage(thrown, open.database, kind)) throw thrown;
      setAside(options, open.stamp);
      reopen();
      return work(tools());
    }
  }

  return {
    findByContent: (...args) => orOnNewFile(({ writer }) => writer.findByContent(...args)),
    findByOrigin: (...args) => orOnNewFile(({ writer }) => writer.findByOrigin(...args)),
    add: (...args) => orOnNewFile(({ writer }) => writer.add(...args)),
    leases: {
      take: (...args) => orOnNewFile(({ leases }) => leases.take(...args)),
      renew: (...args) => orOnNewFile(({ leases }) => leases.renew(...args)),
    },
    close() {
      if (!open.database.isOpen) return;
      open.tools?.leases.releaseAll();
      open.database.close();
    },
  };
}

interface WriterTools {
  readonly writer: ReturnType<typeof createWriter>;
  readonly leases: ReturnType<typeof createLeases>;
}
type Reader = Omit<CorpusReader, 'close'>;

/**
 * The read side. Opens the file when it is first asked and there is one; no file, or one with no tables yet, holds nothing. A
 * damaged file is set aside, so that everything in it is read anew: it is a cache, and half of it would be a wrong answer.
 * Notices when the file was replaced.
 */
export function openCorpusReader(options: CorpusOptions): CorpusReader {
  const { engine, file, now, audience = '', weights } = options;
  const kind: FileKind = { engine, createTables, readSchema };
  let open: { readonly database: Database; readonly stamp: string; reader?: Reader } | undefined;

  function close(): void {
    open?.database.close();
    open = undefined;
  }

  function ensureOpen(): Reader | undefined {
    if (open?.reader !== undefined) return open.reader;
    const stamp = fileStamp(file);
    if (stamp === undefined) return undefined;
    open = { database: engine.open(file), stamp };
    const { database } = open;
    if (!isCorpus(database)) {
      // Just being made by another process, or none of ours: the writer sees to that.
      close();
      return undefined;
    }
    // All that is written here is when a library was used: nothing to wait for the disk for, nor to tidy up the WAL after.
    database.exec('PRAGMA synchronous = NORMAL');
    database.exec('PRAGMA wal_autocheckpoint = 0');
    open.reader = createReader(database, { now, audience, weights });
    return open.reader;
  }

  /** Undefined where there is nothing to read. */
  function read<T>(work: (reader: Reader) => T): T | undefined {
    const stamp = open?.stamp ?? fileStamp(file);
    try {
      const reader = ensureOpen();
      return reader === undefined ? undefined : work(reader);
    } catch (thrown) {
      const isDamaged = open === undefined ? isCorrupt(thrown) : showsDamage(thrown, open.database, kind);
      if (!isDamaged && !isUnwritable(thrown) && !isDiskFault(thrown)) throw thrown;
      close();
      if (isDamaged) setAsideIfPossible(options, stamp);
      return undefined;
    }
  }

  /** The same for what the file may have got since it was opened. */
  function readNewest<T>(work: (reader: Reader) => T): T | undefined {
    const found = read(work);
    // A writer that set a damaged file aside goes on in a new one, while this connection still reads the old.
    if (found !== undefined || open === undefined || open.stamp === fileStamp(file)) return found;
    close();
    return read(work);
  }

  function orGone<T>(found: T | undefined): T {
    if (found === undefined) throw indexChanged();
    return found;
  }

  return {
    findByOrigin: (...args) => readNewest((reader) => reader.findByOrigin(...args)),
    stampOf: (location) => readNewest((reader) => reader.stampOf(location)),
    isLeased: (...args) => readNewest((reader) => reader.isLeased(...args) || undefined) ?? false,
    search: (libraryRowId, query, searchOptions) =>
      orGone(read((reader) => reader.search(libraryRowId, query, searchOptions))),
    overview: (libraryRowId) => orGone(read((reader) => reader.overview(libraryRowId))),
    close,
  };
}

function setAsideIfPossible(options: CorpusOptions, stamp: string | undefined): void {
  try {
    setAside(options, stamp);
  } catch (thrown) {
    // The next one who writes meets the same, and says it to the person.
    if (!isUnwritable(thrown)) throw thrown;
  }
}

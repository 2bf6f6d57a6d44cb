import { statSync } from 'node:fs';
import type { Database } from '../sqlite.ts';
import type { CorpusReader, CorpusWriter } from './corpus.ts';
import type { RankingWeights } from './search/ranking-weights.ts';
import { createReader } from './store/create-reader.ts';
import { createWriter } from './store/create-writer.ts';
import { type CorpusFile, openForWriting, setAside } from './store/open-database.ts';
import { isCorrupt } from './store/sqlite-error.ts';

/** The schema's version is in the name: an older docpin goes on with its own file. */
export const corpusFileName = 'corpus-v1.db';

export interface CorpusOptions extends CorpusFile {
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
  const { now, weights, maxTextBytes = defaultMaxTextBytes } = options;
  return {
    reader: { ...createReader(database, { now, weights }), close },
    writer: { ...createWriter(database, { now, maxTextBytes }), close },
    close,
  };
}

/**
 * The write side. Makes the folder and the file, sets a corrupt file aside, also when it shows only later: that one call
 * then runs again on the new file. Throws `indexing-failed` where the place cannot be written.
 */
export function openCorpusWriter(options: CorpusOptions): CorpusWriter {
  const { now, maxTextBytes = defaultMaxTextBytes } = options;
  let database = openForWriting(options);
  let writer = createWriter(database, { now, maxTextBytes });

  function orOnNewFile<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      if (!isCorrupt(thrown) || options.file === ':memory:') throw thrown;
      database.close();
      setAside(options);
      database = openForWriting(options);
      writer = createWriter(database, { now, maxTextBytes });
      return work();
    }
  }

  return {
    findByContent: (...args) => orOnNewFile(() => writer.findByContent(...args)),
    add: (library) => orOnNewFile(() => writer.add(library)),
    linkOrigin: (...args) => orOnNewFile(() => writer.linkOrigin(...args)),
    close: () => database.close(),
  };
}

const emptyOverview = { opening: [], contents: [] };

/**
 * The read side. Opens the file when it is first asked and there is one; no file, a corrupt one or one with no tables
 * yet holds nothing, so that the writer makes it anew. Notices when the file was replaced.
 */
export function openCorpusReader(options: CorpusOptions): CorpusReader {
  const { engine, file, now, weights } = options;
  let open:
    | { readonly database: Database; readonly reader: Omit<CorpusReader, 'close'>; readonly stamp: string }
    | undefined;

  function close(): void {
    open?.database.close();
    open = undefined;
  }

  function ensureOpen(): Omit<CorpusReader, 'close'> | undefined {
    if (open !== undefined) return open.reader;
    const stamp = stampOf(file);
    if (stamp === undefined) return undefined;
    const database = engine.open(file);
    try {
      if (!hasTables(database)) {
        database.close();
        return undefined;
      }
      open = { database, reader: createReader(database, { now, weights }), stamp };
      return open.reader;
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  }

  function read<T>(empty: T, work: (reader: Omit<CorpusReader, 'close'>) => T): T {
    try {
      const reader = ensureOpen();
      return reader === undefined ? empty : work(reader);
    } catch (thrown) {
      if (!isCorrupt(thrown)) throw thrown;
      close();
      return empty;
    }
  }

  return {
    findByOrigin(location, stamp) {
      const found = read(undefined, (reader) => reader.findByOrigin(location, stamp));
      // A writer that set a corrupt file aside goes on in a new one, while this connection still reads the old.
      if (found !== undefined || open === undefined || open.stamp === stampOf(file)) return found;
      close();
      return read(undefined, (reader) => reader.findByOrigin(location, stamp));
    },
    search: (libraryRowId, query, searchOptions) =>
      read([], (reader) => reader.search(libraryRowId, query, searchOptions)),
    overview: (libraryRowId) => read(emptyOverview, (reader) => reader.overview(libraryRowId)),
    close,
  };
}

function stampOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined || stat.size === 0 ? undefined : `${stat.dev}:${stat.ino}`;
}

function hasTables(database: Database): boolean {
  // The vocabulary is made last, so it stands for all of them.
  const row = database
    .prepare("SELECT count(*) AS tables FROM sqlite_master WHERE name = 'section_term'")
    .get();
  return (row as { tables: number }).tables === 1;
}

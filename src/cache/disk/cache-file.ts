import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Database, SqliteEngine } from '../../sqlite.ts';
import { type FileKind, showsDamage } from '../../sqlite-file/damage.ts';
import { assertPrivateFile, fileStamp, makePrivateFile, setAside } from '../../sqlite-file/private-file.ts';
import { DamageFound, isCorrupt, isDiskFault, isUnwritable } from '../../sqlite-file/sqlite-error.ts';
import { retryWhileBusy } from '../../sqlite-file/transaction.ts';
import { ensureTables, readSchema } from './schema.ts';

export interface CacheFileOptions<T> {
  readonly file: string;
  /** Called by the first use: loading an engine takes longer than the rest of it. */
  readonly loadEngine: () => Promise<SqliteEngine>;
  /** Prepares the statements of a file that was just opened. */
  readonly prepare: (database: Database) => T;
  readonly now: () => number;
}

/** The cache's file, opened when it is first used. */
export interface CacheFile<T> {
  /**
   * Runs work on the file. One that is damaged or of somebody else is set aside (`*.corrupt-<ms>`), and the work runs on a new
   * one; one that was replaced meanwhile is opened anew. Where nothing can be written, what
   * is there can still be read. Rejects where there is no engine, and with what the place, the disk or
   * a lock refuses.
   */
  use<R>(work: (prepared: T) => R): Promise<R>;
  close(): void;
}

interface OpenFile<T> {
  readonly database: Database;
  readonly prepared: T;
  readonly stamp: string | undefined;
  /** Set where it could not be opened for writing. */
  readonly readOnlySinceMs?: number;
}

/** Whoever asks a cache waits for its answer, and the whole process with it: other processes write for milliseconds. */
const busyTimeoutMs = 500;
/** How often it is tried whether a disk that was full or read-only takes anything now. */
const retryWritingMs = 30_000;

/** Creates the access to a cache file. Nothing is opened or loaded yet. */
export function createCacheFile<T>({ file, loadEngine, prepare, now }: CacheFileOptions<T>): CacheFile<T> {
  let engine: Promise<SqliteEngine> | undefined;
  let open: OpenFile<T> | undefined;

  function close(): void {
    open?.database.close();
    open = undefined;
  }

  /**
   * Leaves no WAL behind, where nobody else uses the file: the next process would have to read all of it before its first
   * answer. SQLite does so itself at a close only when no statement is left, and one of the engines keeps them.
   */
  function emptyWal(database: Database): void {
    try {
      database.exec('PRAGMA busy_timeout = 0');
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (thrown) {
      if (!(thrown instanceof Error && 'errcode' in thrown)) throw thrown;
      // The WAL stays, and costs the next process a few milliseconds.
    }
  }

  function openFile(kind: FileKind): OpenFile<T> {
    try {
      return openForWriting(kind);
    } catch (thrown) {
      if (!isUnwritable(thrown) && !isDiskFault(thrown)) throw thrown;
      const found = openForReading(kind);
      if (found === undefined) throw thrown;
      return found;
    }
  }

  /** Undefined where there is nothing that can be read. */
  function openForReading(kind: FileKind): OpenFile<T> | undefined {
    if (fileStamp(file) === undefined) return undefined;
    assertPrivateFile(file);
    for (const location of readableLocations(file)) {
      let database: Database | undefined;
      try {
        database = kind.engine.open(location, { readOnly: true });
        ensureTables(database);
        return { database, prepared: prepare(database), stamp: fileStamp(file), readOnlySinceMs: now() };
      } catch (thrown) {
        database?.close();
        if (!isUnwritable(thrown) && !isDiskFault(thrown)) throw thrown;
      }
    }
    return undefined;
  }

  function openForWriting(kind: FileKind): OpenFile<T> {
    makePrivateFile(file);
    return retryWhileBusy(() => {
      const database = kind.engine.open(file);
      try {
        setUp(database);
        return { database, prepared: prepare(database), stamp: fileStamp(file) };
      } catch (thrown) {
        const isDamaged = showsDamage(thrown, database, kind);
        database.close();
        throw isDamaged ? new DamageFound('The file cannot be used.', { cause: thrown }) : thrown;
      }
    });
  }

  function run<R>(engine: SqliteEngine, work: (prepared: T) => R): R {
    const kind: FileKind = { engine, createTables: ensureTables, readSchema };
    const stamp = fileStamp(file);
    if (open !== undefined && open.stamp !== stamp) close();
    if (Math.abs(now() - (open?.readOnlySinceMs ?? now())) >= retryWritingMs) close();
    try {
      open ??= openFile(kind);
      return work(open.prepared);
    } catch (thrown) {
      const isDamaged = open === undefined ? isCorrupt(thrown) : showsDamage(thrown, open.database, kind);
      if (!isDamaged) throw thrown;
      close();
      setAside({ file, now }, stamp);
      open = openFile(kind);
      return work(open.prepared);
    }
  }

  return {
    async use(work) {
      engine ??= loadEngine();
      return run(await engine, work);
    },
    close() {
      if (open !== undefined) emptyWal(open.database);
      close();
    },
  };
}

/**
 * The file itself, then the file as one that nobody changes: the index of a WAL has to be made for the first, which a full disk
 * does not take. What is still in a WAL the second does not see, and would give what was deleted since.
 */
function readableLocations(file: string): readonly string[] {
  const hasWal = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  return hasWal ? [file] : [file, `${pathToFileURL(file).href}?immutable=1`];
}

function setUp(database: Database): void {
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  // Before the first table and before WAL, else the page size of a new file is 4096 for good.
  database.exec('PRAGMA page_size = 8192');
  database.exec('PRAGMA journal_mode = WAL');
  // May lose the last writes with the power, never mix them up.
  database.exec('PRAGMA synchronous = NORMAL');
  // 2 MB: what a process that is killed leaves is read by the next one before its first answer.
  database.exec('PRAGMA wal_autocheckpoint = 256');
  database.exec('PRAGMA journal_size_limit = 4194304');
  ensureTables(database);
}

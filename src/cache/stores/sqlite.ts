import { DocpinError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { SqliteEngine } from '../../sqlite.ts';
import { isBusy } from '../../sqlite-file/sqlite-error.ts';
import { createCacheFile } from '../disk/cache-file.ts';
import { type EntryRows, prepareEntries } from '../disk/entry-rows.ts';
import { type LeaseRows, prepareLeases } from '../disk/lease-rows.ts';
import type { Lease, Store } from '../store.ts';

export interface SqliteStoreOptions {
  readonly file: string;
  readonly loadEngine: () => Promise<SqliteEngine>;
  readonly now: () => number;
  /** The most that the file may hold, its WAL aside; 256 MiB when left out. */
  readonly maxBytes?: number;
  /** A larger value is not stored; 4 MiB when left out. */
  readonly maxValueBytes?: number;
  readonly log?: Log;
}

interface Rows {
  readonly entries: EntryRows;
  readonly leases: LeaseRows;
}

const mebibyte = 1024 * 1024;
const usualMaxBytes = 256 * mebibyte;
const usualMaxValueBytes = 4 * mebibyte;
/** After trouble the file is left alone for so long: a full disk or a lock would cost every call its time. */
const pauseMs = 30_000;
const busyPauseMs = 1_000;

/**
 * Creates a store in a SQLite file that all processes of the user share. It is opened by the first call, made where it is
 * missing, and set aside where it is damaged. Trouble is a miss and one line in the log.
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  const { file, loadEngine, log } = options;
  const { maxBytes = usualMaxBytes, maxValueBytes = usualMaxValueBytes } = options;
  // Of a clock that tells parts of a millisecond too: the file refuses those.
  const now = () => Math.round(options.now());
  const cacheFile = createCacheFile<Rows>({
    file,
    loadEngine,
    prepare: (database) => ({
      entries: prepareEntries(database, { now, maxBytes }),
      leases: prepareLeases(database, { now }),
    }),
    now,
  });
  // A disk that is full or read-only still gives what is on it.
  const pauses = { read: { fromMs: 0, forMs: 0 }, write: { fromMs: 0, forMs: 0 } };
  let isWarned = false;
  let isClosed = false;

  async function attempt<T, E>(
    kind: 'read' | 'write',
    otherwise: E,
    work: (rows: Rows) => T,
  ): Promise<T | E> {
    const pausedMs = now() - pauses[kind].fromMs;
    if (isClosed || (pausedMs >= 0 && pausedMs < pauses[kind].forMs)) return otherwise;
    try {
      return await cacheFile.use(work);
    } catch (thrown) {
      pauses[kind] = { fromMs: now(), forMs: isBusy(thrown) ? busyPauseMs : pauseMs };
      warn(thrown);
      return otherwise;
    }
  }

  function warn(thrown: unknown): void {
    if (isWarned) return;
    isWarned = true;
    log?.warn('the cache file cannot be used, so copies of answers are kept in memory only', {
      file,
      reason: reasonOf(thrown),
    });
  }

  function toLease(key: string, id: string, ttlMs: number): Lease {
    return {
      renew: () => attempt('write', undefined, ({ leases }) => leases.renew(key, id, ttlMs)),
      release: () => attempt('write', undefined, ({ leases }) => leases.release(key, id)),
    };
  }

  return {
    async get(key) {
      const found = await attempt('read', undefined, ({ entries }) => entries.get(key));
      if (found?.isUseDue === true) await attempt('write', undefined, ({ entries }) => entries.noteUse(key));
      return found?.entry;
    },
    async put(key, entry) {
      const isTooLarge = Buffer.byteLength(entry.value) > maxValueBytes;
      await attempt('write', undefined, ({ entries }) =>
        isTooLarge ? entries.delete(key) : entries.put(key, entry),
      );
    },
    delete: (key) => attempt('write', undefined, ({ entries }) => entries.delete(key)),
    libraries: (owner) => attempt('read', [], ({ entries }) => entries.libraries(owner)),
    async lease(key, ttlMs) {
      // Without the file nobody can be asked, so everybody may.
      const id = await attempt('write', 'nobody', ({ leases }) => leases.take(key, ttlMs));
      return id === undefined ? undefined : toLease(key, id, ttlMs);
    },
    holder: (key, ttlMs) => attempt('read', undefined, ({ leases }) => leases.holder(key, ttlMs)),
    async close() {
      isClosed = true;
      cacheFile.close();
    },
  };
}

/** In our own words or a code: what a library says may hold anything. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof DocpinError) return thrown.what;
  if (!(thrown instanceof Error)) return 'unknown';
  if ('errcode' in thrown) return `SQLite error ${thrown.errcode}`;
  return 'code' in thrown ? String(thrown.code) : thrown.name;
}

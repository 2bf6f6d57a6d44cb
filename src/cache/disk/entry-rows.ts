import type { Database } from '../../sqlite.ts';
import { writeOnce } from '../../sqlite-file/transaction.ts';
import type { StoredEntry } from '../store.ts';
import { entryHash } from './entry-hash.ts';

export interface EntryRowsOptions {
  readonly now: () => number;
  /** The most that the file may hold, its WAL aside. */
  readonly maxBytes: number;
}

export interface EntryRows {
  /** The entry of exactly this key, with whether its use is to be noted. A row that is not what was written is deleted. */
  get(key: string): { readonly entry: StoredEntry; readonly isUseDue: boolean } | undefined;
  put(key: string, entry: StoredEntry): void;
  delete(key: string): void;
  /** The libraries of an owner's entries that may still be served. */
  libraries(owner: string): readonly string[];
  noteUse(key: string): void;
}

interface EntryRow {
  readonly id: number;
  readonly hash: string;
  readonly source: string;
  readonly label: string;
  readonly owner: string | null;
  readonly library: string | null;
  readonly storedAtMs: number;
  readonly freshUntilMs: number;
  readonly staleUntilMs: number;
  readonly failedCode: string | null;
  readonly failedAtMs: number | null;
  readonly usedAtMs: number;
  readonly value: Uint8Array;
}

/** Use is noted at most this often: a write for every read would wear the disk and wait for locks. */
const noteUseEveryMs = 60 * 60 * 1_000;
/** What is left when the cap was passed, so that not every write evicts. */
const keptShare = 0.95;
const rowsAtOnce = 200;

/** Prepares reading and writing of entries over an open database. */
export function prepareEntries(database: Database, { now, maxBytes }: EntryRowsOptions): EntryRows {
  const select = database.prepare(
    'SELECT id, hash, source, label, owner, library, stored_at_ms AS storedAtMs, fresh_until_ms AS freshUntilMs, stale_until_ms AS staleUntilMs, failed_code AS failedCode, failed_at_ms AS failedAtMs, used_at_ms AS usedAtMs, value FROM entry WHERE key = ?',
  );
  const replace = database.prepare(
    'INSERT OR REPLACE INTO entry (key, hash, source, label, owner, library, stored_at_ms, fresh_until_ms, stale_until_ms, failed_code, failed_at_ms, used_at_ms, bytes, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const deleteKey = database.prepare('DELETE FROM entry WHERE key = ?');
  const deleteRow = database.prepare('DELETE FROM entry WHERE id = ?');
  const selectLibraries = database.prepare(
    'SELECT DISTINCT library FROM entry WHERE owner = ? AND stale_until_ms > ?',
  );
  const updateUse = database.prepare('UPDATE entry SET used_at_ms = ? WHERE key = ?');
  // Of all pages in use: small values take more for their keys and indexes than for themselves.
  const selectUsed = database.prepare(
    'SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
  );
  const deleteOldest = database.prepare(
    'DELETE FROM entry WHERE id = (SELECT id FROM entry ORDER BY used_at_ms, id LIMIT 1)',
  );
  const deleteEnded = database.prepare(
    'DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE stale_until_ms <= ? LIMIT ?)',
  );

  function usedBytes(): number {
    return (selectUsed.get() as { bytes: number }).bytes;
  }

  function evict(): void {
    deleteEnded.run(now(), rowsAtOnce);
    if (usedBytes() <= maxBytes) return;
    while (usedBytes() > maxBytes * keptShare) {
      if (Number(deleteOldest.run().changes) === 0) return;
    }
  }

  return {
    get(key) {
      const row = readRow(() => select.get(Buffer.from(key)) as unknown as EntryRow | undefined);
      if (row === undefined) return undefined;
      const entry = row === 'unreadable' ? undefined : toEntry(key, row);
      if (entry !== undefined && row !== 'unreadable') {
        return { entry, isUseDue: Math.abs(now() - row.usedAtMs) > noteUseEveryMs };
      }
      deleteKey.run(Buffer.from(key));
      if (row !== 'unreadable') deleteRow.run(row.id);
      return undefined;
    },
    put(key, entry) {
      const { source, label, about, storedAtMs, freshUntilMs, staleUntilMs, failure } = entry;
      const value = Buffer.from(entry.value);
      writeOnce(database, () => {
        replace.run(
          Buffer.from(key),
          entryHash(key, entry, value),
          source,
          label,
          about?.owner ?? null,
          about?.library ?? null,
          storedAtMs,
          freshUntilMs,
          staleUntilMs,
          failure?.code ?? null,
          failure?.atMs ?? null,
          now(),
          value.length,
          value,
        );
        evict();
      });
    },
    delete: (key) => void deleteKey.run(Buffer.from(key)),
    libraries(owner) {
      const rows = selectLibraries.all(owner, now()) as unknown as readonly { library: string }[];
      return rows.map(({ library }) => library);
    },
    noteUse: (key) => void updateUse.run(now(), Buffer.from(key)),
  };
}

/** A number that does not fit into JavaScript's was not written here; SQLite's own errors go on to the caller. */
function readRow<T>(read: () => T): T | 'unreadable' {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Error && 'errcode' in thrown) throw thrown;
    return 'unreadable';
  }
}

/** Undefined where the row is not what was written under this key. */
function toEntry(key: string, row: EntryRow): StoredEntry | undefined {
  const { source, label, owner, library, failedCode, failedAtMs, value } = row;
  const { storedAtMs, freshUntilMs, staleUntilMs } = row;
  if (!(value instanceof Uint8Array)) return undefined;
  const facts = {
    source,
    label,
    ...(owner === null || library === null ? {} : { about: { owner, library } }),
    storedAtMs,
    freshUntilMs,
    staleUntilMs,
    ...(failedCode === null || failedAtMs === null
      ? {}
      : { failure: { code: failedCode, atMs: failedAtMs } }),
  };
  if (row.hash !== entryHash(key, facts, value)) return undefined;
  return { ...facts, value: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString() };
}

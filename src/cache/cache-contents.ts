import { existsSync, statSync } from 'node:fs';
import { DocpinError } from '../errors.ts';
import type { Database, SqliteEngine } from '../sqlite.ts';
import { removeSetAside } from '../sqlite-file/private-file.ts';
import { createCacheFile } from './disk/cache-file.ts';

/** What the cache's file holds, for a person who wants to see it or be rid of it. */
export interface CacheContents {
  /** Like the others, rejects with `cache-unusable` where the file cannot be read or written. */
  stats(): Promise<CacheStats>;
  /** The copies that a word matches, newest first; all of them without a word. */
  list(word: string | undefined): Promise<readonly CachedCopy[]>;
  /**
   * Deletes the copies that a word matches and tells how many those were; without a word all of them, with the damaged files that
   * were set aside.
   */
  clear(word: string | undefined): Promise<number>;
  close(): void;
}

export interface CacheStats {
  readonly file: string;
  /** On the disk, free pages included; 0 where there is no file. */
  readonly fileBytes: number;
  readonly sources: readonly SourceStats[];
}

export interface SourceStats {
  readonly source: string;
  readonly copies: number;
  /** Of the values alone. */
  readonly bytes: number;
  readonly oldestAtMs: number;
  readonly newestAtMs: number;
}

export interface CachedCopy {
  readonly source: string;
  /** What was asked: one line without control characters. */
  readonly label: string;
  readonly bytes: number;
  readonly storedAtMs: number;
  readonly freshUntilMs: number;
  readonly staleUntilMs: number;
}

export interface CacheContentsOptions {
  readonly file: string;
  readonly loadEngine: () => Promise<SqliteEngine>;
  readonly now: () => number;
}

/** What docpin notes for itself has no label, and is nobody's copy. */
const isCopy = "label <> ''";
/** A source by its name, what was asked by any part of it, both in any case. */
const isMatch = '(:word IS NULL OR source = :word COLLATE NOCASE OR instr(lower(label), lower(:word)) > 0)';

/** Creates the view of a cache file. Where there is none it is empty, and none is made. */
export function createCacheContents({ file, loadEngine, now }: CacheContentsOptions): CacheContents {
  const cacheFile = createCacheFile({ file, loadEngine, now, prepare: (database) => database });

  async function use<T>(whenMissing: T, work: (database: Database) => T): Promise<T> {
    if (!existsSync(file)) return whenMissing;
    try {
      return await cacheFile.use(work);
    } catch (thrown) {
      if (thrown instanceof DocpinError) throw thrown;
      throw new DocpinError(
        'cache-unusable',
        {
          what: 'The cache file cannot be read or written.',
          next: 'End other docpin processes and try again, or check the rights of the folder that `docpin doctor` names.',
        },
        { cause: thrown },
      );
    }
  }

  return {
    stats: async () => ({
      file,
      sources: await use<readonly SourceStats[]>([], readSources),
      fileBytes: statSync(file, { throwIfNoEntry: false })?.size ?? 0,
    }),
    list: (word) => use<readonly CachedCopy[]>([], (database) => readCopies(database, word)),
    async clear(word) {
      const deleted = await use(0, (database) => deleteCopies(database, word));
      // What was damaged holds copies too, and what was asked for them.
      if (word === undefined) removeSetAside(file, 0);
      return deleted;
    },
    close: cacheFile.close,
  };
}

function readSources(database: Database): readonly SourceStats[] {
  const rows = database
    .prepare(
      `SELECT source, count(*) AS copies, sum(bytes) AS bytes, min(stored_at_ms) AS oldestAtMs, max(stored_at_ms) AS newestAtMs FROM entry WHERE ${isCopy} GROUP BY source ORDER BY source`,
    )
    .all() as unknown as readonly SourceStats[];
  return rows.map((row) => ({ ...row, source: toLine(row.source) }));
}

function readCopies(database: Database, word: string | undefined): readonly CachedCopy[] {
  const rows = database
    .prepare(
      `SELECT source, label, bytes, stored_at_ms AS storedAtMs, fresh_until_ms AS freshUntilMs, stale_until_ms AS staleUntilMs FROM entry WHERE ${isCopy} AND ${isMatch} ORDER BY stored_at_ms DESC, id DESC`,
    )
    .all({ word: word ?? null }) as unknown as readonly CachedCopy[];
  return rows.map((row) => ({ ...row, source: toLine(row.source), label: toLine(row.label) }));
}

function deleteCopies(database: Database, word: string | undefined): number {
  const named = { word: word ?? null };
  const { changes } = database.prepare(`DELETE FROM entry WHERE ${isCopy} AND ${isMatch}`).run(named);
  database.prepare(`DELETE FROM entry WHERE ${isMatch}`).run(named);
  // What was deleted stays readable in the file until it is written anew.
  database.exec('VACUUM');
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return Number(changes);
}

/** A query may hold anything, and a terminal believes what it is shown: neither breaks a line nor hides a word. */
function toLine(text: string): string {
  return text.replace(/[\p{C}\p{Z}\s]+/gu, ' ').trim();
}

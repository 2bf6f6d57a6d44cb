import { DocpinError } from '../../errors.ts';
import type { Database } from '../../sqlite.ts';
import { isBusy, isDiskFault, isUnwritable } from '../../sqlite-file/sqlite-error.ts';
import { readTransaction, withoutWaiting } from '../../sqlite-file/transaction.ts';
import type { CorpusReader, Coverage, IndexedLibrary } from '../corpus.ts';
import type { RankingWeights } from '../search/ranking-weights.ts';
import { prepareSearch } from '../search/search-sections.ts';
import { assertUndamaged, type LibraryRow, libraryChecksum, originChecksum } from './checksum.ts';
import { prepareIsLeased } from './create-leases.ts';
import { prepareOverview } from './read-overview.ts';
import { chunkerVersion } from './schema.ts';

export interface ReaderOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Whose rows are read; those of others are as if they were not there. */
  readonly audience: string;
  readonly weights?: RankingWeights | undefined;
}

interface FoundRow extends Omit<LibraryRow, 'audience'> {
  readonly id: number;
  readonly usedAtMs: number;
  readonly checksum: number;
  readonly originChecksum: number;
}

interface StampRow {
  readonly stamp: string;
  readonly libraryId: number;
  readonly checksum: number;
}

/** Use is noted at most this often: a write for every question would wear the disk. */
export const noteUseEveryMs = 60 * 60 * 1_000;

/** The read side over an open database; `close` is the caller's. */
export function createReader(
  database: Database,
  { now, audience, weights }: ReaderOptions,
): Omit<CorpusReader, 'close'> {
  const selectByOrigin = database.prepare(
    'SELECT library.id, library.name, library.version, library.content_hash AS contentHash, library.pages, library.sections, library.coverage, library.used_at_ms AS usedAtMs, library.checksum, origin.checksum AS originChecksum FROM origin JOIN library ON library.id = origin.library_id WHERE origin.location = ? AND origin.stamp = ? AND library.chunker = ? AND origin.audience = ? AND library.audience = origin.audience',
  );
  const selectStamp = database.prepare(
    'SELECT origin.stamp, origin.library_id AS libraryId, origin.checksum FROM origin JOIN library ON library.id = origin.library_id WHERE origin.location = ? AND library.chunker = ? AND origin.audience = ? AND library.audience = origin.audience',
  );
  const noteUse = database.prepare('UPDATE library SET used_at_ms = ? WHERE id = ?');
  const selectThere = database.prepare('SELECT 1 FROM library WHERE id = ? AND audience = ?');
  const search = prepareSearch(database, weights);
  const overview = prepareOverview(database);

  function markUsed({ id, usedAtMs }: FoundRow): void {
    // Neither if it is from the future: a clock that was set back must not leave it so for years.
    if (Math.abs(now() - usedAtMs) <= noteUseEveryMs) return;
    try {
      withoutWaiting(database, () => noteUse.run(now(), id));
    } catch (thrown) {
      // Only eviction goes by it; a question is not worth less on a full or read-only disk, or while an index is written.
      if (!isBusy(thrown) && !isUnwritable(thrown) && !isDiskFault(thrown)) throw thrown;
    }
  }

  /** All of it from one state of the file, in which the library is still there. */
  function readOf<T>(libraryRowId: number, read: () => T): T {
    return readTransaction(database, () => {
      if (selectThere.get(libraryRowId, audience) === undefined) throw indexChanged();
      return read();
    });
  }

  return {
    findByOrigin(location, stamp) {
      const row = selectByOrigin.get(location, stamp, chunkerVersion, audience) as unknown as
        | FoundRow
        | undefined;
      if (row === undefined) return undefined;
      assertUndamaged(row.originChecksum, originChecksum({ location, audience, stamp }, row.id));
      assertUndamaged(row.checksum, libraryChecksum({ ...row, audience }));
      markUsed(row);
      return toLibrary(row);
    },
    stampOf(location) {
      const row = selectStamp.get(location, chunkerVersion, audience) as unknown as StampRow | undefined;
      if (row === undefined) return undefined;
      assertUndamaged(row.checksum, originChecksum({ location, audience, stamp: row.stamp }, row.libraryId));
      return row.stamp;
    },
    search: (libraryRowId, query, options) =>
      readOf(libraryRowId, () => search.search(libraryRowId, query, options)),
    overview: (libraryRowId) => readOf(libraryRowId, () => overview.read(libraryRowId)),
    isLeased: prepareIsLeased(database, { now, audience }),
  };
}

/** What was found before is gone: evicted by another process, or set aside with a damaged file. */
export function indexChanged(cause?: unknown): DocpinError {
  return new DocpinError(
    'index-changed',
    { what: 'The local index changed while it was read.', next: 'Ask the same again.' },
    { cause },
  );
}

function toLibrary(row: FoundRow): IndexedLibrary {
  const { id, name, version, contentHash, pages, sections } = row;
  const coverage = JSON.parse(row.coverage) as Coverage;
  return { rowId: id, name, version, contentHash, pages, sections, coverage };
}

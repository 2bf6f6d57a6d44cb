import type { Database } from '../../sqlite.ts';
import type { CorpusReader, Coverage, IndexedLibrary } from '../corpus.ts';
import type { RankingWeights } from '../search/ranking-weights.ts';
import { prepareSearch } from '../search/search-sections.ts';
import { prepareOverview } from './read-overview.ts';
import { chunkerVersion } from './schema.ts';
import { isBusy, isUnwritable } from './sqlite-error.ts';
import { readTransaction } from './transaction.ts';

export interface ReaderOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly weights?: RankingWeights | undefined;
}

interface LibraryRow {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly contentHash: string;
  readonly pages: number;
  readonly sections: number;
  readonly coverage: string;
  readonly usedAtMs: number;
}

/** Use is noted at most this often: a write for every question would wear the disk and wait for locks. */
const noteUseEveryMs = 60 * 60 * 1_000;

/** The read side over an open database; `close` is the caller's. */
export function createReader(
  database: Database,
  { now, weights }: ReaderOptions,
): Omit<CorpusReader, 'close'> {
  const selectByOrigin = database.prepare(
    "SELECT library.id, library.name, library.version, library.content_hash AS contentHash, library.pages, library.sections, library.coverage, library.used_at_ms AS usedAtMs FROM origin JOIN library ON library.id = origin.library_id WHERE origin.location = ? AND origin.stamp = ? AND library.chunker = ? AND library.audience = ''",
  );
  const noteUse = database.prepare('UPDATE library SET used_at_ms = ? WHERE id = ?');
  const search = prepareSearch(database, weights);
  const overview = prepareOverview(database);

  return {
    findByOrigin(location, stamp) {
      const row = selectByOrigin.get(location, stamp, chunkerVersion) as unknown as LibraryRow | undefined;
      if (row === undefined) return undefined;
      if (now() - row.usedAtMs > noteUseEveryMs) {
        try {
          noteUse.run(now(), row.id);
        } catch (thrown) {
          // Only eviction goes by it; a question is not worth less on a read-only disk or while an index is written.
          if (!isBusy(thrown) && !isUnwritable(thrown)) throw thrown;
        }
      }
      return toLibrary(row);
    },
    search: (libraryRowId, query, options) =>
      readTransaction(database, () => search.search(libraryRowId, query, options)),
    overview: (libraryRowId) => readTransaction(database, () => overview.read(libraryRowId)),
  };
}

function toLibrary(row: LibraryRow): IndexedLibrary {
  const { id, name, version, contentHash, pages, sections } = row;
  const coverage = JSON.parse(row.coverage) as Coverage;
  return { rowId: id, name, version, contentHash, pages, sections, coverage };
}

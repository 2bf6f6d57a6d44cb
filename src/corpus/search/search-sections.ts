import type { Database } from '../../sqlite.ts';
import type { FoundSection, SearchOptions } from '../corpus.ts';
import type { Candidate } from './candidate.ts';
import { dropNearDuplicates } from './drop-near-duplicates.ts';
import { prepareFindMatches } from './find-matches.ts';
import { joinNeighbours } from './join-neighbours.ts';
import { parseQuery } from './query/compile-query.ts';
import { rankCandidates } from './rank-candidates.ts';
import { defaultWeights, type RankingWeights } from './ranking-weights.ts';

export interface SearchSections {
  search(libraryRowId: number, query: string, options: SearchOptions): readonly FoundSection[];
}

/** More than an answer holds, and few enough to weigh in a millisecond. */
const maxCandidates = 60;

type Row = Omit<Candidate, 'score' | 'lastOrdinal'>;

/** Prepares the search over an open database. */
export function prepareSearch(database: Database, weights: RankingWeights = defaultWeights): SearchSections {
  const matches = prepareFindMatches(database);
  const selectSize = database.prepare('SELECT sections, version FROM library WHERE id = ?');
  const selectLastOrdinal = database.prepare('SELECT max(ordinal) AS last FROM section WHERE page_id = ?');
  const selectSection = database.prepare(
    'SELECT section.id, section.page_id AS pageId, section.ordinal, section.line, section.kind, section.heading, section.trail, section.body, section.tokens, page.path, page.title, page.kind AS pageKind FROM section JOIN page ON page.id = section.page_id WHERE section.id = ? AND page.library_id = ?',
  );

  function readerOf(libraryRowId: number): (id: number, score: number) => Candidate | undefined {
    const lastOrdinals = new Map<number, number>();
    return (id, score) => {
      const row = selectSection.get(id, libraryRowId) as unknown as Row | undefined;
      if (row === undefined) return undefined;
      let lastOrdinal = lastOrdinals.get(row.pageId);
      if (lastOrdinal === undefined) {
        lastOrdinal = (selectLastOrdinal.get(row.pageId) as { last: number }).last;
        lastOrdinals.set(row.pageId, lastOrdinal);
      }
      return { ...row, lastOrdinal, score };
    };
  }

  return {
    search(libraryRowId, query, options) {
      const size = selectSize.get(libraryRowId) as { sections: number; version: string } | undefined;
      if (size === undefined) return [];
      const { terms, scores } = matches.find(libraryRowId, size.sections, parseQuery(query));
      const best = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, maxCandidates);
      const read = readerOf(libraryRowId);
      const candidates = best.flatMap(([id, score]) => read(id, score) ?? []);
      const ranked = rankCandidates(candidates, terms, { weights, version: size.version }).filter(
        (section) => options.mode === 'all' || section.kind === options.mode,
      );
      return joinNeighbours(dropNearDuplicates(ranked), (id) => read(id, 0), {
        weights,
        limit: options.limit,
        mode: options.mode,
      });
    },
  };
}

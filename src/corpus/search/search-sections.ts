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
const maxCandidates = 80;

const columns =
  'section.id, section.page_id AS pageId, section.ordinal, section.line, section.kind, section.heading, section.trail, section.body, section.tokens, page.path, page.title, page.kind AS pageKind, (SELECT max(other.ordinal) FROM section AS other WHERE other.page_id = page.id) AS lastOrdinal, 0 AS score';

/** Prepares the search over an open database. */
export function prepareSearch(database: Database, weights: RankingWeights = defaultWeights): SearchSections {
  const matches = prepareFindMatches(database);
  const selectSize = database.prepare('SELECT sections FROM library WHERE id = ?');
  const selectSection = database.prepare(
    `SELECT ${columns} FROM section JOIN page ON page.id = section.page_id WHERE section.id = ?`,
  );
  const selectNeighbours = database.prepare(
    `SELECT ${columns} FROM section JOIN page ON page.id = section.page_id WHERE section.page_id = ? AND section.ordinal BETWEEN ? AND ? ORDER BY section.ordinal`,
  );

  function readNeighbours(pageId: number, from: number, to: number): readonly Candidate[] {
    return selectNeighbours.all(pageId, from, to) as unknown as Candidate[];
  }

  return {
    search(libraryRowId, query, options) {
      const size = selectSize.get(libraryRowId) as { sections: number } | undefined;
      if (size === undefined) return [];
      const { terms, scores } = matches.find(libraryRowId, size.sections, parseQuery(query));
      const best = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, maxCandidates);
      const candidates: Candidate[] = [];
      for (const [id, score] of best) {
        const row = selectSection.get(id) as unknown as Candidate | undefined;
        if (row !== undefined) candidates.push({ ...row, score });
      }
      const ranked = rankCandidates(candidates, terms, weights).filter(
        (section) => options.mode === 'all' || section.kind === options.mode,
      );
      return joinNeighbours(dropNearDuplicates(ranked), readNeighbours, { weights, limit: options.limit });
    },
  };
}

import type { PageKind } from '../../library.ts';
import type { Database } from '../../sqlite.ts';
import type { FoundSection, SearchOptions } from '../corpus.ts';
import { parseQuery } from './compile-query.ts';
import { prepareFindMatches } from './find-matches.ts';
import { type Candidate, defaultWeights, type RankingWeights, rankCandidates } from './rank-candidates.ts';

export interface SearchSections {
  search(libraryRowId: number, query: string, options: SearchOptions): readonly FoundSection[];
}

interface SectionRow {
  readonly id: number;
  readonly pageId: number;
  readonly ordinal: number;
  readonly line: number;
  readonly kind: 'code' | 'info';
  readonly heading: string;
  readonly trail: string;
  readonly body: string;
  readonly tokens: number;
  readonly path: string;
  readonly title: string;
  readonly pageKind: PageKind;
}

const maxCandidates = 80;

/** Prepares the search over an open database. */
export function prepareSearch(database: Database, weights: RankingWeights = defaultWeights): SearchSections {
  const matches = prepareFindMatches(database);
  const selectSection = database.prepare(
    'SELECT section.id, section.page_id AS pageId, section.ordinal, section.line, section.kind, section.heading, section.trail, section.body, section.tokens, page.path, page.title, page.kind AS pageKind FROM section JOIN page ON page.id = section.page_id WHERE section.id = ?',
  );
  return {
    search(libraryRowId, query, options) {
      const found = matches.find(libraryRowId, parseQuery(query));
      const totals = new Map<number, number>();
      for (const { scores } of found)
        for (const [id, score] of scores) totals.set(id, (totals.get(id) ?? 0) + score);
      const best = [...totals].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, maxCandidates);
      const candidates: Candidate[] = [];
      for (const [id, score] of best) {
        const row = selectSection.get(id) as unknown as SectionRow | undefined;
        if (row !== undefined) candidates.push({ ...row, score });
      }
      return rankCandidates(candidates, found, query, weights)
        .filter((section) => options.mode === 'all' || section.kind === options.mode)
        .slice(0, options.limit);
    },
  };
}

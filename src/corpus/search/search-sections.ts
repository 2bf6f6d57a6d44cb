import type { Database } from '../../sqlite.ts';
import { DamageFound } from '../../sqlite-file/sqlite-error.ts';
import type { FoundSection, SearchOptions } from '../corpus.ts';
import { assertUndamaged, sectionChecksum } from '../store/checksum.ts';
import type { Candidate } from './candidate.ts';
import { dropNearDuplicates } from './drop-near-duplicates.ts';
import { prepareFindDeclarations } from './find-declarations.ts';
import { prepareFindMatches } from './find-matches.ts';
import { joinNeighbours } from './join-neighbours.ts';
import { parseQuery } from './query/compile-query.ts';
import { readExactNames } from './query/exact-names.ts';
import { rankCandidates } from './rank-candidates.ts';
import { defaultWeights, type RankingWeights } from './ranking-weights.ts';

export interface SearchSections {
  search(libraryRowId: number, query: string, options: SearchOptions): readonly FoundSection[];
}

/** More than an answer holds, and few enough to weigh in a millisecond. */
const maxCandidates = 60;

type Row = Omit<Candidate, 'score' | 'lastOrdinal'> & {
  readonly pageSections: number;
  readonly checksum: number;
};

/** Prepares the search over an open database. */
export function prepareSearch(database: Database, weights: RankingWeights = defaultWeights): SearchSections {
  const matches = prepareFindMatches(database);
  const declarations = prepareFindDeclarations(database);
  const selectSize = database.prepare('SELECT sections, version FROM library WHERE id = ?');
  const selectSection = database.prepare(
    'SELECT section.id, section.page_id AS pageId, section.ordinal, section.line, section.kind, section.heading, section.trail, section.body, section.tokens, section.checksum, page.path, page.title, page.kind AS pageKind, page.sections AS pageSections FROM section JOIN page ON page.id = section.page_id WHERE section.id = ? AND page.library_id = ?',
  );

  function readerOf(libraryRowId: number): (id: number, score: number) => Candidate {
    return (id, score) => {
      const row = selectSection.get(id, libraryRowId) as unknown as Row | undefined;
      // The full-text tables hold nothing but sections of this library under its scope.
      if (row === undefined) throw new DamageFound('A section that was found is not there.');
      assertUndamaged(row.checksum, sectionChecksum(libraryRowId, row));
      return { ...row, lastOrdinal: row.pageSections - 1, score };
    };
  }

  return {
    search(libraryRowId, query, options) {
      const size = selectSize.get(libraryRowId) as { sections: number; version: string } | undefined;
      if (size === undefined) return [];
      const { terms, scores } = matches.find(libraryRowId, size.sections, parseQuery(query));
      const best = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, maxCandidates);
      const read = readerOf(libraryRowId);
      const names = readExactNames(query);
      // Short sections that mention a name crowd out the one that it is the name of.
      const named = names.names
        .flatMap((each) => declarations.headed(libraryRowId, each))
        .filter((id) => !best.some(([known]) => known === id));
      const candidates = [
        ...best.map(([id, score]) => read(id, score)),
        ...[...new Set(named)].map((id) => read(id, 0)),
      ];
      const ranked = rankCandidates(candidates, terms, {
        weights,
        version: size.version,
        query,
        names,
      }).filter((section) => options.mode === 'all' || section.kind === options.mode);
      return joinNeighbours(dropNearDuplicates(ranked), (id) => read(id, 0), {
        weights,
        limit: options.limit,
        mode: options.mode,
        declarations: {
          headed: (name) => declarations.headed(libraryRowId, name).map((id) => read(id, 0)),
          grouped: (name) => declarations.grouped(libraryRowId, name).map((id) => read(id, 0)),
        },
      });
    },
  };
}

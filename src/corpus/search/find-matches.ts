import type { Database } from '../../sqlite.ts';
import { scopeToken } from '../store/scope-token.ts';
import { compileMatch, type QueryTerm } from './compile-query.ts';

/** Where one term stands in a library: section row id to score, exact and stemmed together. */
export interface TermMatches {
  readonly term: QueryTerm;
  readonly scores: ReadonlyMap<number, number>;
}

export interface FindMatches {
  find(libraryRowId: number, terms: readonly QueryTerm[]): readonly TermMatches[];
}

interface Row {
  readonly id: number;
  readonly score: number;
}

/** Prepares the full-text statements. The weights of bm25() follow the order of the columns: scope is worth nothing. */
export function prepareFindMatches(database: Database): FindMatches {
  const exact = database.prepare(
    'SELECT rowid AS id, -bm25(section_exact, 0, 8, 4, 2, 1) AS score FROM section_exact WHERE section_exact MATCH ?',
  );
  const stem = database.prepare(
    'SELECT rowid AS id, -bm25(section_stem, 0, 8, 1) AS score FROM section_stem WHERE section_stem MATCH ?',
  );

  function findTerm(scope: string, term: QueryTerm): TermMatches {
    const scores = new Map<number, number>();
    for (const row of exact.all(
      compileMatch(scope, 'heading trail file body', term.text),
    ) as unknown as Row[]) {
      scores.set(row.id, row.score);
    }
    if (term.role === 'joined') return { term, scores };
    for (const row of stem.all(compileMatch(scope, 'heading body', term.text)) as unknown as Row[]) {
      scores.set(row.id, (scores.get(row.id) ?? 0) + row.score);
    }
    return { term, scores };
  }

  return {
    find(libraryRowId, terms) {
      const scope = scopeToken(libraryRowId);
      const found: TermMatches[] = [];
      let wholeIsKnown = false;
      for (const term of terms) {
        // The parts of a name that exists would flood it: FST_ERR_DEC_REFERENCE_TYPE is not about references and types.
        if (term.role === 'part' && wholeIsKnown) continue;
        const matches = findTerm(scope, term);
        if (matches.scores.size === 0) continue;
        if (term.role === 'whole') wholeIsKnown = true;
        found.push(matches);
      }
      return found;
    },
  };
}

import type { Database } from '../../sqlite.ts';
import { scopeToken } from '../store/schema.ts';
import { commonWords } from './query/common-words.ts';
import { compileMatch, compileMatchAny, type QueryTerm } from './query/compile-query.ts';
import { prepareCorrectTerm } from './query/correct-term.ts';

/** A term that stands in the library at least once. */
export interface KnownTerm {
  readonly term: QueryTerm;
  /** Row ids of the sections that hold it, ascending. */
  readonly sectionIds: readonly number[];
  /** How much a section with it stands out: the rarer the term is in this library, the more. */
  readonly idf: number;
}

/** What the full-text tables say to a query, before ranking. */
export interface Matches {
  readonly terms: readonly KnownTerm[];
  /** Section row id to the sum of its exact and its stemmed score. */
  readonly scores: ReadonlyMap<number, number>;
}

export interface FindMatches {
  find(libraryRowId: number, sections: number, terms: readonly QueryTerm[]): Matches;
}

interface Row {
  readonly id: number;
  readonly score: number;
}

/** A term in more of the sections than this ranks nothing and takes most of the time ("fastify" in fastify). */
const commonShare = 0.15;

/** But in this many it never is too common: of a README and two pages each word would be, and all be worth a look. */
const neverCommon = 20;

/** Fewer sections than this are no choice to rank. */
const fewSections = 10;

/**
 * Prepares the full-text statements. Declarations are short, which bm25() likes, so more are fetched than are weighed: the
 * guides are among those behind them. The weights of bm25() follow the order of the columns: scope is worth nothing.
 */
export function prepareFindMatches(database: Database): FindMatches {
  const exact = database.prepare(
    'SELECT rowid AS id, -bm25(section_exact, 0, 8, 4, 2, 1) AS score FROM section_exact WHERE section_exact MATCH ? ORDER BY bm25(section_exact, 0, 8, 4, 2, 1) LIMIT 120',
  );
  const stem = database.prepare(
    'SELECT rowid AS id, -bm25(section_stem, 0, 8, 1) AS score FROM section_stem WHERE section_stem MATCH ? ORDER BY bm25(section_stem, 0, 8, 1) LIMIT 120',
  );
  const isInStore = database.prepare('SELECT 1 AS found FROM section_term WHERE term = ?');
  // One string is six times as fast to hand over as thousands of row objects (measured).
  const exactIds = database.prepare(
    'SELECT group_concat(rowid) AS ids FROM section_exact WHERE section_exact MATCH ?',
  );
  const stemIds = database.prepare(
    'SELECT group_concat(rowid) AS ids FROM section_stem WHERE section_stem MATCH ?',
  );
  const correction = prepareCorrectTerm(database);

  function idsOf(scope: string, term: QueryTerm): readonly number[] {
    const byName = term.role === 'joined' || term.role === 'whole';
    if (byName && isInStore.get(term.text) === undefined) return [];
    const match = compileMatch(scope, byName ? exactColumns : stemColumns, term.text);
    const { ids } = (byName ? exactIds : stemIds).get(match) as { ids: string | null };
    return ids === null ? [] : ids.split(',').map(Number);
  }

  function know(scope: string, sections: number, asked: readonly QueryTerm[]): readonly KnownTerm[] {
    const known: KnownTerm[] = [];
    let wholeIsKnown = false;
    for (const term of asked) {
      // The parts of a name that exists would flood it: FST_ERR_DEC_REFERENCE_TYPE is not about references and types.
      if (term.role === 'part' && wholeIsKnown) continue;
      let meant = term;
      let sectionIds = idsOf(scope, term);
      if (sectionIds.length === 0 && (term.role === 'whole' || term.role === 'word')) {
        for (const text of correction.similar(term.text)) {
          meant = { ...term, text };
          sectionIds = idsOf(scope, meant);
          if (sectionIds.length > 0) break;
        }
      }
      if (sectionIds.length === 0) continue;
      if (term.role === 'whole') wholeIsKnown = true;
      known.push({ term: meant, sectionIds, idf: idfOf(sectionIds.length, sections) });
    }
    return known;
  }

  function scoresOf(scope: string, wanted: readonly KnownTerm[]): ReadonlyMap<number, number> {
    const scores = new Map<number, number>();
    if (wanted.length === 0) return scores;
    const all = wanted.map(({ term }) => term.text);
    for (const row of exact.all(compileMatchAny(scope, exactColumns, all)) as unknown as Row[]) {
      scores.set(row.id, row.score);
    }
    const words = wanted.filter(({ term }) => term.role !== 'joined').map(({ term }) => term.text);
    if (words.length === 0) return scores;
    for (const row of stem.all(compileMatchAny(scope, stemColumns, words)) as unknown as Row[]) {
      scores.set(row.id, (scores.get(row.id) ?? 0) + row.score);
    }
    return scores;
  }

  return {
    find(libraryRowId, sections, asked) {
      const scope = scopeToken(libraryRowId);
      const terms = know(scope, sections, asked);
      const mostSections = Math.max(neverCommon, sections * commonShare);
      const rare = terms.filter(({ sectionIds }) => sectionIds.length <= mostSections);
      const isTelling = ({ term }: KnownTerm) => !commonWords.has(term.text);
      const telling = rare.filter((known) => known.term.role !== 'joined' && isTelling(known));
      const chosen = telling.length >= 3 ? rare.filter(isTelling) : rare;
      // A word that stands in one place alone may be an accident, or misspelt; a name of the library never is.
      const isNamed = terms.some(({ term }) => term.role === 'whole');
      const found = scoresOf(scope, chosen.length > 0 ? chosen : terms);
      const scores = found.size < fewSections && !isNamed ? scoresOf(scope, terms) : found;
      return { terms, scores };
    },
  };
}

const exactColumns = 'heading trail file body';
const stemColumns = 'heading body';

function idfOf(holding: number, sections: number): number {
  return Math.log(1 + (sections - holding + 0.5) / (holding + 0.5));
}

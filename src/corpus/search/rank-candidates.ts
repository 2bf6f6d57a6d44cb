import type { PageKind } from '../../library.ts';
import type { KnownTerm } from './find-matches.ts';
import { locateStem, stemOf } from './locate-terms.ts';

/** A section that matched, before ranking. */
export interface Candidate {
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
  /** Ordinal of the page's last section. */
  readonly lastOrdinal: number;
  readonly score: number;
}

/** What each kind of evidence is worth beside the full-text score, whose best is 1. */
export interface RankingWeights {
  readonly text: number;
  readonly coverage: number;
  readonly window: number;
  readonly heading: number;
  readonly trail: number;
  readonly headingShare: number;
  readonly page: number;
  readonly rival: number;
  readonly lead: number;
  readonly long: number;
  readonly joinUnder: number;
  readonly joinTo: number;
  readonly joinScore: number;
  readonly idfPower: number;
  readonly textPower: number;
  readonly kinds: Readonly<Record<PageKind, number>>;
}

export const defaultWeights: RankingWeights = {
  text: 1,
  coverage: 0.5,
  window: 0.5,
  heading: 0.3,
  trail: 0.15,
  headingShare: 0.1,
  page: 0.2,
  rival: 0,
  lead: 0,
  long: 0,
  joinUnder: 250,
  joinTo: 450,
  joinScore: 0.6,
  idfPower: 1,
  textPower: 1,
  kinds: { guide: 1, api: 1, readme: 0.9, agent: 0.6, changelog: 0.3 },
};

/** About a paragraph: words of a question that stand this near each other are about one thing. */
const windowChars = 400;

const maxPlaces = 12;

/** Orders candidates, best first; ties by row id, so that pages of an answer are stable. */
export function rankCandidates<T extends Candidate>(
  candidates: readonly T[],
  terms: readonly KnownTerm[],
  weights: RankingWeights,
): readonly T[] {
  const best = Math.max(...candidates.map((candidate) => candidate.score), 1e-9);
  const stems = terms.map(({ term, idf, sectionIds }) => ({
    stem: term.role === 'joined' || term.role === 'whole' ? { text: term.text, whole: false } : stemOf(term.text),
    idf: (term.role === 'part' ? 0.5 : 1) * idf ** weights.idfPower,
    counts: term.role === 'word' || term.role === 'whole',
    sectionIds,
  }));
  const total = Math.max(
    stems.filter(({ counts }) => counts).reduce((sum, { idf }) => sum + idf, 0),
    1e-9,
  );
  const pages = new Map<number, number>();

  function pageCoverage(candidate: T): number {
    const known = pages.get(candidate.pageId);
    if (known !== undefined) return known;
    const first = candidate.id - candidate.ordinal;
    const last = first + candidate.lastOrdinal;
    let sum = 0;
    for (const { idf, counts, sectionIds } of stems) {
      if (!counts) continue;
      const inside = countBetween(sectionIds, first, last);
      if (inside > 0) sum += idf * Math.min(1, inside / Math.sqrt(candidate.lastOrdinal + 1));
    }
    pages.set(candidate.pageId, sum / total);
    return sum / total;
  }

  function scoreOf(candidate: T): number {
    const heading = candidate.heading.toLowerCase();
    const above = `${candidate.trail} ${candidate.title} ${candidate.path}`;
    const aboveLower = above.toLowerCase();
    const lower = candidate.body.toLowerCase();
    const places: { at: number; index: number }[] = [];
    let covered = 0;
    let inHeading = 0;
    let inTrail = 0;
    let headingChars = 0;
    for (const [index, { stem, idf, counts }] of stems.entries()) {
      const inBody = locateStem(candidate.body, lower, stem, maxPlaces);
      for (const at of inBody) places.push({ at, index });
      const headed = locateStem(candidate.heading, heading, stem, 1).length > 0;
      const trailed = locateStem(above, aboveLower, stem, 1).length > 0;
      if (headed) {
        inHeading += idf;
        headingChars += stem.text.length;
      }
      if (trailed) inTrail += idf;
      if (counts) covered += inBody.length > 0 || headed ? idf : trailed ? idf * 0.6 : 0;
    }
    const near = densest(places, stems);
    const share = heading === '' ? 0 : Math.min(1, headingChars / heading.length);
    const evidence =
      weights.text * (candidate.score / best) ** weights.textPower +
      (weights.coverage * covered) / total +
      (weights.window * near.sum) / total +
      weights.heading * Math.min(1, inHeading / total) +
      weights.trail * Math.min(1, inTrail / total) +
      weights.headingShare * share +
      weights.page * pageCoverage(candidate) -
      weights.long * Math.min(1, candidate.tokens / 800) +
      weights.lead * (candidate.ordinal === 0 ? 1 : 0);
    return evidence * weights.kinds[candidate.pageKind];
  }

  return candidates
    .map((candidate) => ({ ...candidate, score: scoreOf(candidate) }))
    .sort((a, b) => b.score - a.score || a.id - b.id);
}

/** The most weight of distinct terms inside one window of the text. */
function densest(
  places: { at: number; index: number }[],
  stems: readonly { readonly idf: number }[],
): { readonly sum: number; readonly at: number } {
  places.sort((a, b) => a.at - b.at);
  const inside = new Uint16Array(stems.length);
  let sum = 0;
  let best = { sum: 0, at: 0 };
  let from = 0;
  for (const place of places) {
    const count = inside[place.index] ?? 0;
    if (count === 0) sum += stems[place.index]?.idf ?? 0;
    inside[place.index] = count + 1;
    for (let first = places[from]; first !== undefined && place.at - first.at > windowChars; first = places[from]) {
      const left = (inside[first.index] ?? 1) - 1;
      inside[first.index] = left;
      if (left === 0) sum -= stems[first.index]?.idf ?? 0;
      from += 1;
    }
    if (sum > best.sum) best = { sum, at: places[from]?.at ?? 0 };
  }
  return best;
}

/** How many of ascending numbers lie between two, both included. */
function countBetween(numbers: readonly number[], first: number, last: number): number {
  return lowerBound(numbers, last + 1) - lowerBound(numbers, first);
}

function lowerBound(numbers: readonly number[], wanted: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

import { isDeclarations } from '../../library.ts';
import { isUndocumented } from '../is-undocumented.ts';
import type { Candidate } from './candidate.ts';
import { densestWindow, type Place } from './densest-window.ts';
import type { KnownTerm } from './find-matches.ts';
import { locateStem, type Stem, stemOf } from './locate-terms.ts';
import { compareMeaning } from './meaning/compare-meaning.ts';
import { commonWords } from './query/common-words.ts';
import type { ExactNames } from './query/exact-names.ts';
import type { RankingWeights } from './ranking-weights.ts';

/** A term of the query with what it is worth. */
interface WeighedTerm {
  readonly stem: Stem;
  readonly weight: number;
  /** Whether a section without it lacks something: a name that was only guessed is a bonus, never a lack. */
  readonly counts: boolean;
  readonly sectionIds: readonly number[];
}

/** Comparing meaning is the dearest part, and what is further behind by its words does not get to the front by it. */
const maxCompared = 30;
const maxComparedChars = 2_000;

/** A term in more places of one section says nothing new. */
const maxPlaces = 12;

const historyPage = /migrat|upgrad|changelog|release.?notes|what.?s.?new/i;
const historyWord =
  /^(?:migrat|upgrad|updat|deprecat|obsolet|renam|replac|remov|break|broke|chang|legacy|version|v?\d+$)/;

export interface RankingOptions {
  readonly weights: RankingWeights;
  /** Of the library. */
  readonly version: string;
  /** As it was typed. */
  readonly query: string;
  readonly names: ExactNames;
}

/** Orders candidates, best first; ties by row id, so that the pages of an answer are stable. */
export function rankCandidates(
  candidates: readonly Candidate[],
  terms: readonly KnownTerm[],
  { weights, version, query, names }: RankingOptions,
): readonly Candidate[] {
  const best = Math.max(...candidates.map((candidate) => candidate.score), 1e-9);
  const weighed = terms.map((term) => weigh(term, weights));
  const termWeights = weighed.map(({ weight }) => weight);
  const total = totalOf(weighed);
  const pageShare = sharePages(weighed, total);
  const lesser = tellLesser(version, weights);
  const meaningOf = compareMeaning(query);
  const asksHistory = terms.some(({ term }) => historyWord.test(term.text));

  function weighWords(candidate: Candidate): Weighed {
    const { covered, inHeading, inTrail, headingShare, headed, places } = locateAll(candidate, weighed);
    const near = densestWindow(places, termWeights, headed);
    const inFull = weights.coverage * (covered / total);
    const evidence =
      inFull +
      weights.exact * names.exactness(candidate.heading) +
      weights.text * (candidate.score / best) +
      weights.window * Math.min(1.5, near.weight / total) +
      weights.heading * Math.min(1, inHeading / total) +
      weights.trail * Math.min(1, inTrail / total) +
      weights.headingShare * headingShare +
      weights.page * pageShare(candidate) +
      weights.lead * (candidate.ordinal === 0 ? 1 : 0) -
      weights.long * Math.min(1, candidate.tokens / 800) -
      weights.late * Math.min(1, near.at / 1_600);
    const isHistory = !asksHistory && historyPage.test(`${candidate.path} ${candidate.title}`);
    const factor =
      weights.kinds[asksHistory && candidate.pageKind === 'changelog' ? 'readme' : candidate.pageKind] *
      (isHistory ? weights.history : 1) *
      (isUndocumented(candidate) && !names.isAskedFor(candidate.heading) ? weights.undocumented : 1) *
      lesser(candidate) *
      (1 - weights.links * linkShare(candidate.body));
    return { candidate, evidence, inFull, factor };
  }

  const byWords = candidates.map(weighWords).sort(byScore);
  const meanings = byWords.slice(0, maxCompared).map(({ candidate }) => meaningOf(textOf(candidate)));
  const least = Math.min(...meanings);
  const ranked = byWords
    .map((each, index) => ({
      ...each,
      evidence: each.evidence + weights.meaning * (meanings[index] ?? least),
    }))
    .sort(byScore);
  return withSecondOpinion(ranked);
}

/** The first ones hold most of the question. */
const undisputed = 4;

/**
 * Behind the first sections, one that answers a part of the question well is worth as much as one that holds more of its
 * words: each counts by the better of its places with and without the share that it holds.
 */
function withSecondOpinion(ranked: readonly Weighed[]): readonly Candidate[] {
  const inPart = ({ evidence, inFull, factor }: Weighed) => Math.max(0, evidence - inFull) * factor;
  const first = ranked.slice(0, undisputed).map((each) => ({ ...each.candidate, score: scoreOf(each) }));
  const most = first.at(-1)?.score ?? 0;
  const scale = (first[0]?.score ?? 0) / Math.max(...ranked.map(inPart), 1e-9);
  const rest = ranked.slice(undisputed).map((each) => {
    const score = Math.min(most, Math.max(scoreOf(each), inPart(each) * scale));
    return { ...each.candidate, score };
  });
  return [...first, ...rest.sort((a, b) => b.score - a.score || a.id - b.id)];
}

/** A candidate with what its words are worth, and what its kind makes of that. */
interface Weighed {
  readonly candidate: Candidate;
  readonly evidence: number;
  /** What of that is for the share of the query that it holds. */
  readonly inFull: number;
  readonly factor: number;
}

function scoreOf({ evidence, factor }: Weighed): number {
  return Math.max(0, evidence) * factor;
}

function byScore(a: Weighed, b: Weighed): number {
  return scoreOf(b) - scoreOf(a) || a.candidate.id - b.candidate.id;
}

/** What a section is about in words: its heading twice, as it is the shortest and says the most. */
function textOf({ trail, heading, body }: Candidate): string {
  return `${trail} ${heading} ${heading} ${body.slice(0, maxComparedChars)}`;
}

function weigh({ term, idf, sectionIds }: KnownTerm, { idfPower, common }: RankingWeights): WeighedTerm {
  const isName = term.role === 'joined' || term.role === 'whole';
  const worth = (term.role === 'part' ? 0.5 : 1) * (commonWords.has(term.text) ? common : 1);
  return {
    stem: isName ? { text: term.text, whole: false } : stemOf(term.text),
    weight: worth * idf ** idfPower,
    counts: term.role === 'word' || term.role === 'whole',
    sectionIds,
  };
}

function totalOf(weighed: readonly WeighedTerm[]): number {
  const counted = weighed.filter(({ counts }) => counts);
  const sum = (counted.length > 0 ? counted : weighed).reduce((total, { weight }) => total + weight, 0);
  return Math.max(sum, 1e-9);
}

interface Located {
  readonly covered: number;
  readonly inHeading: number;
  readonly inTrail: number;
  readonly headingShare: number;
  /** Indexes of the terms in the heading. */
  readonly headed: ReadonlySet<number>;
  readonly places: readonly Place[];
}

function locateAll(candidate: Candidate, weighed: readonly WeighedTerm[]): Located {
  const above = `${candidate.trail} ${candidate.title} ${candidate.path}`;
  const [bodyLower, headingLower, aboveLower] = [candidate.body, candidate.heading, above].map((text) =>
    text.toLowerCase(),
  );
  const places: Place[] = [];
  const headed = new Set<number>();
  let covered = 0;
  let inHeading = 0;
  let inTrail = 0;
  let headingChars = 0;
  for (const [index, { stem, weight, counts }] of weighed.entries()) {
    const inBody = locateStem(candidate.body, bodyLower ?? '', stem, maxPlaces);
    for (const at of inBody) places.push({ at, index });
    const isHeaded = locateStem(candidate.heading, headingLower ?? '', stem, 1).length > 0;
    const isAbove = locateStem(above, aboveLower ?? '', stem, 1).length > 0;
    if (isHeaded) {
      headed.add(index);
      inHeading += weight;
      headingChars += stem.text.length;
    }
    if (isAbove) inTrail += weight;
    if (counts) covered += inBody.length > 0 || isHeaded ? weight : isAbove ? weight * 0.6 : 0;
  }
  const headingShare = Math.min(1, headingChars / Math.max(1, candidate.heading.length));
  return { covered, inHeading, inTrail, headingShare, headed, places };
}

/** How much of the query a page is about, from 0 to 1: a long page that names a term once is not about it. */
function sharePages(weighed: readonly WeighedTerm[], total: number): (candidate: Candidate) => number {
  const known = new Map<number, number>();
  return ({ pageId, id, ordinal, lastOrdinal }) => {
    const before = known.get(pageId);
    if (before !== undefined) return before;
    // The sections of a page are inserted in one go, so their row ids follow each other.
    const first = id - ordinal;
    let sum = 0;
    for (const { weight, counts, sectionIds } of weighed) {
      if (!counts) continue;
      const inside = lowerBound(sectionIds, first + lastOrdinal + 1) - lowerBound(sectionIds, first);
      sum += weight * Math.min(1, inside / Math.sqrt(lastOrdinal + 1));
    }
    known.set(pageId, sum / total);
    return sum / total;
  };
}

const majorFolder = /(?:^|\/)v(\d{1,3})(?:[-.]\w+)?\//i;
const partFolder = /(?:^|\/)(?:mini|legacy|compat|deprecated)(?:[-.]\w+)?\//i;

/** The factor for a file of an older major than the library (`v3/` in version 4), or for declarations of a part of it. */
function tellLesser(version: string, weights: RankingWeights): (candidate: Candidate) => number {
  const major = Number.parseInt(version, 10);
  return ({ pageKind, path }) => {
    if (Number(majorFolder.exec(path)?.[1] ?? major) < major) return weights.older;
    return isDeclarations(pageKind) && partFolder.test(path) ? weights.lesser : 1;
  };
}

/** Index of the first of ascending numbers that is not below the wanted one. */
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

/** How much of a text is links: lists of plugins and further reading match many words and answer nothing. */
function linkShare(body: string): number {
  if (!body.includes('](')) return 0;
  let linked = 0;
  let addresses = 0;
  for (const { 0: link, 1: label = '' } of body.matchAll(/\[([^[\]]*)\]\([^()\s]*\)/g)) {
    linked += label.length;
    addresses += link.length - label.length;
  }
  return linked / Math.max(1, body.length - addresses);
}

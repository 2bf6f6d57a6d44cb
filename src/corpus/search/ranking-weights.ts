import type { PageKind } from '../../library.ts';

/** What each kind of evidence is worth in a section's score. The bench tries others. */
export interface RankingWeights {
  /** The full-text score, as a share of the best one's. */
  readonly text: number;
  /** Share of the query's weight that the section, its heading or what is above it holds. */
  readonly coverage: number;
  /** The same within one paragraph. */
  readonly window: number;
  readonly heading: number;
  /** Trail, title and path. */
  readonly trail: number;
  /** How much of the heading the query names. */
  readonly headingShare: number;
  /** For a section that has the name that was asked for as its heading. */
  readonly exact: number;
  /** How much of the query the whole page is about. */
  readonly page: number;
  /** Nearness in meaning by the company that words keep. */
  readonly meaning: number;
  /** For a page's first section: it says what the page is about. */
  readonly lead: number;
  /** Taken off a section of 800 tokens. */
  readonly long: number;
  /** Taken off where the best paragraph stands 1,600 characters into the section. */
  readonly late: number;
  /** Exponent on the rarity of a term. */
  readonly idfPower: number;
  /** Factor for everyday words. */
  readonly common: number;
  /** Taken off, as a factor, where a section is nothing but links. */
  readonly links: number;
  /** Factor for migration guides and release notes when no change was asked about. */
  readonly history: number;
  readonly kinds: Readonly<Record<PageKind, number>>;
  /** Factor for undocumented declarations whose names were not asked for: they match many words and explain none. */
  readonly undocumented: number;
  /** Factor for files of an older major that the library still ships. */
  readonly older: number;
  /** Factor for declarations of a part of the library that repeat those of the library itself. */
  readonly lesser: number;
  /** A section under this many tokens takes in what follows it. */
  readonly joinUnder: number;
  /** And grows to this many at the most. */
  readonly joinTo: number;
  /** And to this many where it raises a problem: the solution belongs to it. */
  readonly solveTo: number;
  /** A neighbour with this share of the section's score joins it, also if it is not a part of it. */
  readonly joinScore: number;
}

/**
 * Tuned on half of the packages of the question set at a time: both halves put the weight on coverage, nearness and
 * headings and next to none on bm25, which repeats of one common word win. Single weights move a question or two.
 */
export const defaultWeights: RankingWeights = {
  text: 0.05,
  coverage: 0.7,
  window: 0.7,
  heading: 0.3,
  trail: 0.3,
  headingShare: 0.04,
  exact: 1.2,
  page: 0.1,
  meaning: 0.5,
  lead: 0.12,
  long: 0.2,
  late: 0.15,
  idfPower: 0.8,
  common: 0.2,
  links: 1,
  history: 0.8,
  kinds: { guide: 1, api: 0.9, internal: 0.72, readme: 0.95, agent: 0.6, changelog: 0.3 },
  undocumented: 0.4,
  older: 0.5,
  lesser: 0.75,
  joinUnder: 250,
  joinTo: 450,
  solveTo: 600,
  joinScore: 0.7,
};

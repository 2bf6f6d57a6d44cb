import type { PageKind } from '../../library.ts';
import type { FoundSection } from '../corpus.ts';
import type { TermMatches } from './find-matches.ts';

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
  readonly score: number;
}

export interface RankingWeights {
  readonly kinds: Readonly<Record<PageKind, number>>;
}

export const defaultWeights: RankingWeights = {
  kinds: { guide: 1, api: 1, readme: 0.9, agent: 0.6, changelog: 0.3 },
};

export function rankCandidates(
  candidates: readonly Candidate[],
  _matches: readonly TermMatches[],
  _query: string,
  weights: RankingWeights,
): readonly FoundSection[] {
  return candidates
    .map((candidate) => ({
      sectionIds: [candidate.id],
      path: candidate.path,
      pageKind: candidate.pageKind,
      line: candidate.line,
      heading: candidate.heading,
      trail: candidate.trail,
      body: candidate.body,
      tokens: candidate.tokens,
      kind: candidate.kind,
      score: candidate.score * weights.kinds[candidate.pageKind],
    }))
    .sort((a, b) => b.score - a.score || (a.sectionIds[0] ?? 0) - (b.sectionIds[0] ?? 0));
}

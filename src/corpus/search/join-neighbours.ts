import type { FoundSection } from '../corpus.ts';
import { countTokens } from '../count-tokens.ts';
import type { Candidate } from './candidate.ts';
import type { RankingWeights } from './ranking-weights.ts';

/** Reads sections of a page from one ordinal to another, in reading order. */
export type ReadNeighbours = (pageId: number, from: number, to: number) => readonly Candidate[];

/**
 * Makes snippets of ranked sections: a short section takes in what follows it on its page while that belongs to it (its
 * own subsections, the rest of a split section) or matched nearly as well. Each section is in one snippet only.
 */
export function joinNeighbours(
  ranked: readonly Candidate[],
  readNeighbours: ReadNeighbours,
  { weights, limit }: { readonly weights: RankingWeights; readonly limit: number },
): readonly FoundSection[] {
  const scores = new Map(ranked.map((section) => [section.id, section.score]));
  const taken = new Set<number>();
  const found: FoundSection[] = [];
  for (const section of ranked) {
    if (found.length === limit) break;
    if (taken.has(section.id)) continue;
    const group: Candidate[] = [section];
    let tokens = section.tokens;
    if (tokens < weights.joinUnder) {
      const last = Math.min(section.lastOrdinal, section.ordinal + 8);
      const after = last > section.ordinal ? readNeighbours(section.pageId, section.ordinal + 1, last) : [];
      for (const next of after) {
        if (taken.has(next.id) || tokens + next.tokens > weights.joinTo) break;
        const score = scores.get(next.id) ?? 0;
        const isNear = score >= section.score * weights.joinScore;
        if (!isNear && !belongs(next, section)) break;
        group.push(next);
        tokens += next.tokens;
      }
    }
    for (const each of group) taken.add(each.id);
    found.push(toFound(section, group));
  }
  return found;
}

/** Whether a later section is a part of this one: the rest of its text, or under its heading. */
function belongs(next: Candidate, section: Candidate): boolean {
  const inside = section.trail === '' ? section.heading : `${section.trail} > ${section.heading}`;
  if (next.trail === section.trail && next.heading === section.heading) return true;
  return next.trail === inside || next.trail.startsWith(`${inside} > `);
}

function toFound(section: Candidate, group: readonly Candidate[]): FoundSection {
  const { path, pageKind, line, heading, trail, score } = section;
  let above = section.heading;
  let body = '';
  for (const each of group) {
    const isSame = each.heading === above;
    above = each.heading;
    body +=
      body === '' ? each.body : isSame ? `\n\n${each.body}` : `\n\n#### ${each.heading}\n\n${each.body}`;
  }
  const kind = group.some((each) => each.kind === 'code') ? 'code' : 'info';
  const tokens = group.length === 1 ? section.tokens : countTokens(body);
  return {
    sectionIds: group.map((each) => each.id),
    path,
    pageKind,
    line,
    heading,
    trail,
    body,
    tokens,
    kind,
    score,
  };
}

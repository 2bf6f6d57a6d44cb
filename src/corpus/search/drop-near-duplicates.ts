import type { Candidate } from './candidate.ts';

/** Two sections that share this much of their words are one answer given twice. */
const sameShare = 0.8;

/**
 * Leaves out sections that say nearly the same as a better one under the same heading: quickstarts for five frameworks
 * hold the same closing paragraph, and one of them is enough. Keeps the order.
 */
export function dropNearDuplicates(ranked: readonly Candidate[]): readonly Candidate[] {
  const kept: Candidate[] = [];
  const byHeading = new Map<string, Candidate[]>();
  for (const section of ranked) {
    const rivals = byHeading.get(section.heading) ?? [];
    if (rivals.some((rival) => isSame(section, rival))) continue;
    kept.push(section);
    rivals.push(section);
    byHeading.set(section.heading, rivals);
  }
  return kept;
}

function isSame(a: Candidate, b: Candidate): boolean {
  if (a.body === b.body) return true;
  // Counting words is the dear part, and texts of unlike length cannot be the same.
  if (Math.min(a.tokens, b.tokens) < Math.max(a.tokens, b.tokens) * sameShare) return false;
  const [ours, theirs] = [wordsOf(a.body), wordsOf(b.body)];
  let shared = 0;
  for (const word of ours) if (theirs.has(word)) shared += 1;
  return shared >= Math.max(ours.size, theirs.size) * sameShare;
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/[\p{L}\p{N}_$]+/gu) ?? []);
}

import { isDeclarations } from '../../library.ts';
import type { Candidate } from './candidate.ts';

/** Two sections that share this much of their words are one answer given twice. */
const sameShare = 0.8;

/** Members of two types that less is said about may differ in the one word that counts. */
const leastProse = 60;

/**
 * Leaves out sections that say nearly the same as a better one under the same heading: quickstarts for five frameworks
 * hold the same closing paragraph, and one of them is enough. A method that many types have counts by its own name. Keeps the
 * order.
 */
export function dropNearDuplicates(ranked: readonly Candidate[]): readonly Candidate[] {
  const kept: Candidate[] = [];
  const byHeading = new Map<string, Candidate[]>();
  for (const section of ranked) {
    const name = nameOf(section);
    const rivals = byHeading.get(name) ?? [];
    if (rivals.some((rival) => isSame(section, rival))) continue;
    kept.push(section);
    rivals.push(section);
    byHeading.set(name, rivals);
  }
  return kept;
}

/** `leftJoin` of `SelectQueryBuilder.leftJoin`; a sentence above Markdown is taken whole. */
function nameOf({ heading, pageKind, kind }: Candidate): string {
  return isDeclarations(pageKind) && kind === 'code' ? heading.slice(heading.lastIndexOf('.') + 1) : heading;
}

function isSame(a: Candidate, b: Candidate): boolean {
  if (a.body === b.body) return true;
  // Counting words is the dear part, and texts of unlike length cannot be the same.
  if (Math.min(a.tokens, b.tokens) < Math.max(a.tokens, b.tokens) * sameShare) return false;
  const isOfAnother = a.heading !== b.heading;
  const [left, right] = isOfAnother ? [proseOf(a), proseOf(b)] : [a.body, b.body];
  if (isOfAnother && Math.min(left.length, right.length) < leastProse) return false;
  const [ours, theirs] = [wordsOf(left), wordsOf(right)];
  let shared = 0;
  for (const word of ours) if (theirs.has(word)) shared += 1;
  return shared >= Math.max(ours.size, theirs.size) * sameShare;
}

/** What is said about a declaration: the first signature names the type that it is of. */
function proseOf({ body }: Candidate): string {
  return body.replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1[^\n]*$/m, '').trim();
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/[\p{L}\p{N}_$]+/gu) ?? []);
}

/** Two sections that share this much of their words are one answer given twice. */
const sameShare = 0.8;

/**
 * Leaves out sections that say nearly the same as a better one: quickstarts for five frameworks hold the same closing
 * paragraph, and one of them is enough. Keeps the order.
 */
export function dropNearDuplicates<T extends { readonly body: string; readonly kind: string }>(
  ranked: readonly T[],
): readonly T[] {
  const kept: T[] = [];
  const words: Set<string>[] = [];
  for (const section of ranked) {
    const own = new Set(section.body.match(/[\p{L}\p{N}_$]+/gu) ?? []);
    if (words.some((other) => isSame(own, other))) continue;
    kept.push(section);
    words.push(own);
  }
  return kept;
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  if (small.size < large.size * sameShare) return false;
  let shared = 0;
  for (const word of small) if (large.has(word)) shared += 1;
  return shared >= large.size * sameShare;
}

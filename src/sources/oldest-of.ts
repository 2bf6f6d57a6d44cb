import type { Freshness } from './source.ts';

/** An answer is as fresh as its oldest part. */
export function oldestOf(parts: readonly Freshness[]): Freshness {
  const staleness = { live: 0, cached: 1, stale: 2 };
  const [worst] = parts.toSorted((a, b) => staleness[b.state] - staleness[a.state] || b.ageMs - a.ageMs);
  return worst ?? { state: 'live', ageMs: 0 };
}

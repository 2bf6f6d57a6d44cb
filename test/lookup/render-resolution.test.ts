import { describe, expect, it } from 'vitest';
import { renderResolution } from '../../src/lookup/render-resolution.ts';
import type { Candidate } from '../../src/sources/source.ts';

const candidate: Candidate = {
  id: '/acme/widgets',
  title: 'Widgets',
  match: 'exact',
  why: 'has this name on Context7',
  versions: [],
};
const render = (candidates: readonly Candidate[]) =>
  renderResolution({ name: 'widgets' }, { candidates, failures: [] });

describe('a candidate', () => {
  it('says how old it is where it is told from an old copy', () => {
    const freshness = {
      state: 'stale',
      ageMs: 100 * 3_600_000,
      reason: 'the upstream could not be reached',
    } as const;
    expect(render([{ ...candidate, freshness }])).toContain(
      'has this name on Context7, STALE COPY from 4 days ago: the upstream could not be reached',
    );
    expect(render([candidate])).not.toContain('COPY');
  });
});

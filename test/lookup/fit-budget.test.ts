import { describe, expect, it } from 'vitest';
import { fitBudget } from '../../src/lookup/fit-budget.ts';

const items = (...sizes: number[]) => sizes.map((tokens, id) => ({ id, tokens, batch: 0 }));
const ids = (pages: readonly (readonly { id: number }[])[]) => pages.map((page) => page.map(({ id }) => id));

describe('fitBudget', () => {
  it('skips what does not fit and goes on', () => {
    expect(ids(fitBudget(items(60, 50, 30, 10), 100))).toEqual([[0, 2, 3], [1]]);
  });

  it('gives an item that is larger than a page one of its own', () => {
    expect(ids(fitBudget(items(10, 500, 20), 100))).toEqual([[0, 2], [1]]);
    expect(ids(fitBudget(items(500, 20), 100))).toEqual([[0], [1]]);
  });

  it('deals out every item exactly once', () => {
    const many = items(...Array.from({ length: 200 }, (_, index) => ((index * 7_919) % 400) + 1));
    const dealt = fitBudget(many, 600).flat();
    expect(dealt.map(({ id }) => id).sort((a, b) => a - b)).toEqual(many.map(({ id }) => id));
  });

  it('does not change a page when later batches arrive', () => {
    const first = [
      { id: 0, tokens: 90, batch: 0 },
      { id: 1, tokens: 90, batch: 0 },
    ];
    const second = [{ id: 2, tokens: 5, batch: 1 }];
    expect(ids(fitBudget([...first, ...second], 100)).slice(0, 2)).toEqual(ids(fitBudget(first, 100)));
  });

  it('has no page for nothing', () => {
    expect(fitBudget([], 100)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { chooseFirstPage } from '../../../src/sources/indexed/first-page.ts';

const ranked = (...scores: number[]) => scores.map((score, id) => ({ id, score, tokens: 300 }));
const ids = (chosen: ReadonlySet<{ id: number }>) => [...chosen].map(({ id }) => id);

describe('the first page of an answer', () => {
  it('stops where scores fall off, once there is something to read', () => {
    expect(ids(chooseFirstPage(ranked(1, 0.9, 0.2, 0.2, 0.2, 0.2), 2_500))).toEqual([0, 1, 2]);
  });

  it('holds all that score alike, but not the whole budget', () => {
    expect(ids(chooseFirstPage(ranked(1, 1, 1, 1, 1, 1, 1, 1), 2_500))).toEqual([0, 1, 2, 3, 4]);
  });

  it('skips what does not fit and goes on', () => {
    const found = [
      { id: 0, score: 1, tokens: 1_000 },
      { id: 1, score: 1, tokens: 900 },
      { id: 2, score: 1, tokens: 100 },
    ];
    expect(ids(chooseFirstPage(found, 2_500))).toEqual([0, 2]);
  });

  it('gives who asks for few all of them, and who asks for many more', () => {
    expect(ids(chooseFirstPage(ranked(1, 1, 1, 1, 1), 1_000))).toEqual([0, 1, 2]);
    expect(ids(chooseFirstPage(ranked(1, 0.2, 0.2, 0.2, 0.2, 0.2), 5_000))).toHaveLength(6);
  });

  it('always holds the first, however long it is', () => {
    expect(ids(chooseFirstPage([{ id: 0, score: 0, tokens: 9_000 }], 500))).toEqual([0]);
  });
});

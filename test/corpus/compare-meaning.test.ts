import { describe, expect, it } from 'vitest';
import { compareMeaning } from '../../src/corpus/search/meaning/compare-meaning.ts';
import { dimensions, stems, vectors, weights } from '../../src/corpus/search/meaning/word-vectors.ts';

describe('compareMeaning', () => {
  it.each([
    ['abort', 'Cancels what is pending.', 'Formats a date.'],
    ['fake responses in tests', 'Mocks and stubs for a suite.', 'Prices with their currency.'],
    ['maximum', 'Requests over the limit are refused.', 'Colours of a theme.'],
  ])('finds "%s" nearer to words that keep the same company', (query, near, far) => {
    const meaningOf = compareMeaning(query);
    expect(meaningOf(near)).toBeGreaterThan(meaningOf(far) + 0.1);
  });

  it('is 1 for the same text and 0 where no word is known', () => {
    expect(compareMeaning('cancel the request')('request cancelled')).toBeCloseTo(1, 1);
    expect(compareMeaning('cancel the request')('qqqq')).toBe(0);
    expect(compareMeaning('qqqq')('cancel the request')).toBe(0);
  });

  it('has a weight and a vector for every stem, in half a megabyte', () => {
    const { length } = stems.split(' ');
    expect(Buffer.from(weights, 'base64').length).toBe(length);
    expect(Buffer.from(vectors, 'base64').length).toBe(length * dimensions);
    expect(vectors.length + stems.length + weights.length).toBeLessThan(600_000);
  });
});

import { expect, it } from 'vitest';
import { chooseOpening } from '../../src/corpus/store/choose-opening.ts';

it('reads a page of any number of headings that tell how to start', () => {
  const rows = Array.from({ length: 300_000 }, () => ({ heading: 'Usage', trail: '', tokens: 20 }));
  expect(chooseOpening(rows)).toHaveLength(8);
});

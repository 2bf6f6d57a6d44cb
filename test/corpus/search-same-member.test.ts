import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CorpusReader } from '../../src/corpus/corpus.ts';
import { chunkTypes } from '../../src/corpus/types/chunk-types.ts';
import { noCoverage, openTestCorpus } from './open-test-corpus.ts';

const padding = Array.from(
  { length: 60 },
  (_, index) => `  /** Knot ${index} in a rope. */\n  knot${index}: string;`,
).join('\n');
const join = `  /**
   * Lashes a second boat to the left side, where no other vessel lies, with two ropes and a fender in between.
   */
  lashLeft`;
const types = ['Ship', 'Barge', 'Ferry'].map(
  (name) => `export declare class ${name} {\n${padding}
${join}(other: ${name}<T>, ropes: Rope[]): ${name}Lashed;
  /** Sinks boats that are of the kind ${name}. */
  scuttle(): void;
}`,
);

let reader: CorpusReader;
let rowId: number;
let close: () => void;

beforeAll(async () => {
  const corpus = await openTestCorpus();
  ({ reader, close } = corpus);
  const pages = [await chunkTypes({ path: 'index.d.ts', text: types.join('\n') })];
  rowId = corpus.writer.add({
    name: 'boats',
    version: '1.0.0',
    contentHash: 'boats',
    pages,
    coverage: noCoverage,
  });
});
afterAll(() => close());

function headings(query: string): readonly string[] {
  return reader.search(rowId, query, { mode: 'all', limit: 40 }).map(({ heading }) => heading);
}

it('the same method of several types is answered once, the one that was asked for', () => {
  expect(headings('lash a second boat to the left side').filter((each) => /lash/.test(each))).toHaveLength(1);
  expect(headings('Barge.lashLeft')[0]).toBe('Barge.lashLeft');
});

it('members that little is said about are all there', () => {
  expect(headings('scuttle').filter((each) => /scuttle/.test(each))).toHaveLength(3);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLibrary } from './open-test-corpus.ts';

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

let library: Awaited<ReturnType<typeof openLibrary>>;

beforeAll(async () => {
  library = await openLibrary([{ path: 'index.d.ts', kind: 'api', text: types.join('\n') }]);
});
afterAll(() => library.close());

function headings(query: string): readonly string[] {
  return library.search(query, 40).map(({ heading }) => heading);
}

it('the same method of several types is answered once, the one that was asked for', () => {
  expect(headings('lash a second boat to the left side').filter((each) => /lash/.test(each))).toHaveLength(1);
  expect(headings('Barge.lashLeft')[0]).toBe('Barge.lashLeft');
});

it('members that little is said about are all there', () => {
  expect(headings('scuttle').filter((each) => /scuttle/.test(each))).toHaveLength(3);
});

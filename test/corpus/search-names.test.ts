import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLibrary } from './open-test-corpus.ts';

const members = Array.from(
  { length: 130 },
  (_, at) =>
    `  /** Hoists sail ${at} of the boat; see Boat, a boat of boats. */\n  boatSail${at}(boat: Boat): Boat;`,
);
const declarations = `/** What floats, told at some length: a hull with a keel, masts and rigging, and whoever sails on it, with all that they
 * take along on a journey of many days over the sea, and what they leave behind. */
export interface Boat {
${members.join('\n')}
  /** Uses it. */
  use(): void;
}
/** Parses the options. */
export declare function parseOptions(): void;
/** Parses. */
export declare function parse(text: string): void;
`;

let library: Awaited<ReturnType<typeof openLibrary>>;

beforeAll(async () => {
  library = await openLibrary([
    { path: 'index.d.ts', kind: 'api', text: declarations },
    {
      path: 'docs/boats.md',
      kind: 'guide',
      text: '# Parse, parse\n\nTo parse is to parse. Call parse.\n\n## Boats\n\nBoat, boat, boat.\n',
    },
  ]);
});
afterAll(() => library.close());

function first(query: string) {
  return library.search(query)[0]?.heading;
}

it.each([
  ['Boat', 'Boat'],
  ['boat', 'Boat'],
  ['`Boat`', 'Boat'],
  ['parse', 'parse'],
  ['parse()', 'parse'],
  ['boatSail77', 'Boat.boatSail77'],
  ['Boat.boatSail77', 'Boat.boatSail77'],
  ['Boat.use', 'Boat.use'],
  ['what does Boat.use do', 'Boat.use'],
])('the name %j alone finds what has it, before all that mentions it', (query, heading) => {
  expect(first(query)).toBe(heading);
});

it('a name is found behind any number of headings that hold it among others', async () => {
  const headings = Array.from({ length: 80 }, (_, at) => `## Boat ${at}\n\nBoat boat ${at}, boat.\n`);
  const { search, close } = await openLibrary([
    { path: 'docs/all.md', kind: 'guide', text: `# All\n\n${headings.join('\n')}` },
    { path: 'index.d.ts', kind: 'api', text: '/** Floats. */\nexport interface Boat { keel: 1 }\n' },
  ]);
  expect(search('Boat')[0]?.path).toBe('index.d.ts');
  close();
});

it('a question is not taken for a name by its last word', () => {
  expect(first('which boat floats with a keel and masts, parse')).toBe('Boat');
});

it.each(['.', '$', '/', '-', '@', '()', '``', '../..', 'a'.repeat(200), '"Boat'])(
  'takes %j for no name',
  (query) => {
    expect(() => first(query)).not.toThrow();
  },
);

import { expect, it } from 'vitest';
import { libraryOf, openTestCorpus } from './open-test-corpus.ts';

const options = { mode: 'all', limit: 20 } as const;
const apart = ' Nothing else is said of it here, so that words stand far from each other.';

it('lets one that answers a part of the question well pass those behind the first that hold more of its words', async () => {
  const { reader, writer, close } = await openTestCorpus();
  const harbours = ['Ostend', 'Bergen', 'Cadiz', 'Dover', 'Esbjerg', 'Faro', 'Genoa', 'Hull'];
  const scattered = harbours.map((name, index) => [
    `docs/${name}.md`,
    `# ${name}\n\n${apart.repeat(index)} The anchor of ${name} held in a storm.${apart.repeat(7)} Rope is sold in ${name}.\n`,
  ]);
  const part = ['docs/mooring.md', '# On rope\n\nTie the anchor to the rope, and the rope to the anchor.\n'];
  const library = writer.add(libraryOf('harbour', Object.fromEntries([...scattered, part])));
  const found = reader.search(library, 'anchor rope storm', options).map(({ path }) => path);
  expect(found.length).toBe(9);
  expect(found.indexOf('docs/mooring.md')).toBe(4);
  close();
});

import { expect, it } from 'vitest';
import { createLibraryChunker } from '../../src/corpus/create-library-chunker.ts';
import { noCoverage, openTestCorpus } from './open-test-corpus.ts';

const options = { mode: 'all', limit: 5 } as const;

it('puts declarations that can be imported before those that these only make use of', async () => {
  const { reader, writer, close } = await openTestCorpus();
  const chunkFile = createLibraryChunker();
  const wire =
    '/** Sets the colour of a sail that is hoisted. */\nexport interface SetSailColour { sail: string }\n';
  const own =
    '/** Paints a sail: sets its colour. */\nexport declare function paintSail(colour: string): void;\n';
  const pages = [
    await chunkFile({ path: 'wire.d.ts', kind: 'internal', text: wire }),
    await chunkFile({ path: 'index.d.ts', kind: 'api', text: own }),
  ];
  const library = writer.add({
    name: 'boat',
    version: '1.0.0',
    contentHash: 'a',
    pages,
    coverage: noCoverage,
  });
  const found = reader.search(library, 'set the colour of a sail', options);
  expect(found.map(({ path, pageKind }) => [path, pageKind])).toEqual([
    ['index.d.ts', 'api'],
    ['wire.d.ts', 'internal'],
  ]);
  close();
});

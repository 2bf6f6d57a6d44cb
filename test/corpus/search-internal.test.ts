import { expect, it } from 'vitest';
import { openLibrary } from './open-test-corpus.ts';

it('puts declarations that can be imported before those that these only make use of', async () => {
  const wire =
    '/** Sets the colour of a sail that is hoisted. */\nexport interface SetSailColour { sail: string }\n';
  const own =
    '/** Paints a sail: sets its colour. */\nexport declare function paintSail(colour: string): void;\n';
  const { search, close } = await openLibrary([
    { path: 'wire.d.ts', kind: 'internal', text: wire },
    { path: 'index.d.ts', kind: 'api', text: own },
  ]);
  const found = search('set the colour of a sail');
  expect(found.map(({ path, pageKind }) => [path, pageKind])).toEqual([
    ['index.d.ts', 'api'],
    ['wire.d.ts', 'internal'],
  ]);
  close();
});

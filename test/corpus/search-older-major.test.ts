import { expect, it } from 'vitest';
import { libraryOf, openTestCorpus } from './open-test-corpus.ts';

const options = { mode: 'all', limit: 5 } as const;

it('puts what the library says now before what it still ships of an older major', async () => {
  const { reader, writer, close } = await openTestCorpus();
  const library = writer.add({
    ...libraryOf('schemas', {
      'docs/v3/objects.md':
        '# Strip unknown keys\n\nStrip unknown keys: an object strips unknown keys of its input.\n',
      'docs/v5/objects.md':
        '# Strip unknown keys\n\nAn object can strip unknown keys. They are dropped before the result.\n',
      'docs/objects.md': '# Objects\n\nAn object drops unknown keys; call strip to strip them again.\n',
    }),
    version: '4.6.7',
  });
  const paths = reader.search(library, 'strip unknown keys', options).map(({ path }) => path);
  expect(paths.at(-1)).toBe('docs/v3/objects.md');
  expect(paths[0]).toBe('docs/v5/objects.md');
  close();
});

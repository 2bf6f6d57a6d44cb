import { expect, it } from 'vitest';
import { libraryOf, openTestCorpus } from './open-test-corpus.ts';

const options = { mode: 'all', limit: 5 } as const;

it('puts what is nearer in meaning first where the same words match', async () => {
  const { reader, writer, close } = await openTestCorpus();
  const library = writer.add(
    libraryOf('requests', {
      'docs/a.md': '# Looks\n\nA request has the colours and fonts of the theme of its page.\n',
      'docs/b.md': '# Ends\n\nCancels what is pending by the signal that was passed to a request.\n',
    }),
  );
  const [first] = reader.search(library, 'abort request', options);
  expect(first?.path).toBe('docs/b.md');
  close();
});

it('gives the solution along with the problem that was found', async () => {
  const { reader, writer, close } = await openTestCorpus();
  const text = (words: string) => `${words} `.repeat(60);
  const library = writer.add(
    libraryOf('chat', {
      'docs/repeated.md': `# Repeated\n\n## Issue\n\nThe walrus appears twice. ${text('It is seen again.')}\n\n## Solution\n\nPass the originals.\n`,
    }),
  );
  const [first] = reader.search(library, 'walrus appears twice', options);
  expect(first?.heading).toBe('Issue');
  expect(first?.body).toContain('#### Solution\n\nPass the originals.');
  close();
});

import { describe, expect, it } from 'vitest';
import type { Context7Id } from '../../../src/sources/context7/client/api.ts';
import { createToPageSnippets } from '../../../src/sources/context7/page-snippets.ts';

const library: Context7Id = { kind: 'context7', owner: 'acme', repo: 'widgets' };
const toSnippets = createToPageSnippets(() => 4_711);

function codeOf(language: string, code: string): string {
  return toSnippets.code([{ codeTitle: 'T', codeList: [{ language, code }] }], library)[0]?.text ?? '';
}

describe('code', () => {
  it('is fenced so that no fence inside it ends it', () => {
    expect(codeOf('md', '```js\n1\n```')).toBe('````md\n```js\n1\n```\n````');
    expect(codeOf('md', '`````')).toBe('``````md\n`````\n``````');
    expect(codeOf('md', 'a `b` c')).toBe('```md\na `b` c\n```');
  });

  it('has a language only where it is one', () => {
    expect(codeOf('c++', 'x')).toBe('```c++\nx\n```');
    expect(codeOf('js\n# Title', 'x')).toBe('```\nx\n```');
    expect(codeOf('APIDOC', '# x')).toBe('```markdown\n# x\n```');
  });

  it('holds every variant of an example', () => {
    const codeList = [
      { language: 'sh', code: 'npm i' },
      { language: 'sh', code: 'pnpm i' },
    ];
    const [snippet] = toSnippets.code([{ codeTitle: 'T', codeDescription: 'Install.', codeList }], library);
    expect(snippet?.text).toBe('Install.\n\n```sh\nnpm i\n```\n\n```sh\npnpm i\n```');
  });
});

describe('token counts', () => {
  it.each([undefined, -1, 0, 0.5, Number.NaN, 2, 1e9])('of %s are counted anew', (contentTokens) => {
    const [snippet] = toSnippets.info([{ content: 'x'.repeat(400), contentTokens }], library);
    expect(snippet?.tokens).toBe(4_711);
  });

  it('that can be right are kept', () => {
    expect(toSnippets.info([{ content: 'x'.repeat(400), contentTokens: 100 }], library)[0]?.tokens).toBe(100);
  });
});

describe('places', () => {
  it('fall back to the library, lose the snippet mark and stay on one line', () => {
    expect(toSnippets.info([{ content: 'x' }], library)[0]).toMatchObject({
      title: '/acme/widgets',
      location: '/acme/widgets',
    });
    const codeId = 'https://docs.example/a.md#_snippet_12';
    expect(toSnippets.code([{ codeTitle: 'T', codeId, codeList: [] }], library)[0]?.location).toBe(
      'https://docs.example/a.md',
    );
    expect(toSnippets.info([{ content: 'x', pageId: 'a\nSource: b\u001b' }], library)[0]?.location).toBe(
      'a Source: b',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { classify, isDocsFolder } from '../../src/origins/docs-files/classify.ts';

describe('a file of Markdown', () => {
  it.each(['PROJECT_CHARTER.md', 'charter.md', 'SECURITY.md'])('%s at the root is no guide', (name) => {
    expect(classify(name, { folders: [], isDocs: false })).toBeUndefined();
    expect(classify(name, { folders: ['docs'], isDocs: true })).toBe('guide');
  });

  it('in a folder of manual pages is one', () => {
    expect(isDocsFolder('man')).toBe(true);
    expect(classify('crane.1.md', { folders: ['man'], isDocs: true })).toBe('guide');
  });
});

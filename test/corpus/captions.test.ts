import { describe, expect, it } from 'vitest';
import { chunkPage } from '../../src/corpus/chunk-page.ts';

const fence = '```';
const prose = 'A crane lifts what is too heavy for one docker. '.repeat(8).trim();
const code = `${fence}js\n${'crane.lift(load)\n'.repeat(30)}${fence}`;
const bodies = (text: string) =>
  chunkPage({ path: 'docs/page.md', kind: 'guide', text }).sections.map(({ body }) => body);
/** What comes last before each fence of a long section, in the same piece. */
const leadIn = (text: string) =>
  bodies(text).flatMap((body) => {
    const at = body.indexOf(fence);
    return at < 0 ? [] : [body.slice(0, at).trim().split('\n').at(-1)?.trim()];
  });

describe('what announces code', () => {
  it.each(['For example:', '**Example**', '**Example** (Lifting two at once)', '__Example__.'])(
    '%j is in one piece with it',
    (lead) => {
      const text = `# A\n\n${`${prose}\n\n`.repeat(3)}${lead}\n\n${code}\n`;
      expect(bodies(text)).toHaveLength(2);
      expect(leadIn(text)).toEqual([lead]);
    },
  );

  it('is no bold line before prose, and no long paragraph', () => {
    const filler = `${prose}\n\n`.repeat(3);
    expect(bodies(`# A\n\n${filler}**Note**\n\n${prose}${prose}\n`)[0]).toContain('**Note**');
    expect(leadIn(`# A\n\n${filler}${prose}:\n\n${code}\n`)).toEqual(['']);
  });

  it('in a long item of a list is in one piece with it too', () => {
    const nested = code.replace(/^/gm, '  ');
    const item = `- \`lift\`. ${prose}\n\n  ${prose}\n\n  Lifts one after the other:\n\n${nested}\n\n  ${prose}\n`;
    expect(leadIn(`# A\n\n${item}`)).toEqual(['Lifts one after the other:']);
    expect(bodies(`# A\n\n${item}`).join('\n').split(fence)).toHaveLength(3);
  });

  it('is nothing with thousands of blank lines below it', () => {
    const started = performance.now();
    const text = `- a:${'\n'.repeat(20_000)}\n  b\n`;
    const { sections } = chunkPage({ path: 'docs/page.md', kind: 'guide', text });
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(sections.map(({ body }) => body).join('\n')).toMatch(/- a:\s+b/);
    for (const { tokens, body } of sections) {
      expect(tokens).toBeLessThanOrEqual(800);
      expect(body.trim()).not.toBe('');
    }
  });
});

import { describe, expect, it } from 'vitest';
import { chunkPage } from '../../src/corpus/chunk-page.ts';

const fence = '```';

function chunk(code: string, language = 'js') {
  const text = `# Request\n\n${fence}${language}\n${code}\n${fence}\n`;
  return chunkPage({ path: 'README.md', kind: 'readme', text }).sections;
}

/** An options object as READMEs write them, of about 30 tokens a member. */
function membersOf(count: number, gap = '\n\n'): string {
  return Array.from(
    { length: count },
    (_, at) =>
      `  // \`sail${at}\` is hoisted in wind of force ${at}; "}" in a string is no bracket\n  sail${at}: "}",`,
  ).join(gap);
}

describe('a code block over 800 tokens', () => {
  it('that is one object is cut between its members, each part an object of its own', () => {
    const members = membersOf(60);
    const sections = chunk(`// all of them\nconst config = {\n${members}\n};`);
    expect(sections.length).toBeGreaterThan(2);
    for (const { body, tokens, heading } of sections) {
      expect(tokens).toBeLessThan(800);
      expect(heading).toBe('Request');
      expect(body.startsWith(`${fence}js\n// all of them\nconst config = {\n`)).toBe(true);
      expect(body.endsWith(`\n};\n${fence}`)).toBe(true);
    }
    const marks = sections.map(({ body }) => body.match(/\/\/ \.\.\./g)?.length ?? 0);
    expect([marks[0], marks[1], marks.at(-1)]).toEqual([1, 2, 1]);
    const shown = sections.flatMap(({ body }) => body.match(/^ {2}sail\d+: "\}",$/gm) ?? []);
    expect(shown).toEqual(members.match(/^ {2}sail\d+: "\}",$/gm));
  });

  it('that is one call with an object is cut in the same way', () => {
    const sections = chunk(`export default defineConfig({\n${membersOf(60)}\n})`);
    expect(sections.length).toBeGreaterThan(2);
    expect(sections[1]?.body).toMatch(/^```js\nexport default defineConfig\(\{\n {2}\/\/ \.\.\.\n/);
    expect(sections[1]?.body).toMatch(/\n {2}\/\/ \.\.\.\n\}\)\n```$/);
  });

  it('is told by the line that its first member stands in', () => {
    const code = `{\n${membersOf(60)}\n}`;
    const lines = `# Request\n\n${fence}json\n${code}\n`.split('\n');
    const [, second] = chunk(code, 'json');
    const member = /^ {2}\/\/ `sail\d+`.*$/m.exec(second?.body ?? '')?.[0];
    expect(lines[(second?.line ?? 0) - 1]).toBe(member);
  });

  it.each([
    [
      'a program of several statements',
      `start({\n${membersOf(40)}\n});\n\nstop({\n${membersOf(20)}\n});`,
      'js',
    ],
    ['an object without blank lines', `{\n${membersOf(60, '\n')}\n}`, 'js'],
    ['what ends before its brackets do', `{\n${membersOf(60)}\n`, 'js'],
    ['what closes more than it opens', `}\n{\n${membersOf(60)}\n}`, 'js'],
    [
      'generated, with lines of over 1,000 characters',
      `{\n${membersOf(30)}\n\n  x: '${'y'.repeat(1_200)}',\n}`,
      'js',
    ],
    [
      'one whose first lines are long, which every part would repeat',
      `// ${'first '.repeat(100)}\n{\n${membersOf(40)}\n}`,
      'js',
    ],
    [
      'one with a template over several lines',
      `{\n${membersOf(20)}\n\n  text: \`one\n\n  two\`,\n\n${membersOf(20)}\n}`,
      'js',
    ],
    ['a language whose comments are not known', `{\n${membersOf(60)}\n}`, 'nginx'],
  ])('stays whole where it is %s', (_, code, language) => {
    expect(chunk(code, language)).toHaveLength(1);
  });

  it('is not cut at a blank line within a member', () => {
    const nested = `  deep: {\n${membersOf(40)}\n  },`;
    const sections = chunk(`{\n${membersOf(5)}\n\n${nested}\n}`);
    expect(sections).toHaveLength(2);
    expect(sections[1]?.body).toContain('  deep: {');
    expect(sections[1]?.body).toMatch(/ {2}sail39: "\}",\n {2}\},\n\}/);
  });

  it('is not cut at a blank line within a comment', () => {
    const half = (word: string) => `  ${`${word} `.repeat(120)}\n`.repeat(3);
    const comment = `  /*\n${half('above')}\n${half('below')}  */`;
    const sections = chunk(`{\n${membersOf(20)}\n\n${comment}\n${membersOf(20)}\n}`);
    expect(sections.length).toBeGreaterThan(1);
    expect(sections.filter(({ body }) => body.includes(comment))).toHaveLength(1);
  });

  it('keeps a member of up to 2,000 tokens whole, and is cut as any code where one is longer', () => {
    const nested = (count: number) => `{\n${membersOf(5)}\n\n  deep: {\n${membersOf(count)}\n  },\n}`;
    expect(chunk(nested(40))).toHaveLength(2);
    const [only, ...others] = chunk(nested(200));
    expect(others).toEqual([]);
    expect(only?.tokens).toBeLessThan(2_100);
    expect(only?.body).toContain('The code block goes on for');
  });

  it('over 40,000 characters is taken for generated, and only its beginning is kept', () => {
    const [only, ...others] = chunk(`{\n${membersOf(600)}\n}`);
    expect(others).toEqual([]);
    expect(only?.body).toContain('The code block goes on for');
  });

  it('under 800 tokens is not cut', () => {
    expect(chunk(`{\n${membersOf(15)}\n}`)).toHaveLength(1);
  });
});

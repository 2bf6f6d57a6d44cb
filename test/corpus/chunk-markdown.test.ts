import { describe, expect, it } from 'vitest';
import { chunkPage } from '../../src/corpus/chunk-page.ts';
import type { Section } from '../../src/corpus/corpus.ts';
import { countTokens } from '../../src/corpus/count-tokens.ts';
import { limitNesting } from '../../src/corpus/markdown/limit-nesting.ts';

function chunk(text: string, path = 'docs/page.md'): readonly Section[] {
  return chunkPage({ path, kind: 'guide', text }).sections;
}

function headings(text: string, path?: string): string[] {
  return chunk(text, path).map(({ trail, heading }) => (trail === '' ? heading : `${trail} > ${heading}`));
}

const fence = '```';

describe('headings', () => {
  it('starts a section at every heading, with the headings above it and the line of the file', () => {
    const sections = chunk('# A\n\none\n\n## B\n\ntwo\n\n### C\n\nthree\n\n## D\n\nfour\n');
    expect(sections.map(({ trail, heading, line, body }) => [trail, heading, line, body])).toEqual([
      ['', 'A', 1, 'one'],
      ['A', 'B', 5, 'two'],
      ['A > B', 'C', 9, 'three'],
      ['A', 'D', 13, 'four'],
    ]);
  });

  it.each([
    ['# `close()` and **more**', 'close() and more'],
    ['# A [link](https://example.test/x) here', 'A link here'],
    ['# Title {#custom-id}', 'Title'],
    ['# Title ##', 'Title'],
    ['# FST\\_ERR\\_X', 'FST_ERR_X'],
    ['# snake_case_name stays', 'snake_case_name stays'],
    ['# <a id="x"></a>Server', 'Server'],
    ['# `Promise<T>`', 'Promise<T>'],
    ['Title\n=====', 'Title'],
    ['<h1 align="center">Title</h1>', 'Title'],
    ['<h2\nalign="center">\n  Title\n</h2>', 'Title'],
  ])('reads %j as plain text', (markdown, heading) => {
    expect(chunk(`${markdown}\n\nbody\n`)[0]?.heading).toBe(heading);
  });

  it.each([199, 1_999])('are never cut inside a character: %d', (length) => {
    const link = `[a](${'b'.repeat(Math.max(0, length - 105))})`;
    const before = length < 200 ? 'a'.repeat(length) : link + 'a'.repeat(length - link.length);
    const heading = headings(`# ${before}\u{1f6a2}b\n\nbody\n`)[0] ?? '';
    expect(heading).not.toMatch(/\p{Surrogate}/u);
    expect(heading).toContain('aaa');
  });

  it('takes no heading out of a fence', () => {
    expect(headings(`# A\n\n${fence}md\n# not one\n${fence}\n\n~~~\n## nor this\n~~~\n`)).toEqual(['A']);
  });

  it('uses the title of front matter as the page heading, and drops the rest of it', () => {
    const page = chunkPage({
      path: 'docs/01-intro.mdx',
      kind: 'guide',
      text: '---\ntitle: "Caching"\nnav_title: X\n---\n\nintro\n\n## Use\n\nbody\n',
    });
    expect(page.title).toBe('Caching');
    expect(page.sections.map(({ trail, heading, line }) => [trail, heading, line])).toEqual([
      ['', 'Caching', 5],
      ['Caching', 'Use', 8],
    ]);
    expect(JSON.stringify(page)).not.toContain('nav_title');
  });

  it('puts the description of front matter under the title, also where that stands in the text as well', () => {
    const matter = '---\ntitle: Retries\ndescription: Try again after a fault.\n---\n\n';
    const bodies = (text: string) => chunk(text).map(({ heading, body }) => [heading, body]);
    expect(bodies(`${matter}# Retries\n\n## How\n\nwait\n`)).toEqual([
      ['Retries', 'Try again after a fault.'],
      ['How', 'wait'],
    ]);
    expect(bodies(`${matter}# Retries\n\nintro\n`)).toEqual([
      ['Retries', 'Try again after a fault.\n\nintro'],
    ]);
    expect(bodies(`${matter}preface\n\n# Other\n\nintro\n`)).toEqual([
      ['Retries', 'Try again after a fault.\n\npreface'],
      ['Other', 'intro'],
    ]);
  });

  it('counts lines of the file with front matter, comments and imports in it', () => {
    const text = "---\ntitle: T\n---\nimport X from 'x'\n\n<!-- a\nb -->\n\n## H\n\nbody\n";
    expect(chunk(text, 'a.mdx').find(({ heading }) => heading === 'H')?.line).toBe(9);
  });

  it('names a page after its file when it names itself nowhere', () => {
    expect(chunkPage({ path: 'docs/03-agent_loop.md', kind: 'guide', text: 'x' }).title).toBe('agent loop');
  });
});

describe('what is not for readers', () => {
  it.each([
    ['HTML comments', 'before\n\n<!-- hidden\nmore hidden -->\n\nafter', 'hidden'],
    ['hidden elements', '<div style="display:none">\n\n<b>hidden</b>\n\n</div>\n\nafter', 'hidden'],
    ['hidden inline elements', 'before <b style="visibility:&#104;idden">gone</b> after', 'gone'],
    ['comments in definitions of links', '[comment]:\n# "hidden"\n\nafter', 'hidden'],
    ['images', 'before ![hidden](https://example.test/hidden.png) after', 'hidden'],
    ['linked badges', '[![hidden](https://example.test/h.svg)](https://example.test/h)\n\nafter', 'hidden'],
    ['MDX imports', "import hidden from 'hidden'\n\nafter", 'hidden'],
    ['MDX exports', 'export const hidden = {\n  hidden: 1,\n}\n\nafter', 'hidden'],
    ['component tags', '<Hidden kind="info">\n\nafter\n\n</Hidden>', 'Hidden'],
    ['HTML tags', '<div class="hidden">\n\nafter\n\n</div>', 'hidden'],
    ['tables of contents', '- [hidden](#a)\n- [hidden](#b)\n- [hidden](#c)\n\nafter', 'hidden'],
  ])('drops %s', (_what, text, hidden) => {
    const bodies = chunk(`# T\n\n${text}\n`, 'a.mdx')
      .map((section) => section.body)
      .join('\n');
    expect(bodies).toContain('after');
    expect(bodies).not.toContain(hidden);
  });

  it('keeps all of that inside fences and code spans', () => {
    const code = `${fence}jsx\nimport a from 'a'\n<Tag>\n<!-- kept -->\n![kept](x)\n${fence}`;
    expect(chunk(`# T\n\n${code}\n\nUse \`<Tag>\` here.\n`, 'a.mdx')[0]?.body).toBe(
      `${code}\n\nUse \`<Tag>\` here.`,
    );
  });

  it('loses nothing where code names the mark of a comment', () => {
    const text = `# T\n\nComments start with \`<!--\`.\n\n## Set up\n\n${fence}\nrun\n${fence}\n\nA --> B\n`;
    expect(chunk(text).map(({ heading, line, body }) => [heading, line, body])).toEqual([
      ['T', 1, 'Comments start with `<!--`.'],
      ['Set up', 5, `${fence}\nrun\n${fence}\n\nA --> B`],
    ]);
  });

  it('shows no hidden part of a title', () => {
    expect(headings('---\ntitle: Shown<b hidden>gone</b>\n---\n\nx\n')).toEqual(['Shown']);
  });

  it('keeps what components say', () => {
    const text =
      '# T\n\n<Tabs>\n<Tab>pnpm add x</Tab>\n</Tabs>\n\n:::tip Mind\nkept\n:::\n\n> [!NOTE]\n> noted\n';
    const body = chunk(text, 'a.mdx')
      .map((section) => section.body)
      .join('\n');
    for (const kept of ['pnpm add x', '**Tip:** Mind', 'kept', '**Note:**', 'noted'])
      expect(body).toContain(kept);
    expect(body).not.toContain(':::');
    expect(body).not.toContain('<Tab');
  });

  it('turns the properties of a reference component into a list', () => {
    const text =
      "<PropertiesTable\n  content={[\n    {\n      name: 'model',\n      type: 'Model',\n      description: \"The model's name.\",\n    },\n    { name: 'tools', description: 'Tools.' },\n  ]}\n/>\n";
    expect(chunk(`# T\n\n${text}`, 'a.mdx')[0]?.body).toBe(
      "- `model` (Model): The model's name.\n- `tools`: Tools.",
    );
  });
});

describe('line ends and bytes', () => {
  it('reads CRLF and a byte order mark as it reads the plain file', () => {
    const text = `# A\n\none\n\n${fence}\ncode\n${fence}\n\n## B\n\ntwo\n`;
    expect(chunk(`\ufeff${text.replaceAll('\n', '\r\n')}`)).toEqual(chunk(text));
  });

  it.each([
    ['empty text', ''],
    ['white space', ' \n\t\n'],
    ['NUL bytes', 'a\0b\n\0'],
    ['lone surrogates', '# \ud800\n\n\udc00 text'],
    ['an open fence', `# A\n\n${fence}js\nlet a`],
    ['an open comment', '# A\n\n<!-- never closed\n\ntext'],
    ['an open component', '# A\n\n<Open a={[\n\ntext'],
    ['open front matter', '---\ntitle: x\n\n# A\n\ntext'],
    ['only marks', '>>>>\n- - -\n***\n___\n|||\n[[[[((('],
    ['binary', String.fromCharCode(...Array.from({ length: 4_000 }, (_, index) => (index * 7919) % 65_536))],
  ])('takes %s', (_what, text) => {
    expect(() => chunk(text)).not.toThrow();
    expect(() => chunk(text, 'a.mdx')).not.toThrow();
  });

  it('loses no text to an open comment or component', () => {
    expect(chunk('# A\n\n<!-- never closed\n\ntext')[0]?.body).toContain('text');
    expect(chunk('# A\n\n<Open a={[\n\ntext', 'a.mdx')[0]?.body).toContain('text');
  });
});

describe('length', () => {
  const long = 'A sentence about something that matters to the reader of this page. ';

  it('splits long prose into pieces of one heading with rising lines', () => {
    const sections = chunk(`# A\n\n${Array.from({ length: 20 }, () => `${long.repeat(4)}\n`).join('\n')}`);
    expect(sections.length).toBeGreaterThan(3);
    for (const section of sections) {
      expect(section.heading).toBe('A');
      expect(section.body.length).toBeLessThanOrEqual(1_700);
    }
    const lines = sections.map((section) => section.line);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('repeats the header of a table that it splits', () => {
    const rows = Array.from({ length: 100 }, (_, index) => `| E_${index} | ${long} |`).join('\n');
    const sections = chunk(`# Errors\n\n| Code | Meaning |\n| --- | --- |\n${rows}\n`);
    expect(sections.length).toBeGreaterThan(4);
    for (const section of sections) {
      expect(section.body.startsWith('| Code | Meaning |\n| --- | --- |\n| E_')).toBe(true);
      expect(section.tokens).toBeLessThanOrEqual(800);
    }
    expect(sections[1]?.line).toBeGreaterThan(5);
    expect(
      sections
        .map((section) => section.body)
        .join('\n')
        .match(/\| E_\d+ /g),
    ).toHaveLength(100);
  });

  it('splits a list between its items', () => {
    const items = Array.from(
      { length: 60 },
      (_, index) => `- **option${index}**: ${long}\n  - default: ${index}`,
    );
    const sections = chunk(`# Options\n\n${items.join('\n')}\n`);
    expect(sections.length).toBeGreaterThan(3);
    for (const section of sections) expect(section.body).toMatch(/^- \*\*option\d+\*\*/);
  });

  it('never cuts a fence, long as the section is', () => {
    const code = Array.from({ length: 60 }, (_, index) => `const value${index} = read(${index});\n`).join(
      '\n',
    );
    const item = `- item\n\n  ${fence}js\n${code.replace(/^/gm, '  ')}\n  ${fence}\n`;
    const sections = chunk(
      `# A\n\n${long.repeat(10)}\n\n${fence}js\n${code}${fence}\n\n${long.repeat(10)}\n\n${item}`,
    );
    for (const section of sections) expect((section.body.match(/^\s*```/gm) ?? []).length % 2).toBe(0);
    expect(sections.find((section) => section.body.includes('value0 '))?.body).toContain('value59 ');
  });

  it('cuts a code block over 2,000 tokens, closes it and says so', () => {
    const code = Array.from({ length: 2_000 }, (_, index) => `call(${index});`).join('\n');
    const [section] = chunk(`# A\n\n${fence}js\n${code}\n${fence}\n`);
    expect(section?.tokens).toBeLessThan(2_100);
    expect(section?.body).toMatch(/\n```\n\n\(The code block goes on for \d+ more lines\.\)$/);
  });

  it('holds every section but a single code block to 800 tokens, in any script', () => {
    const texts = [
      '\u65e5\u672c\u8a9e\u306e\u6587\u7ae0\u3067\u3059\u3002'.repeat(1_000),
      `| a | b |\n| - | - |\n${'| !@#$ | %^&*() |\n'.repeat(800)}`,
      'x'.repeat(50_000),
      '.,;:!?'.repeat(4_000),
      `- ${'\ud55c\uad6d\uc5b4 \ubb38\uc7a5 '.repeat(3_000)}`,
      `> ${'quoted text and more of it '.repeat(1_000)}`,
    ];
    for (const text of texts) {
      for (const section of chunk(`# A\n\n${text}\n`)) expect(section.tokens).toBeLessThanOrEqual(800);
    }
  });

  it('counts the tokens of the body', () => {
    const [section] = chunk('# A\n\nSome text of a section.\n');
    expect(section?.tokens).toBe(countTokens('Some text of a section.'));
  });

  it('cuts a file over 2 MB at a heading', () => {
    const filler = 'words '.repeat(150);
    const text = Array.from({ length: 2_500 }, (_, index) => `# H${index}\n\n${filler}end ${index}\n`).join(
      '\n',
    );
    const sections = chunk(text);
    expect(text.length).toBeGreaterThan(2_000_000);
    expect(sections.at(-1)?.body).toMatch(/ end \d+$/);
    expect(sections.length).toBeLessThan(2_500);
  });
});

describe('nesting', () => {
  function nestedList(depth: number): string {
    return Array.from({ length: depth }, (_, level) => `${'  '.repeat(level)}- item ${level}`).join('\n');
  }

  it('makes plain text of what lies deeper than 32 levels', () => {
    expect(limitNesting(`${'  '.repeat(40)}- deep`)).toBe('deep');
    expect(limitNesting(`${'> '.repeat(40)}deep`)).toBe('deep');
    expect(limitNesting(`${'- '.repeat(40)}deep`)).toBe('deep');
    expect(limitNesting(`${'  '.repeat(10)}- shallow`)).toBe(`${'  '.repeat(10)}- shallow`);
    expect(limitNesting(`${' '.repeat(90)}code`)).toBe(`${' '.repeat(90)}code`);
  });

  // Left to itself marked takes 0.4 s for depth 400, 3.1 s for 800 and throws a RangeError at 3,000 quotes.
  it.each([
    ['lists', nestedList],
    ['quotes', (depth: number) => Array.from({ length: 40 }, () => `${'>'.repeat(depth)} deep`).join('\n')],
  ])('takes time in proportion to the text for nested %s', (_what, make) => {
    chunk(make(200));
    const small = cpuMs(() => chunk(make(400)));
    const large = cpuMs(() => chunk(make(1_600)));
    // The list of depth n has n * n characters, so 16 times the text.
    expect(large).toBeLessThan(Math.max(small, 5) * 16 * 4);
    expect(() => chunk(make(3_500))).not.toThrow();
  });

  function cpuMs(work: () => unknown): number {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  }
});

it('says which sections hold code', () => {
  const kinds = chunk(`# A\n\nprose\n\n## B\n\n${fence}js\nlet a\n${fence}\n\n## C\n\n    indented\n`).map(
    (each) => each.kind,
  );
  expect(kinds).toEqual(['info', 'code', 'code']);
});

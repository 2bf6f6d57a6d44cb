import { describe, expect, it } from 'vitest';
import { chunkPage } from '../../src/corpus/chunk-page.ts';
import { isBesideUse, isProjectNote } from '../../src/corpus/side-matter.ts';

const page = (text: string, path = 'README.md', kind: 'readme' | 'guide' = 'readme') =>
  chunkPage({ path, kind, text });
const headings = (...args: Parameters<typeof page>) => page(...args).sections.map(({ heading }) => heading);

describe('a README', () => {
  const text = `# Crane\n\nLifts.\n\n## License\n\nMIT\n\n## Contributing\n\nDo.\n\n### Running it\n\nSo.\n\n## License headers option\n\nYes.\n`;

  it('is cut without what it says of the project', () => {
    expect(headings(text)).toEqual(['Crane', 'License headers option']);
    expect(headings(text, 'docs/page.md', 'guide')).toContain('License');
  });

  it('keeps a chapter with code, whatever it is called', () => {
    const text = '# Pkg\n\nWhat it is.\n\n## License\n\nSet the key:\n\n```js\nsetLicense(key);\n```\n';
    const { sections } = chunkPage({ path: 'README.md', kind: 'readme', text });
    expect(sections.map(({ heading }) => heading)).toEqual(['Pkg', 'License']);
  });

  it('keeps what it has where there is nothing else', () => {
    expect(headings('## Contributing\n\nDo.\n')).toEqual(['Contributing']);
  });

  it('is called by its first title, else by its file', () => {
    expect(page('###### Join in\n\nx\n\n# Crane\n\ny\n\n# More\n\nz').title).toBe('Crane');
    expect(page('### Platinum sponsors\n\nx\n\n## Usage\n\ny').title).toBe('README');
    expect(page('### Lifting\n\nx', 'docs/page.md', 'guide').title).toBe('Lifting');
  });

  it('has under no contents what only follows them', () => {
    const list = '- [A](#a)\n- [B](#b)\n- [C](#c)';
    expect(page(`# Crane\n\n## Table of contents\n\n${list}\n\nlift()\n`).sections).toMatchObject([
      { heading: 'Crane', trail: '', body: 'lift()', line: 9 },
    ]);
    expect(headings('# Crane\n\n## Contents\n\nOf a container.\n')).toEqual(['Contents']);
  });

  it('has no links and no blanks around images that are gone', () => {
    const [section] = page('# C\n\n[![npm][image]][url]&nbsp; &nbsp;Lifts\u2800 it. `&nbsp;`\n').sections;
    expect(section?.body.trim()).toBe('Lifts it. `&nbsp;`');
    expect(headings('# Join\u2800\u2800 in \u2800\n\nx')).toEqual(['Join in']);
  });

  it('with a long line of blanks is read in no time', () => {
    const line = `${' '.repeat(9_000)}&nbsp;`;
    const start = performance.now();
    page(`# C\n\n${`x${line}\n`.repeat(200)}`);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

describe('a heading', () => {
  it.each([
    '💎 Platinum sponsors 💎',
    'Our Sponsors',
    'License',
    'MIT License',
    'Contributors ✨',
    'All contributors',
    'How to contribute',
    'Contributing guide',
    'Code of Conduct',
    'License & Copyright',
    'Current project team members',
  ])('%j leads to what concerns the project', (heading) => {
    expect(isProjectNote(heading)).toBe(true);
    expect(isBesideUse(heading)).toBe(true);
  });

  it.each([
    'The Roadmap from RxJS 7 to 8',
    'Local Development Setup',
    'How to get involved',
    'Contribute using one-click online setup',
    'Support',
    'Support us on Open Collective',
  ])('%j is nothing to begin with', (heading) => {
    expect(isProjectNote(heading)).toBe(false);
    expect(isBesideUse(heading)).toBe(true);
  });

  it.each([
    '',
    'License headers option',
    'The a',
    'Support for TypeScript',
    'Development mode',
    'Code',
    'Getting started',
    'Supported versions',
    'Guide',
  ])('%j is a chapter', (heading) => {
    expect(isProjectNote(heading)).toBe(false);
    expect(isBesideUse(heading)).toBe(false);
  });
});

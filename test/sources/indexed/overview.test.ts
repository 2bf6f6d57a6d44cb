import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import { openSource } from './open-source.ts';

/** The overview of a package of these files: the titles of its first page, the text under each, and what else there is. */
async function overviewOf(files: Readonly<Record<string, string>>, manifest: object = {}) {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const inPackage = Object.entries(files).map(([path, text]) => [`node_modules/crane/${path}`, text]);
  writeFiles(project, {
    'package.json': { dependencies: { crane: '1.0.0' } },
    'node_modules/crane/package.json': { name: 'crane', version: '1.0.0', ...manifest },
    ...Object.fromEntries(inPackage),
  });
  const { ask } = openSource({ cacheFolder: join(folder, 'cache'), project });
  const { snippets } = await ask('crane');
  const shown = snippets.filter(({ batch }) => batch === 0);
  const left = snippets.filter(({ batch }) => batch > 0);
  return { titles: shown.map(({ title }) => title), texts: shown.map(({ text }) => text), left };
}

const prose = 'Cranes lift what is too heavy for any one docker, and put it down where it is wanted.';
const chapter = (heading: string) => `${heading}\n\n${prose} ${heading}\n\n`;

describe('an overview', () => {
  it('opens with what the library is and how it is started, not with what concerns the project', async () => {
    const { titles } = await overviewOf({
      'README.md': [
        '### 💎 Platinum sponsors\n\n[Harbour Trust](https://harbour.example) pays for all of our cranes and all of our ropes.\n\n',
        '# Crane\n\nTen words and no more.\n\n',
        ...['## Local development setup', '### Install dependencies', '## The Roadmap to 2.0'].map(chapter),
        ...['## Lifting', '## Counterweights', '## Examples', '## MIT License', '## Why we use steel'].map(
          chapter,
        ),
        ...['## Going deeper', '### Example 1', '## Usage', '### Example'].map(chapter),
        ...['## Contributing', '### Getting started'].map(chapter),
      ].join(''),
    });
    expect(titles).toEqual([
      'crane 1.0.0',
      'Crane > Lifting',
      'Crane > Counterweights',
      'Crane > Examples',
      'Crane > Usage',
      'Crane > Usage > Example',
      'Contents',
    ]);
  });

  it('opens with the little that there is', async () => {
    const { titles } = await overviewOf({ 'README.md': '# Crane\n\nLifts.\n' });
    expect(titles).toEqual(['crane 1.0.0', 'Crane', 'Contents']);
  });

  it('lists what the bare name means first, what is declared alone, and a changelog without its headings', async () => {
    const members = Array.from(
      { length: 60 },
      (_, at) => `  /** Swings number ${at}. */\n  swing${at}(): void;`,
    );
    const { texts } = await overviewOf(
      {
        'README.md': '# Crane\n\nLifts.\n\n## Ropes\n\nPulled.\n\n## License\n\nMIT\n',
        'lib/yard.d.ts': `export * from './berths.js';\n/** All cranes. */\nexport declare class Cranes {\n${members.join('\n')}\n}\n/** Opens. */\nexport declare function openYard(): void;\n`,
        'lib/berths.d.ts': '/** Ties a ship. */\nexport declare function moor(): void;\n',
        'CHANGELOG.md': '# Changes\n\n## 1.0.0\n\n### Bug Fixes\n\n- a\n\n## 0.9.0\n\n### Bug Fixes\n\n- b\n',
      },
      { types: 'lib/yard.d.ts' },
    );
    expect(texts.at(-1)?.split('\n')).toEqual([
      '- Crane (README.md): Ropes',
      '- yard (lib/yard.d.ts): Cranes; openYard',
      '- berths (lib/berths.d.ts): moor',
      '- Changes (CHANGELOG.md)',
    ]);
  });

  it('shows of a long table of contents no part without those before it', async () => {
    const heading = `## ${'Long and winding heading '.repeat(7)}`;
    const guides = Array.from({ length: 30 }, (_, at) => [
      `docs/${String(at).padStart(2, '0')}.md`,
      `# Guide ${at}\n\n${chapter(heading)}`,
    ]);
    const readme = `# Crane\n\n${prose.repeat(15)}\n`;
    const { titles, left } = await overviewOf({ ...Object.fromEntries(guides), 'README.md': readme });
    expect(titles).toEqual(['crane 1.0.0', 'Crane', 'Contents']);
    expect(left.map(({ title }) => title)).toEqual([
      'Contents, from page 16 on',
      'Contents, from page 31 on',
    ]);
    expect(left[1]?.tokens).toBeLessThan(50);
  });

  it('says how many entry points it leaves out', async () => {
    const exports = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`./a${at}`, './a.js']));
    const { texts } = await overviewOf({ 'README.md': '# Crane\n\nLifts.\n' }, { exports });
    expect(texts[0]).toContain('`crane/a11` and 8 more');
  });
});

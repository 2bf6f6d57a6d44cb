import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chunkTypes } from '../../../src/corpus/types/chunk-types.ts';
import { isTooDeep } from '../../../src/corpus/types/is-too-deep.ts';
import { temporaryFolder } from '../../setup/fixture-projects.ts';

const nest = (open: string, close: string, count: number) => open.repeat(count) + close.repeat(count);

describe('nesting', () => {
  it.each([
    ['brackets', nest('[', ']', 300)],
    ['braces', nest('{a:', '}', 300)],
    ['parentheses', nest('(', ')', 300)],
    ['generics', nest('A<', '>', 300)],
    ['generics that are never closed', 'A<'.repeat(300)],
    ['templates', nest('`$'.concat('{'), '}`', 300)],
    ['arrows', '() => '.repeat(3_000)],
    ['words in a row', 'keyof '.repeat(300)],
    ['assignments', 'a = '.repeat(3_000)],
    ['conditions', 'T extends 1 ? 1 : '.repeat(3_000)],
    ['brackets after a template', `\`a$\{b}c\`${nest('[', ']', 300)}`],
    ['brackets inside a template', `\`a$\{${nest('[', ']', 300)}}c\``],
    ['brackets between strings', `'a' | ${nest('[', ']', 300)} | 'b'`],
  ])('of %s is too deep', (_name, text) => {
    expect(isTooDeep(`type A = ${text};`)).toBe(true);
  });

  it.each([
    ['brackets one after the other', '[]'.repeat(5_000)],
    ['brackets in a comment', `/* ${'['.repeat(900)} */ 1`],
    ['brackets in a line comment', `// ${'['.repeat(900)}\n 1`],
    ['brackets in strings', `'${'['.repeat(900)}' | "${'<'.repeat(900)}"`],
    ['brackets in the text of a template', `\`a$\{b}${'['.repeat(900)}\``],
    ['an escaped quote', `'\\'${'['.repeat(900)}'`],
    ['arrows in many types', '(() => void) | '.repeat(900)],
    ['many names', 'A | '.repeat(9_000)],
    ['brackets as deep as people write', nest('[', ']', 100)],
  ])('of %s is not', (_name, text) => {
    expect(isTooDeep(`type A = ${text};`)).toBe(false);
  });
});

describe('a hostile file', () => {
  it.each([
    ['10 KB of brackets', nest('[', ']', 5_000)],
    ['200 KB of brackets', nest('[', ']', 100_000)],
    ['200 KB of braces', nest('{a:', '}', 50_000)],
    ['200 KB of generics', nest('A<', '>', 66_000)],
    ['200 KB of words', 'keyof '.repeat(33_000)],
    ['200 KB of arrows', '()=>'.repeat(50_000)],
    ['200 KB of comment starts', '/** '.repeat(50_000)],
    ['200 KB of quotes', `"'\``.repeat(66_000)],
    ['200 KB of tags', `/** ${'@param {@link '.repeat(14_000)} */ 1`],
    ['200 KB of comments of HTML', `/** ${'<!-- -->'.repeat(25_000)}${'<!-- '.repeat(9)} */ 1`],
    ['200 KB of braces before a text', `/** @returns {${'a{b}'.repeat(50_000)} */ 1`],
    ['200 KB of asterisks', `/**${' *\n'.repeat(66_000)}*/ 1`],
  ])('of %s is cut as text or parsed, without a crash or a wait', async (_name, text) => {
    const started = performance.now();
    const page = await chunkTypes({ path: 'a.d.ts', text: `/** A. */\nexport type A = ${text};` });
    expect(page.sections.every(({ body }) => body.length < 20_000)).toBe(true);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('of 16 MB is cut as text, its first 5 MB alone', async () => {
    const text = 'export declare const aLantern: string;\n'.repeat(410_000);
    const { sections } = await chunkTypes({ path: 'a.d.ts', text });
    const chars = sections.reduce((sum, { body }) => sum + body.length, 0);
    expect(chars).toBeGreaterThan(4_500_000);
    expect(chars).toBeLessThan(6_000_000);
  });

  it('of one line of 3 MB is cut into pieces', async () => {
    const { sections } = await chunkTypes({
      path: 'a.d.ts',
      text: `export type A = ${'['.repeat(3_000_000)}`,
    });
    expect(sections.length).toBeGreaterThan(1_000);
    expect(sections.every(({ body }) => body.length < 2_000)).toBe(true);
  });
});

describe('without the native parser', () => {
  it('declarations are cut as text', () => {
    // In a process of its own, where its package cannot be found.
    const root = join(import.meta.dirname, '../../..');
    const entry = join(temporaryFolder(), 'entry.ts');
    writeFileSync(
      entry,
      `import { chunkTypes } from ${JSON.stringify(join(root, 'src/corpus/types/chunk-types.ts'))};
      const text = 'export declare const crane: 1;\\nexport declare const quay: 2;';
      process.stdout.write(JSON.stringify((await chunkTypes({ path: 'a.d.ts', text })).sections));`,
    );
    const outfile = `${entry}.mjs`;
    const flags = [
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--external:oxc-parser',
      `--outfile=${outfile}`,
    ];
    const built = spawnSync(join(root, 'node_modules/esbuild/bin/esbuild'), [entry, ...flags], {
      encoding: 'utf8',
    });
    expect(built.status, built.stderr).toBe(0);
    const run = spawnSync(process.execPath, [outfile], { encoding: 'utf8' });
    expect(JSON.parse(run.stdout)).toMatchObject([{ heading: 'crane', kind: 'code' }]);
    expect(run.stdout).toContain('quay');
  });
});

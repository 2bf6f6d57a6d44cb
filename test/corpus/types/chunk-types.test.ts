import { describe, expect, it } from 'vitest';
import { createLibraryChunker } from '../../../src/corpus/create-library-chunker.ts';
import { chunkTypes } from '../../../src/corpus/types/chunk-types.ts';
import { splitCode } from '../../../src/corpus/types/split-code.ts';

async function sectionsOf(text: string, path = 'dist/index.d.ts') {
  return (await chunkTypes({ path, text })).sections;
}

async function sectionOf(text: string, heading: string) {
  const found = (await sectionsOf(text)).filter((section) => section.heading === heading);
  expect(found).toHaveLength(1);
  return found[0] ?? { body: '', line: 0, trail: '', kind: '', tokens: 0 };
}

describe('a documented declaration', () => {
  it('is one section with its signature and what its comment says as Markdown', async () => {
    const section = await sectionOf(
      `import x from './x';

/**
 * Lifts a container, see {@link CraneOptions | the options} and {@link https://crane.test/a the manual}.
 *
 * @typeParam T - kind of container
 * @param container - what is lifted
 *   from the ship
 * @param {string} [hook=bow] which hook
 * @returns the place
 * @throws {WindError} in a storm
 * @defaultValue 20
 * @deprecated Use {@link unload}.
 * @see {@link moor}
 * @example
 * const place = lift(box);
 *   // indented
 * @since 1.0.0
 * @category Cranes
 */
export declare function lift<T>(container: T, hook?: string): string;
`,
      'lift',
    );
    expect(section).toMatchObject({ line: 21, trail: '', kind: 'code' });
    expect(section.body).toBe(`\`\`\`ts
export declare function lift<T>(container: T, hook?: string): string;
\`\`\`

Lifts a container, see the options and [the manual](https://crane.test/a).

- \`T\`: kind of container
- \`container\`: what is lifted
  from the ship
- \`hook\`: which hook

Returns: the place

Throws: {WindError} in a storm

Default: \`20\`

**Deprecated.** Use \`unload\`.

See: \`moor\`

\`\`\`ts
const place = lift(box);
  // indented
\`\`\``);
  });

  it('keeps an example that is fenced already, tags inside it included', async () => {
    const { body } = await sectionOf(
      '/**\n * A.\n * @example\n * Title\n * ```tsx\n * @decorator\n * class A {}\n * ```\n */\nexport declare const a: 1;',
      'a',
    );
    expect(body).toContain('Title\n```tsx\n@decorator\nclass A {}\n```');
  });

  it('keeps a fence that holds shorter ones, or others', async () => {
    const page = ['````md', '```', '@param a no tag', '~~~', '# No heading', '```', '# Nor this', '````'];
    const lines = ['Shows a page.', '@example', ...page, '@param hull What floats.'];
    const comment = lines.map((line) => ` * ${line}\n`).join('');
    const { body } = await sectionOf(
      `/**\n${comment} */\nexport declare function show(hull: Hull): void;`,
      'show',
    );
    expect(body).toContain(page.join('\n'));
    expect(body).toContain('- `hull`: What floats.');
  });

  it('has no headings of its own, no comments of HTML and no types in braces', async () => {
    const comment = `
 * Ties.
 *
 * ### Knots
 *
 * <!-- siteExample("knot", 10) -->
 *
 * As <!-- not --> here:
 *
 * \`\`\`sh
 * # a comment <!-- kept -->
 * \`\`\`
 * @params rope of hemp
 * @returns {Record<string, {a: 1}>} the knot`;
    const { body } = await sectionOf(`/**${comment}\n */\nexport declare const tie: 1;`, 'tie');
    expect(body).toBe(
      '```ts\nexport declare const tie: 1;\n```\n\nTies.\n\n**Knots**\n\nAs  here:\n\n```sh\n# a comment <!-- kept -->\n```\n\n- `rope`: of hemp\n\nReturns: the knot',
    );
  });

  it('holds all its overloads', async () => {
    const { body } = await sectionOf(
      '/** One. */\nexport declare function f(a: 1): void;\n/** Many. */\nexport declare function f(a: 1[]): void;\nexport declare function f(): void;',
      'f',
    );
    expect(body).toContain(
      'f(a: 1): void;\nexport declare function f(a: 1[]): void;\nexport declare function f(): void;',
    );
    expect(body).toContain('One.\n\nMany.');
  });

  it('says once what a comment repeats inside the declaration', async () => {
    const { body } = await sectionOf(
      '/**\n * Maps a value.\n */\nexport declare const map: {\n  /**\n   * Maps a value.\n   */\n  <A>(a: A): A;\n};',
      'map',
    );
    expect(body.split('Maps a value.')).toHaveLength(2);
    expect(body).toContain('map: {\n  <A>(a: A): A;\n};');
  });

  it('that is internal is left out', async () => {
    const sections = await sectionsOf(
      '/** @internal */\nexport declare const a: 1;\n/** B. */ export declare const b: 1;',
    );
    expect(sections).toMatchObject([{ heading: 'b' }]);
  });

  it('is found in namespaces, modules, globals, exports by specifier and by assignment', async () => {
    const sections = await sectionsOf(`
declare namespace fastify {
  /** Inside. */
  export interface Instance { a: 1 }
  namespace deep.er { /** Deeper. */ const x: 1; }
}
export = fastify;
declare module 'other/part' { /** In a module. */ export function moduled(): void; }
declare module 'nothing';
declare global { /** In all. */ interface Window { b: 1 } }
export { /** By name. */ local as named } from './local.js';
/** All of it. */
export * as Everything from './everything.js';
`);
    expect(sections.map(({ heading, trail }) => [heading, trail])).toEqual([
      ['fastify.Instance', 'fastify'],
      ['fastify.deep.er.x', 'fastify.deep.er'],
      ['moduled', 'other/part'],
      ['Window', 'global'],
      ['named', ''],
      ['Everything', ''],
    ]);
  });
});

describe('a type with members', () => {
  const options = (count: number) =>
    Array.from(
      { length: count },
      (_, index) =>
        `  /** The option of number ${index}, which is about lanterns. */\n  option${index}?: string;\n`,
    ).join('');

  it('is one section with the docs of its members while it is small', async () => {
    const sections = await sectionsOf(`/** Small. */\nexport interface Options {\n${options(3)}}`);
    expect(sections).toHaveLength(1);
    expect(sections[0]?.body).toContain(
      '/** The option of number 2, which is about lanterns. */\n  option2?: string;',
    );
  });

  it('has a section for each documented member when it is large, and one for itself and the others', async () => {
    const sections = await sectionsOf(`export interface Options {\n${options(60)}  bare: true;\n}`);
    expect(sections).toHaveLength(61);
    expect(sections[0]).toMatchObject({ heading: 'Options', trail: '' });
    const names = Array.from({ length: 24 }, (_, index) => `option${index}`).join(', ');
    expect(sections[0]?.body).toBe(
      `\`\`\`ts\nexport interface Options {\n  bare: true;\n  // also: ${names} and 36 more\n}\n\`\`\``,
    );
    expect(sections[7]).toMatchObject({ heading: 'Options.option6', trail: 'Options', line: 15 });
    expect(sections[7]?.body).toBe(
      '```ts\noption6?: string;\n```\n\nThe option of number 6, which is about lanterns.',
    );
  });

  it('keeps the indent of a member that goes over several lines', async () => {
    const call = '  call(\n    first: string,\n  ): void;\n';
    const sections = await sectionsOf(`export interface Options {\n${options(60)}${call}}`);
    expect(sections[0]?.body).toContain(`{\n${call}  // also: `);
  });

  it('never looks as if it had no members', async () => {
    const hidden = '  /** @internal */\n  hidden: 1;\n';
    const sections = await sectionsOf(`export interface Options {\n${options(20)}${hidden}}`);
    expect(sections[0]?.body).toMatch(/Options \{\n {2}\/\/ also: option0, .*, option19\n\}/);
  });

  it('may be the options of a function', async () => {
    const sections = await sectionsOf(
      `/** Runs. */\nexport declare function run({ a }: {\n${options(60)}}): void;`,
    );
    const headings = sections.map(({ heading }) => heading);
    expect(headings).toHaveLength(61);
    expect(headings.slice(0, 2)).toEqual(['run', 'run.option0']);
  });

  it('shows nothing private', async () => {
    const members = `  private secret: 1;\n  #hidden: 1;\n${options(60)}`;
    const sections = await sectionsOf(`export declare class A {\n${members}}`);
    expect(sections.map(({ body }) => body).join('\n')).not.toMatch(/secret|hidden/);
  });
});

describe('a declaration that is too long for one section', () => {
  const members = (count: number) =>
    Array.from({ length: count }, (_, index) => `  moor${index}: (rope: Rope) => Quay;\n`).join('');
  const long = 'A extends Record<string, unknown> = Record<string, unknown>';

  it.each(['', '/** Of the harbour. */\n'])('is packed by its members with a short head: %j', async (doc) => {
    const sections = await sectionsOf(
      `${doc}export interface Harbour<${long}> extends Port {\n${members(120)}}`,
    );
    expect(sections.length).toBeGreaterThan(2);
    expect(sections.every(({ heading, tokens }) => heading === 'Harbour' && tokens < 800)).toBe(true);
    const [first, second] = sections.map(({ body }) => body);
    expect(first).toContain(`export interface Harbour<${long}> extends Port {\n  moor0:`);
    expect(second).toMatch(/^```ts\ninterface Harbour<\.\.\.> \{\n {2}moor\d+: .*\n[\s\S]*\n\}\n```$/);
    const all = sections.map(({ body }) => body).join('\n');
    for (let index = 0; index < 120; index += 1) expect(all).toContain(`  moor${index}: (rope`);
  });

  it('has one short head for each kind of type', async () => {
    const heads = async (head: string) =>
      (await sectionsOf(`export declare ${head} {\n${members(120)}}`))[1]?.body.split('\n')[1];
    expect(await heads('class Ship<T> extends Boat')).toBe('class Ship<...> {');
    expect(await heads('type Ship =')).toBe('type Ship = {');
    expect(await heads('const ship:')).toBe('const ship: {');
  });

  it('is never cut between a comment and what it is about', async () => {
    // The members are longer than the comments, so that most pieces are full where one would be torn off.
    const options = Array.from(
      { length: 80 },
      (_, index) => `  /** Of ${index}. */\n  rope${index}: ${"'hemp' | ".repeat(4 + (index % 5))}'silk';`,
    );
    const sections = await sectionsOf(`export type Ropes = Array<{\n${options.join('\n')}\n}>;`);
    expect(sections.length).toBeGreaterThan(3);
    for (const { body } of sections.slice(1)) expect(body).toMatch(/^```ts\n {2}\/\*\*/);
  });

  it('is cut at lines of least indent where it has no members', async () => {
    const parts = Array.from(
      { length: 60 },
      (_, index) =>
        `  | Knot<{\n      /** Of ${index}. */\n      kind: 'kind${index}';\n      rope: string;\n    }>`,
    );
    const sections = await sectionsOf(`/** A knot. */\nexport type Knot =\n${parts.join('\n')};`);
    expect(sections.length).toBeGreaterThan(2);
    expect(sections.every(({ heading }) => heading === 'Knot')).toBe(true);
    expect(sections[0]?.body).toContain('A knot.');
    const codes = sections.flatMap(({ body }) => [...body.matchAll(/```ts\n([\s\S]*?)\n```/g)]);
    expect(codes.slice(1).every(([, code]) => code?.startsWith('  | Knot<{\n      /** Of'))).toBe(true);
    for (let index = 0; index < 60; index += 1) expect(JSON.stringify(codes)).toContain(`'kind${index}'`);
  });

  it('shows the first of hundreds of signatures of one thing', async () => {
    const calls = Array.from({ length: 300 }, (_, index) => `  reef(sail: ${index}): void;\n`).join('');
    const sections = await sectionsOf(`export interface Boat {\n${calls}  anchor(): void;\n}`);
    expect(sections).toHaveLength(1);
    expect(sections[0]?.body).toContain('  // ... and 288 more signatures\n  anchor(): void;');
  });

  it.each([1_499, 23_999])('is never cut inside a character: %d', (length) => {
    const code = `${'a'.repeat(length % 1_500)}${'\n'.repeat(length - (length % 1_500))}\u{1f6a2}${'b'.repeat(2_000)}`;
    for (const piece of splitCode(code)) expect(piece).not.toMatch(/\p{Surrogate}/u);
  });

  it('ends where a program wrote it', async () => {
    const sections = await sectionsOf(`export type All = ${"'kind' | ".repeat(20_000)}'end';`);
    expect(sections.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThan(26_000);
    expect(sections.at(-1)?.body).toContain('// ...');
  });
});

describe('undocumented declarations', () => {
  it('are put together under their names where they are exported, and left out where not', async () => {
    const sections = await sectionsOf(
      'export declare const a: 1;\ndeclare const hidden: 1;\ndeclare const c: 1;\nexport { c };\nexport type D = 1;',
    );
    expect(sections).toMatchObject([{ heading: 'a, c, D', trail: '', line: 1 }]);
    expect(sections[0]?.body).toBe(
      '```ts\nexport declare const a: 1;\ndeclare const c: 1;\nexport type D = 1;\n```',
    );
  });

  it('are called by its name where there is one alone, and by the first names where there are many', async () => {
    const alone = await sectionsOf('export declare namespace Port { type Pier = 1; }');
    expect(alone).toMatchObject([{ heading: 'Port.Pier', trail: 'Port' }]);
    const headingOf = async (name: string) => {
      const all = Array.from({ length: 20 }, (_, index) => `export type ${name}${index} = 1;`);
      return (await sectionsOf(all.join('\n')))[0]?.heading;
    };
    expect(await headingOf('A')).toBe('A0, A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, ...');
    expect(await headingOf('TheAnchorOf')).toMatch(/^TheAnchorOf0, .*TheAnchorOf5, \.\.\.$/);
    expect(await headingOf('OfTheAnchor'.repeat(9))).toMatch(/^\w+, \.\.\.$/);
  });

  it('are all there in a script, which exports by being loaded', async () => {
    expect((await sectionsOf('declare const a: 1;'))[0]?.body).toContain('declare const a: 1;');
  });
});

describe('a file', () => {
  it('leads with what it says about itself, but not with its licence', async () => {
    const lead = await sectionsOf(
      '/**\n * @module\n * Cookies for all.\n */\nimport a from "a";\n/** B. */\nexport declare const b: 1;',
      'dist/cookies.d.ts',
    );
    expect(lead).toMatchObject([
      { heading: 'cookies', body: 'Cookies for all.', kind: 'info', line: 1 },
      { heading: 'b' },
    ]);
    const longer = await sectionsOf('/**\n * Cookies for all.\n *\n * Of flour.\n */\nimport a from "a";');
    expect(longer).toMatchObject([{ heading: 'Cookies for all.', kind: 'info' }]);
    const licence = await sectionsOf('/**\n * @license MIT, copyright of many\n */\nimport a from "a";');
    expect(licence).toEqual([]);
  });

  it('may begin with a byte order mark and end its lines the way of Windows', async () => {
    const sections = await sectionsOf(
      '\uFEFF/**\r\n * One.\r\n *\r\n * Two.\r\n */\r\nexport declare const a: 1;\r\n',
    );
    expect(sections).toMatchObject([
      { line: 6, body: '```ts\nexport declare const a: 1;\n```\n\nOne.\n\nTwo.' },
    ]);
  });

  it('is a page of kind api that is called after itself or its folder', async () => {
    const page = await chunkTypes({ path: 'dist/types/middleware/body-limit/index.d.ts', text: '' });
    expect(page).toEqual({
      path: 'dist/types/middleware/body-limit/index.d.ts',
      title: 'body-limit',
      kind: 'api',
      sections: [],
    });
  });

  it('whose syntax is broken is cut as text', async () => {
    const sections = await sectionsOf('export declare function broken(: {{{;\nexport const after: 1;\n');
    expect(sections).toMatchObject([{ heading: 'broken', kind: 'code', line: 1 }]);
    expect(sections[0]?.body).toContain('export const after: 1;');
  });
});

describe('the files of one library', () => {
  it('hold a declaration once, however often it is shipped', async () => {
    const chunk = createLibraryChunker();
    const text = '/** A crane. */\nexport declare const crane: 1;';
    expect((await chunk({ path: 'esm/a.d.ts', kind: 'api', text })).sections).toHaveLength(1);
    expect((await chunk({ path: 'cjs/a.d.ts', kind: 'api', text })).sections).toHaveLength(0);
  });

  it('hold what two types have in common for each of them', async () => {
    const chunk = createLibraryChunker();
    const members = Array.from(
      { length: 40 },
      (_, index) => `  /** Ties knot ${index}. */\n  tie${index}(rope: string): void;`,
    );
    const text = `export declare class Ship {\n${members.join('\n')}\n}\nexport declare class Barge {\n${members.join('\n')}\n}`;
    const { sections } = await chunk({ path: 'a.d.ts', kind: 'api', text });
    const headings = sections.map(({ heading }) => heading);
    expect(headings).toContain('Ship.tie7');
    expect(headings).toContain('Barge.tie7');
  });

  it('have no section for what a comment with nothing but tags says', async () => {
    expect(await sectionsOf("/** @since 1.0.0 */\nexport * as Effect from './effect';")).toEqual([]);
  });

  it('may be examples, which are sections of code', async () => {
    const chunk = createLibraryChunker();
    const text = `/**\n * @title Loading a ship\n *\n * With a crane.\n */\nimport { load } from 'harbor';\n\n${'load(1);\n\n'.repeat(300)}`;
    const page = await chunk({ path: 'ai-docs/01_loading.ts', kind: 'guide', text });
    expect(page).toMatchObject({ kind: 'guide', title: 'Loading a ship' });
    expect(page.sections[0]?.body).toMatch(/^With a crane\.\n\n```ts\nimport \{ load \} from 'harbor';/);
    expect(page.sections.length).toBeGreaterThan(1);
    expect(page.sections.every(({ kind, tokens }) => kind === 'code' && tokens <= 1_000)).toBe(true);
  });
});

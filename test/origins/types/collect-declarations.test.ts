import { describe, expect, it } from 'vitest';
import {
  collectDeclarations,
  declaresItself,
  hasDeclarations,
} from '../../../src/origins/types/collect-declarations.ts';
import { createFilesInMemory } from '../../../src/origins/types/package-files.ts';
import { typesPackageName } from '../../../src/origins/types/types-package-name.ts';

const { signal } = new AbortController();
type Files = Readonly<Record<string, string>>;

function open(manifest: unknown, files: Files) {
  const texts = {
    'package.json': typeof manifest === 'string' ? manifest : JSON.stringify(manifest),
    ...files,
  };
  return createFilesInMemory(
    new Map(Object.entries(texts).map(([path, text]) => [path, new TextEncoder().encode(text)])),
  );
}

async function pathsOf(manifest: unknown, files: Files) {
  const collected = await collectDeclarations(open(manifest, files), { signal });
  return collected.files.map(({ path }) => path);
}

/** Files that differ, so that none is a twin of another. */
const all = (...paths: string[]): Files =>
  Object.fromEntries(paths.map((path) => [path, `export declare const name: '${path}';`]));

describe('the entries of a package', () => {
  it.each<[string, unknown, string[], string[]]>([
    ['types', { types: './a.d.ts', exports: {} }, ['a.d.ts', 'b.d.ts'], ['a.d.ts']],
    ['typings without an ending', { typings: 'lib/a', exports: {} }, ['lib/a.d.ts'], ['lib/a.d.ts']],
    ['types that is a folder', { types: 'lib', exports: {} }, ['lib/index.d.ts'], ['lib/index.d.ts']],
    ['what stands beside main', { main: './lib/a.cjs', exports: {} }, ['lib/a.d.cts'], ['lib/a.d.cts']],
    ['no main at all', {}, ['index.d.ts'], ['index.d.ts']],
    ['exports that are one path', { exports: './a.mjs' }, ['a.d.mts', 'b.d.ts'], ['a.d.mts']],
    [
      'exports with nested conditions, where types comes first',
      {
        exports: {
          '.': { import: { types: './esm.d.mts', default: './x.mjs' }, require: './y.cjs' },
          './part': { types: './part.d.ts', default: './other.js' },
          './list': [{ 'types@>=5': './list.d.ts' }, './list.js'],
          './package.json': './package.json',
        },
      },
      ['esm.d.mts', 'x.d.mts', 'y.d.cts', 'part.d.ts', 'other.d.ts', 'list.d.ts'],
      ['esm.d.mts', 'y.d.cts', 'part.d.ts', 'list.d.ts'],
    ],
    [
      'exports with patterns, but for what null closes',
      { exports: { './*': './lib/*.js', './internal/*': null } },
      ['lib/a.d.ts', 'lib/deep/b.d.ts', 'lib/internal/c.d.ts', 'other.d.ts'],
      ['lib/a.d.ts', 'lib/deep/b.d.ts'],
    ],
    [
      'typesVersions of compilers of today',
      { exports: {}, typesVersions: { '<4.0': { '*': ['old/*'] }, '*': { cors: ['./types/cors'] } } },
      ['old/a.d.ts', 'types/cors.d.ts'],
      ['types/cors.d.ts'],
    ],
    [
      'every declaration file at the root where there are no exports',
      { main: './lib/server.js', types: 'index.d.ts' },
      ['index.d.ts', 'server.d.ts', 'cache.d.ts', 'lib/hidden.d.ts'],
      ['index.d.ts', 'cache.d.ts', 'server.d.ts'],
    ],
    [
      'paths of modules where there are no exports, last, but for those of builds and of folders that are reached',
      { types: './index.d.ts' },
      [
        ...['index.d.ts', 'plugin/utc.d.ts', 'plugin/utc.js', 'plugin/deep/tz.d.mts', 'plugin/deep/tz.mjs'],
        ...['plugin/none.d.ts', 'dist/a.d.ts', 'dist/a.js', '_esm/a.d.ts', '_esm/a.js', 'kinds/a.d.ts'],
        ...['kinds/a.js', 'kinds/b.d.ts', 'kinds/b.js', 'other.d.ts'],
      ],
      ['index.d.ts', 'other.d.ts', 'kinds/a.d.ts', 'plugin/deep/tz.d.mts', 'plugin/utc.d.ts'],
    ],
    [
      'no paths of modules where there are exports',
      { types: './index.d.ts', exports: {} },
      ['index.d.ts', 'plugin/utc.d.ts', 'plugin/utc.js'],
      ['index.d.ts'],
    ],
    ['exports null', { exports: null, types: './a.d.ts' }, ['a.d.ts'], ['a.d.ts']],
    ['exports of numbers and types that is a list', { exports: { '.': 3 }, types: ['a'] }, ['a.d.ts'], []],
    [
      'paths that lead out',
      { types: '../a.d.ts', exports: { '.': '/a.d.ts', './b': './x/../../b.d.ts' } },
      ['a.d.ts', 'b.d.ts'],
      [],
    ],
    ['paths into node_modules', { types: './node_modules/b/index.d.ts' }, ['node_modules/b/index.d.ts'], []],
  ])('are found by %s', async (_name, manifest, files, expected) => {
    const leadsOn = { 'other.d.ts': "export * from './kinds/a';" };
    const given = all(...files);
    const texts = files.includes('kinds/a.d.ts') ? { ...given, ...leadsOn } : given;
    expect(await pathsOf(manifest, texts)).toEqual(expected);
  });

  it('are no large files that only paths of modules lead to', async () => {
    const large = `export declare const all: '${'x'.repeat(200_000)}';`;
    const files = {
      'index.d.ts': "export * from './main/all';",
      'main/all.d.ts': large,
      'fonts/all.d.ts': `${large}\n`,
      ...all('fonts/all.js', 'fonts/one.d.ts', 'fonts/one.js'),
    };
    expect(await pathsOf({}, files)).toEqual(['index.d.ts', 'main/all.d.ts', 'fonts/one.d.ts']);
  });

  it('are found without listing a folder for each of its files', async () => {
    const names = Array.from({ length: 50 }, (_, at) => [`fonts/f${at}.d.ts`, `fonts/f${at}.js`]).flat();
    const files = open({}, all(...names));
    const listed: string[] = [];
    const list = (folder: string) => {
      listed.push(folder);
      return files.list(folder);
    };
    const { files: found } = await collectDeclarations({ ...files, list }, { signal });
    expect(found).toHaveLength(50);
    expect(listed.filter((folder) => folder === 'fonts').length).toBeLessThan(4);
  });

  it.each(['', '[', '[]', 'null', '3', '{"exports":'])(
    'of a package.json that holds %j are what stands at its root',
    async (text) => {
      expect(await pathsOf(text, all('index.d.ts'))).toEqual(['index.d.ts']);
    },
  );

  it('are the same of twins for two module systems', async () => {
    const manifest = {
      types: './index.d.cts',
      exports: { '.': { import: { types: './index.d.mts' }, require: { types: './index.d.cts' } } },
    };
    expect(await pathsOf(manifest, all('index.d.ts', 'index.d.cts', 'index.d.mts'))).toEqual(['index.d.ts']);
  });

  it.each<[boolean, string, unknown, string[]]>([
    [true, 'its main entry', { exports: { '.': './a.js', './b': './b.js' } }, ['a.d.ts']],
    [false, 'a side entry alone', { exports: { '.': './a.js', './b': './b.js' } }, ['b.d.ts']],
    [
      true,
      'side entries where there is no main one',
      { exports: { './b': './b.js', './c': './c.js' } },
      ['b.d.ts'],
    ],
    [false, 'files beside others, without exports', { main: 'a.js' }, ['b.d.ts']],
    [false, 'nothing', { exports: { './b': './b.js' } }, []],
  ])('say %j to whether a package declares itself that declares %s', async (declares, _, fields, paths) => {
    expect(await declaresItself(open(fields, all('a.js', ...paths)))).toBe(declares);
  });

  it('are there or not without reading further', async () => {
    expect(await hasDeclarations(open({ exports: { './*': './lib/*.js' } }, all('lib/a.d.ts')))).toBe(true);
    expect(await hasDeclarations(open({ main: 'index.js' }, all('index.js', 'lib/a.d.ts')))).toBe(false);
  });
});

describe('what a file refers to', () => {
  const manifest = { name: 'harbor', exports: { types: './index.d.ts' } };

  it.each([
    ["import { a } from './a.js';", 'a.d.ts'],
    ["import type { a } from './a.ts';", 'a.d.ts'],
    ["import './a';", 'a.d.ts'],
    ["export * from './a.mjs';", 'a.d.mts'],
    ["export * as a from './a.cjs'", 'a.d.cts'],
    ["export { a } from\n  './a/index.js';", 'a/index.d.ts'],
    ["declare const x: import('./a').A;", 'a/index.d.ts'],
    ["declare const x: import(\n'./a.jsx').A;", 'a.d.ts'],
    ["import a = require('./a');", 'a.d.ts'],
    ['/// <reference path="a.d.ts" />', 'a.d.ts'],
    ["/// <reference path='./deep/a.d.ts'/>", 'deep/a.d.ts'],
    ["import { a } from 'harbor/dist/a.js';", 'dist/a.d.ts'],
    ["import { a } from './a.schema';", 'a.schema.d.ts'],
  ])('by %j is read', async (text, target) => {
    const files = { 'index.d.ts': text, ...all(target) };
    expect(await pathsOf(manifest, files)).toEqual(['index.d.ts', target]);
  });

  it.each([
    "import '../outside.js';",
    "import './x/../../outside.js';",
    "import './node_modules/other/index.js';",
    "import 'other/a.js';",
    "import 'harborside/a.js';",
    "import '/a.js';",
    '/// <reference types="a" />',
  ])('by %j is not', async (text) => {
    const files = { 'index.d.ts': text, ...all('outside.d.ts', 'a.d.ts', 'node_modules/other/index.d.ts') };
    expect(await pathsOf(manifest, files)).toEqual(['index.d.ts']);
  });

  it('may go in circles', async () => {
    const files = {
      'index.d.ts': "import './a';",
      'a.d.ts': "import './b';",
      'b.d.ts': "import './index'; import './b';",
    };
    expect(await pathsOf(manifest, files)).toEqual(['index.d.ts', 'a.d.ts', 'b.d.ts']);
  });

  it('is read once where two files have the same content', async () => {
    const files = {
      'index.d.ts': "import './esm/a'; import './cjs/a';",
      'esm/a.d.ts': 'export {};',
      'cjs/a.d.ts': 'export {};',
    };
    expect(await pathsOf(manifest, files)).toEqual(['index.d.ts', 'esm/a.d.ts']);
  });

  it('comes after what the bare name means, and old majors and subsets come last', async () => {
    const exports = {
      './v3': './v3/index.js',
      './cors': './cors.js',
      './mini': './mini/index.js',
      '.': './v4/index.js',
    };
    const files = all('v3/index.d.ts', 'cors.d.ts', 'mini/index.d.ts', 'v4/index.d.ts');
    expect(await pathsOf({ exports }, files)).toEqual([
      'v4/index.d.ts',
      'cors.d.ts',
      'v3/index.d.ts',
      'mini/index.d.ts',
    ]);
  });

  it('is looked for in linear time, whatever a file is full of', async () => {
    const fillers = ["export {}; from 'a' ", 'from ', 'import(', 'extends ', ' '];
    const open = ['export {', 'export { a'].map((filler) => filler.repeat(5_000));
    const text = [...fillers.map((filler) => filler.repeat(100_000)), ...open].join('\n');
    const started = performance.now();
    await pathsOf(manifest, { 'index.d.ts': text });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('what an entry hands on', () => {
  const manifest = { name: 'harbor', exports: { types: './index.d.ts' } };

  async function exportedOf(files: Files) {
    const collected = await collectDeclarations(open(manifest, files), { signal });
    return collected.files.filter(({ isExported }) => isExported).map(({ path }) => path);
  }

  it.each([
    "export * from './a.js';",
    "export * as a from './a.js';",
    "export { a } from './a.js';",
    "export { importA, exportB } from './a.js';",
    'import{A as a}from"./a.js";export{a as B}',
    "import { A } from './a.js';\nexport\n{ A };",
    "export type { A } from './a.js';",
    "import { a } from './a.js';\nexport { a as b };",
    "import type { A } from './a.js';\ndeclare namespace x { export type { B, A } }",
    "import a from './a.js';\nexport default a;",
    "import a = require('./a.js');\nexport = a;",
    "export import a = require('./a.js');",
    "import * as a from './a.js';\nexport import b = a;",
    "import { A } from './a.js';\nexport declare class B extends A {}",
    "import * as a from './a.js';\nexport interface B extends C {}\ntype C = typeof a;",
    "export declare const a: typeof import('./a.js');",
    '/// <reference path="a.d.ts" />',
  ])('by %j is exported', async (text) => {
    expect(await exportedOf({ 'index.d.ts': text, ...all('a.d.ts') })).toEqual(['index.d.ts', 'a.d.ts']);
  });

  it.each([
    "import { A } from './a.js';\nexport declare function b(a: A): void;",
    "import './a.js';\nexport { a };",
    "import { exportAll } from './a.js';",
    "export declare function b(): import('./a.js').A;",
    "import { A } from './a.js';\nexport declare function b<T extends keyof A>(t: T): void;",
    "import { A } from './a.js';\nexport { B } from './b.js';",
  ])('by %j is only made use of', async (text) => {
    expect(await exportedOf({ 'index.d.ts': text, ...all('a.d.ts', 'b.d.ts') })).not.toContain('a.d.ts');
  });

  it('goes on through files that are handed on themselves, and not through others', async () => {
    const files = {
      'index.d.ts': "export * from './a.js';\nimport { X } from './x.js';\nexport const x: X;",
      'a.d.ts': "export * from './b.js';",
      'x.d.ts': "export * from './y.js';\nexport type X = 1;",
      ...all('b.d.ts', 'y.d.ts'),
    };
    expect(await exportedOf(files)).toEqual(['index.d.ts', 'a.d.ts', 'b.d.ts']);
  });
});

describe('the limits', () => {
  it('of files and of bytes hold, and what is left out is said', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `file${index}.d.ts`);
    const files = open({}, all(...names));
    const few = await collectDeclarations(files, {
      limits: { maxFiles: 5, maxTotalBytes: 1_000_000 },
      signal,
    });
    expect(few.files).toHaveLength(5);
    expect(few.skipped).toHaveLength(25);
    const small = await collectDeclarations(files, { limits: { maxFiles: 50, maxTotalBytes: 200 }, signal });
    expect(small.files.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(200);
    expect(small.skipped[0]?.why).toContain('of declarations that are read of a package');
  });

  it('end with the signal', async () => {
    const aborted = AbortSignal.abort();
    await expect(collectDeclarations(open({}, all('index.d.ts')), { signal: aborted })).rejects.toThrow();
  });
});

describe('the package of types for one that ships none', () => {
  it.each([
    ['express', '@types/express'],
    ['@scope/name', '@types/scope__name'],
  ])('of %s is %s', (name, expected) => {
    expect(typesPackageName(name)).toBe(expected);
  });
});

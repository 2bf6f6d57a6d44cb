import { describe, expect, it } from 'vitest';
import { readEntryPoints } from '../../src/origins/entry-points.ts';

describe('entry points of a package', () => {
  it.each([
    ['a main file', { main: 'a.js' }, { imports: [''], commands: [] }],
    ['nothing said', {}, { imports: [''], commands: [] }],
    ['one export', { exports: './a.js' }, { imports: [''], commands: [] }],
    ['conditions', { exports: { import: './a.mjs' } }, { imports: [''], commands: [] }],
    [
      'subpaths',
      { exports: { '.': './a.js', './mini': {}, './v3/x': './b' } },
      { imports: ['', '/mini', '/v3/x'], commands: [] },
    ],
    [
      'the package itself first',
      { exports: { './a': 'a', '.': 'b' } },
      { imports: ['', '/a'], commands: [] },
    ],
    [
      'names of files last',
      { exports: { './a.js': 'a', './b': 'b' } },
      { imports: ['/b', '/a.js'], commands: [] },
    ],
    ['no root', { exports: { './a': './a.js' } }, { imports: ['/a'], commands: [] }],
    [
      'patterns, closed ones and package.json',
      { exports: { '.': 'a', './*': 'b', './in/*': null, './x': null, './package.json': 'c' } },
      { imports: [''], commands: [] },
    ],
    ['one command', { name: '@acme/tide', bin: 'a.js' }, { imports: [], commands: ['tide'] }],
    [
      'commands and an import',
      { name: 'a', main: 'a.js', bin: { a: 'a', 'a-b': 'b' } },
      { imports: [''], commands: ['a', 'a-b'] },
    ],
    [
      'what is no name',
      { exports: { './a`\n# evil': 'x', '.': 'y' }, bin: { 'x`y': 'z' } },
      { imports: [''], commands: [] },
    ],
    ['what is no object', { exports: ['a'], bin: 7 }, { imports: [''], commands: [] }],
  ])('are read from %s', (_, fields, expected) => {
    expect(readEntryPoints(fields)).toEqual({ moreImports: 0, ...expected });
  });

  it('are at most twelve', () => {
    const exports = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`./a${index}`, './a.js']));
    const { imports, moreImports } = readEntryPoints({ exports });
    expect(imports).toHaveLength(12);
    expect(moreImports).toBe(38);
  });
});

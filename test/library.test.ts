import { describe, expect, it } from 'vitest';
import { DocpinError } from '../src/errors.ts';
import { compareVersions, parseLibrary, printLibrary, versionMatches } from '../src/library.ts';

describe('parseLibrary', () => {
  it.each([
    ['npm:zod@4.6.7', { kind: 'npm', name: 'zod', version: '4.6.7' }, 'npm:zod@4.6.7'],
    ['npm:zod', { kind: 'npm', name: 'zod' }, 'npm:zod'],
    [
      'npm:@tanstack/query-core@5.1.0',
      { kind: 'npm', name: '@tanstack/query-core', version: '5.1.0' },
      'npm:@tanstack/query-core@5.1.0',
    ],
    ['npm:zod@^4.1', { kind: 'npm', name: 'zod', version: '^4.1' }, 'npm:zod@^4.1'],
    ['pkg:npm/zod@4.6.7', { kind: 'npm', name: 'zod', version: '4.6.7' }, 'npm:zod@4.6.7'],
    [
      'pkg:npm/%40tanstack/query-core@5.1.0?a=b#c',
      { kind: 'npm', name: '@tanstack/query-core', version: '5.1.0' },
      'npm:@tanstack/query-core@5.1.0',
    ],
    ['zod@4', { kind: 'name', name: 'zod', version: '4' }, 'zod@4'],
    ['@tanstack/query-core', { kind: 'name', name: '@tanstack/query-core' }, '@tanstack/query-core'],
    [
      '@tanstack/query-core@latest',
      { kind: 'name', name: '@tanstack/query-core', version: 'latest' },
      '@tanstack/query-core@latest',
    ],
    [' Next.js ', { kind: 'name', name: 'Next.js' }, 'Next.js'],
    ['/vercel/next.js', { kind: 'context7', owner: 'vercel', repo: 'next.js' }, '/vercel/next.js'],
    [
      '/vercel/next.js/v15.1.0',
      { kind: 'context7', owner: 'vercel', repo: 'next.js', version: 'v15.1.0' },
      '/vercel/next.js/v15.1.0',
    ],
    [
      '/vercel/next.js@v15.1.0',
      { kind: 'context7', owner: 'vercel', repo: 'next.js', version: 'v15.1.0' },
      '/vercel/next.js/v15.1.0',
    ],
    ['//vercel//next.js', { kind: 'context7', owner: 'vercel', repo: 'next.js' }, '/vercel/next.js'],
    [
      'C:/Program Files/Git/vercel/next.js',
      { kind: 'context7', owner: 'vercel', repo: 'next.js' },
      '/vercel/next.js',
    ],
    ['local:handbook', { kind: 'local', name: 'handbook' }, 'local:handbook'],
    [
      'context-repo:document/k57abc',
      { kind: 'context-repo', path: 'document/k57abc' },
      'context-repo:document/k57abc',
    ],
    ['context-repo:all', { kind: 'context-repo', path: 'all' }, 'context-repo:all'],
  ])('reads %s and prints it back', (text, library, printed) => {
    expect(parseLibrary(text)).toEqual(library);
    expect(printLibrary(parseLibrary(text))).toBe(printed);
    expect(parseLibrary(printed)).toEqual(library);
  });

  it.each([
    '',
    '   ',
    'npm:',
    'npm:../../etc/passwd',
    'npm:@scope/../evil',
    'npm:.hidden',
    'npm:a/b/c',
    'npm:zod@',
    'npm:zod@1;rm',
    '../zod',
    './zod',
    '..\\zod',
    '~/zod',
    'C:\\Users\\me',
    'a/b/c',
    '/only-owner',
    '/a/b/c/d',
    '/a/../b',
    '/a/b/..',
    '/a/b@1/2',
    '/a b/c',
    '/a/b?x=1',
    'pkg:pypi/requests@2',
    'pkg:npm/%zz',
    'local:../x',
    'context-repo:document/../x',
    'context-repo:secret/1',
    'zod\u0000',
    'zod\nname',
    'x'.repeat(301),
  ])('refuses %j with what to do next', (text) => {
    let thrown: unknown;
    try {
      parseLibrary(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DocpinError);
    expect(thrown).toMatchObject({ code: 'bad-input' });
    expect((thrown as DocpinError).message.length).toBeLessThan(400);
    expect((thrown as DocpinError).next).not.toBe('');
  });
});

describe('versions', () => {
  it('orders versions newest last, also prereleases and text', () => {
    expect(['4.10.0', '4.9.0', '4.10.0-beta.1', 'canary'].sort(compareVersions)).toEqual([
      'canary',
      '4.9.0',
      '4.10.0-beta.1',
      '4.10.0',
    ]);
  });

  it.each([
    ['4.6.7', '4.6.7', true],
    ['4.6.7', 'v4.6.7', true],
    ['4.6.7', '4', true],
    ['4.6.7', '4.6', true],
    ['4.6.7', '^4.1', true],
    ['4.6.7', '>=4 <5', true],
    ['4.6.7', '3', false],
    ['4.6.7', '4.6.6', false],
    ['4.6.7', 'latest', false],
    ['5.0.0-beta.2', '5.0.0-beta.2', true],
  ])('%s is what %s asks for: %s', (version, wanted, expected) => {
    expect(versionMatches(version, wanted)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { expandBraces, matchGlob } from '../../src/origins/project/match-glob.ts';

describe('globs of workspaces', () => {
  it.each([
    ['packages/app', 'packages/*', true],
    ['packages/app/sub', 'packages/*', false],
    ['packages/app/sub', 'packages/**', true],
    ['packages', 'packages/**', true],
    ['a/b/test/c', '**/test/**', true],
    ['a/b/best/c', '**/test/**', false],
    ['packages/lib-a', 'packages/lib-?', true],
    ['packages/lib-ab', 'packages/lib-?', false],
    ['x/y-z', 'x/*-*', true],
    ['x', '**', true],
    ['x', '*/**/y', false],
  ])('%s against %s: %s', (path, pattern, expected) => {
    expect(matchGlob(path, pattern)).toBe(expected);
  });

  it('take no time over a hostile pattern', () => {
    const start = performance.now();
    expect(matchGlob(`${'a'.repeat(5_000)}b`, `${'*a'.repeat(500)}c`)).toBe(false);
    expect(matchGlob('a/'.repeat(500), `${'**/a/'.repeat(100)}b`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('write out braces, but not without end', () => {
    expect(expandBraces('{a,b}/{c,d}')).toEqual(['a/c', 'a/d', 'b/c', 'b/d']);
    expect(expandBraces('{a,b}'.repeat(30)).length).toBeLessThanOrEqual(100);
  });
});

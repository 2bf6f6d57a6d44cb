import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const guards: readonly Guard[] = JSON.parse(readFileSync(join(root, 'test/guards.json'), 'utf8'));

interface Guard {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly test: string;
}

describe('the list of guards', () => {
  it('names each guard once', () => {
    expect(new Set(guards.map(({ name }) => name)).size).toBe(guards.length);
  });

  it.each(guards)('finds "$name" in its file exactly once, and its test', ({ file, find, replace, test }) => {
    expect(readFileSync(join(root, file), 'utf8').split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
    expect(existsSync(join(root, test))).toBe(true);
  });
});

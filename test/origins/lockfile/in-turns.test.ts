import { expect, it } from 'vitest';
import { inTurns } from '../../../src/origins/lockfile/in-turns.ts';
import { UnreadableLockfile } from '../../../src/origins/lockfile/lockfile.ts';

const numbers = Array.from({ length: 10_000 }, (_, n) => n);

it('lets other work run before all items are visited, and visits them in order', async () => {
  const visited: number[] = [];
  let visitedBefore = -1;
  setImmediate(() => {
    visitedBefore = visited.length;
  });
  await inTurns(numbers, { now: () => 0, maxMs: 1 }, (n) => visited.push(n));
  expect(visited).toEqual(numbers);
  expect(visitedBefore).toBeGreaterThanOrEqual(0);
  expect(visitedBefore).toBeLessThan(numbers.length);
});

it('gives up when the time is over, and passes on what a visit throws', async () => {
  let now = 0;
  const limits = { now: () => now, maxMs: 1_000 };
  const slow = inTurns(numbers, limits, () => {
    now += 1;
  });
  await expect(slow).rejects.toBeInstanceOf(UnreadableLockfile);
  expect(now).toBeLessThan(numbers.length);
  const broken = inTurns(numbers, limits, () => {
    throw new RangeError('three');
  });
  await expect(broken).rejects.toThrow('three');
});

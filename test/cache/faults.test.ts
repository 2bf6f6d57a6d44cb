import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../setup/fixture-projects.ts';
import { damageFiles } from './faults/damage-files.ts';
import { killWriters } from './faults/kill-writers.ts';

// Many processes and files.
vi.setConfig({ testTimeout: 60_000 });

// The large numbers are those of `npm run bench -- cache-faults`.

it('gives no wrong answer from a file whose writers were killed', async () => {
  const file = join(temporaryFolder(), 'cache.db');
  const result = await killWriters({ file, kills: 12, writers: 3, seed: 1 });
  expect(result).toMatchObject({ kills: expect.any(Number), wrong: 0, quickCheck: 'ok', setAside: 0 });
  expect(result.kills).toBeGreaterThanOrEqual(12);
  expect(result.right).toBeGreaterThan(20);
});

it('gives no wrong answer from a damaged file, throws nothing, and is soon in use again', async () => {
  const result = await damageFiles({ folder: temporaryFolder(), files: 44, seed: 1 });
  expect(result).toMatchObject({ files: 44, wrong: 0, thrown: 0, unhealed: 0 });
  // What was not hit is still served.
  expect(result.right).toBeGreaterThan(500);
  expect(result.missed).toBeGreaterThan(100);
});

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../setup/fixture-projects.ts';
import { readAsTenants } from './faults/read-as-tenants.ts';

// With 50 tenants, 200 answers and 100,000 reads: `npm run bench -- cache-faults`.

it('never gives a tenant the answer of another, from memory, disk or flight', async () => {
  const file = join(temporaryFolder(), 'cache.db');
  const result = await readAsTenants({ file, tenants: 10, answers: 20, reads: 4_000, seed: 1 });
  expect(result).toMatchObject({ reads: 4_000, foreign: 0 });
  // Every tier has answered.
  for (const tier of ['live', 'cached', 'stale', 'fromDisk'] as const)
    expect(result[tier], tier).toBeGreaterThan(100);
}, 60_000);

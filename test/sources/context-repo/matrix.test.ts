import { describe, expect, it } from 'vitest';
import { callersOfMatrix } from './credentials.ts';
import { tryOperations } from './figures/try-operations.ts';

describe('every credential with every operation', () => {
  it('is of 14 credentials', () => expect(callersOfMatrix).toHaveLength(14));

  it.each(callersOfMatrix)('as the contract says: $name', async (caller) => {
    expect(await tryOperations(caller)).toEqual({ cells: 31, wrong: [] });
  });
});

import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../../src/cache/stores/memory.ts';
import { entryOf, testStore } from '../../contracts/store-contract.ts';

testStore('memory', async () => {
  let nowMs = 1_000;
  return {
    store: createMemoryStore({ now: () => nowMs }),
    advance: (ms) => {
      nowMs += ms;
    },
  };
});

describe('the memory store', () => {
  it('stays below its bound, and drops what was used least recently', async () => {
    const store = createMemoryStore({ maxBytes: 10_000, now: () => 0 });
    const entry = entryOf('x'.repeat(1_000));
    for (const key of ['a', 'b', 'c', 'd']) await store.put(key, entry);
    await store.get('a');
    await store.put('e', entry);
    const kept = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map(async (key) => (await store.get(key)) !== undefined),
    );
    expect(kept).toEqual([true, false, true, true, true]);
  });
});

import { describe, expect, it } from 'vitest';
import { createCache } from '../../../src/cache/create-cache.ts';
import { createMemoryStore } from '../../../src/cache/stores/memory.ts';
import { createNoStore } from '../../../src/cache/stores/none.ts';
import { createEpochs } from '../../../src/sources/context-repo/client/epochs.ts';
import { credential } from './start-context-repo.ts';

const now = () => Date.UTC(2026, 10, 20);
const baseUrl = 'http://127.0.0.1:1';
const ann = credential('gm_ann_secret');

function start(store = createMemoryStore({ now })) {
  const cache = createCache({ store, now, random: () => 0 });
  let count = 0;
  const newEpoch = () => {
    count += 1;
    return `epoch ${count}`;
  };
  const epochs = () => createEpochs({ cache, baseUrl, keepsOnDisk: false, newEpoch });
  return { epochs };
}

describe('the epochs of a credential', () => {
  it('stay until one begins, for whoever else keeps copies in the same place', async () => {
    const { epochs } = start();
    const [one, other] = [epochs(), epochs()];
    const first = await one.of(ann);
    expect([await one.of(ann), await other.of(ann)]).toEqual([first, first]);
    await one.begin(ann);
    expect(await one.of(ann)).not.toBe(first);
    expect(await epochs().of(ann)).toBe(await one.of(ann));
  });

  it('are one for all who ask at the same time', async () => {
    const epochs = start().epochs();
    expect(new Set(await Promise.all(Array.from({ length: 5 }, () => epochs.of(ann)))).size).toBe(1);
  });

  it('never come back, however many others there are, also where nothing is kept', async () => {
    for (const store of [createMemoryStore({ now }), createNoStore()]) {
      const epochs = start(store).epochs();
      const before = [await epochs.of(ann)];
      await epochs.begin(ann);
      for (let other = 0; other < 1_001; other++) await epochs.begin(credential(`gm_other_${other}`));
      expect(before).not.toContain(await epochs.of(ann));
    }
  });
});

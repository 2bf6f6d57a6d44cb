import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Store, StoredEntry } from '../../../src/cache/store.ts';
import { createMemoryStore } from '../../../src/cache/stores/memory.ts';
import { createSqliteStore } from '../../../src/cache/stores/sqlite.ts';
import { createTieredStore } from '../../../src/cache/stores/tiered.ts';
import { loadSqlite } from '../../../src/sqlite.ts';
import { entryOf, testStore } from '../../contracts/store-contract.ts';
import { temporaryFolder } from '../../setup/fixture-projects.ts';

let nowMs: number;
let memory: Store;
let disk: Store;
let store: Store;
const now = () => nowMs;

function open(): Store {
  memory = createMemoryStore({ now });
  return createTieredStore({ memory, disk, now });
}

beforeEach(() => {
  nowMs = 1_000;
  disk = createSqliteStore({ file: join(temporaryFolder(), 'cache.db'), loadEngine: loadSqlite, now });
  store = open();
});

testStore('memory before SQLite', async () => ({
  store,
  advance: (ms) => {
    nowMs += ms;
  },
}));

describe('the tiered store', () => {
  /** Good for an hour. */
  const entry = (value: string): StoredEntry => entryOf(value, nowMs);
  const hourMs = 3_600_000;

  it('takes a fresh copy from memory without asking the disk', async () => {
    await store.put('a', entry('1'));
    await disk.delete('a');
    expect((await store.get('a'))?.value).toBe('1');
  });

  it('gives what only the disk has, and has it in memory then', async () => {
    await disk.put('a', entry('1'));
    expect((await store.get('a'))?.value).toBe('1');
    expect((await memory.get('a'))?.value).toBe('1');
  });

  it('gives the newer copy that another process got, once its own is no longer fresh', async () => {
    await store.put('a', entry('1'));
    nowMs += hourMs;
    await disk.put('a', entry('2'));
    expect((await store.get('a'))?.value).toBe('2');
  });

  it('learns what another process has found out about its copy', async () => {
    const copy = entry('1');
    await store.put('a', copy);
    nowMs += hourMs;
    const failure = { code: 'unavailable', atMs: nowMs };
    await disk.put('a', { ...copy, failure });
    expect((await store.get('a'))?.failure).toEqual(failure);
  });

  it('keeps its own copy where the disk has none, or an older one', async () => {
    await disk.put('a', entry('old'));
    nowMs += 1;
    await memory.put('a', entry('1'));
    nowMs += hourMs;
    expect((await store.get('a'))?.value).toBe('1');
    await disk.delete('a');
    expect((await store.get('a'))?.value).toBe('1');
  });

  it('never lets a private copy rest on the disk', async () => {
    await disk.put('a', entry('public'));
    await store.put('a', { ...entry('private'), isPrivate: true });
    expect(await disk.get('a')).toBeUndefined();
    expect((await store.get('a'))?.value).toBe('private');
    expect(await open().get('a')).toBeUndefined();
  });

  it('tells the libraries that either knows', async () => {
    const about = (library: string): StoredEntry => ({ ...entry('1'), about: { owner: 'one', library } });
    await store.put('a', { ...about('/acme/private'), isPrivate: true });
    await store.put('b', about('/acme/widgets'));
    await disk.put('c', about('/acme/gadgets'));
    expect((await store.libraries('one')).toSorted()).toEqual([
      '/acme/gadgets',
      '/acme/private',
      '/acme/widgets',
    ]);
  });

  it('deletes in both', async () => {
    await store.put('a', entry('1'));
    await store.delete('a');
    expect([await memory.get('a'), await disk.get('a')]).toEqual([undefined, undefined]);
  });
});

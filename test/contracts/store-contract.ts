import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, StoredEntry } from '../../src/cache/store.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** Moves the clock that the store was given. */
  advance(ms: number): void;
}

/** Checks what `store.ts` promises. `create` gives an empty store with a clock of its own; the contract closes it. */
export function testStore(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`the store contract: ${name}`, () => {
    let store: Store;
    let advance: (ms: number) => void;

    beforeEach(async () => {
      ({ store, advance } = await create());
    });

    afterEach(async () => {
      await store.close();
    });

    it('knows nothing at first', async () => {
      expect(await store.get('a')).toBeUndefined();
    });

    it('gives back what was put, whole', async () => {
      const entry = entryOf('{"text":"\u0000 \u{1F600} \\" ünï"}');
      await store.put('a', entry);
      expect(await store.get('a')).toEqual(entry);
    });

    it('gives nothing under any other key', async () => {
      await store.put('abc', entryOf('1'));
      for (const key of ['', 'a', 'ab', 'abcd', 'ABC', ' abc', 'abc ', '%', '_', 'ab_', "' OR 1=1 --"]) {
        expect(await store.get(key), key).toBeUndefined();
      }
    });

    it('keeps keys of odd characters apart', async () => {
      const keys = ['a\u0000b', 'a\u0000c', 'ä', 'a\u0308', "'", '"', '__proto__', 'constructor'];
      for (const key of keys) await store.put(key, entryOf(JSON.stringify(key)));
      for (const key of keys) expect((await store.get(key))?.value, key).toBe(JSON.stringify(key));
    });

    it('keeps the last of several entries under one key', async () => {
      await store.put('a', entryOf('1'));
      await store.put('a', entryOf('2', 5));
      expect(await store.get('a')).toEqual(entryOf('2', 5));
    });

    it('forgets what is deleted, and nothing else', async () => {
      await store.put('a', entryOf('1'));
      await store.put('b', entryOf('2'));
      await store.delete('a');
      await store.delete('never there');
      expect(await store.get('a')).toBeUndefined();
      expect((await store.get('b'))?.value).toBe('2');
    });

    it('never mixes values up under concurrent use', async () => {
      const keys = Array.from({ length: 200 }, (_, index) => `key-${index}`);
      await Promise.all(keys.map((key) => store.put(key, entryOf(JSON.stringify(key)))));
      const values = await Promise.all(keys.map(async (key) => (await store.get(key))?.value));
      // It may forget, but what it gives was put under that key.
      for (const [index, value] of values.entries()) {
        if (value !== undefined) expect(value).toBe(JSON.stringify(keys[index]));
      }
    });

    it('takes a large value without failing', async () => {
      const value = JSON.stringify('x'.repeat(3 * 1024 * 1024));
      await store.put('large', entryOf(value));
      const stored = await store.get('large');
      if (stored !== undefined) expect(stored.value).toBe(value);
    });

    it('tells the libraries that an owner has entries about, for as long as those may be served', async () => {
      const about = (owner: string, library: string): StoredEntry => ({
        ...entryOf('1', 1_000),
        about: { owner, library },
      });
      await store.put('a', about('one', '/vercel/next.js'));
      await store.put('b', about('one', '/vercel/next.js'));
      await store.put('c', about('one', '/acme/widgets'));
      await store.put('d', about('two', '/acme/gadgets'));
      await store.put('e', entryOf('1', 1_000));
      expect(await store.get('a')).toEqual(about('one', '/vercel/next.js'));
      expect((await store.libraries('one')).toSorted()).toEqual(['/acme/widgets', '/vercel/next.js']);
      expect(await store.libraries('')).toEqual([]);
      await store.delete('c');
      expect(await store.libraries('one')).toEqual(['/vercel/next.js']);
      advance(7_199_999);
      expect(await store.libraries('one')).toEqual(['/vercel/next.js']);
      advance(1);
      expect(await store.libraries('one')).toEqual([]);
    });

    it('gives a lease to one at a time, by key', async () => {
      const lease = await store.lease('a', 1_000);
      expect(lease).toBeDefined();
      expect(await store.lease('a', 1_000)).toBeUndefined();
      expect(await store.lease('b', 1_000)).toBeDefined();
      await lease?.release();
      expect(await store.lease('a', 1_000)).toBeDefined();
    });

    it('ends a lease that nobody released', async () => {
      await store.lease('a', 1_000);
      advance(999);
      expect(await store.lease('a', 1_000)).toBeUndefined();
      advance(1);
      expect(await store.lease('a', 1_000)).toBeDefined();
    });

    it('does not let a late release end the lease of another, nor a late renewal', async () => {
      const late = await store.lease('a', 1_000);
      advance(1_000);
      await store.lease('a', 1_000);
      await late?.release();
      expect(await store.lease('a', 1_000)).toBeUndefined();
      advance(999);
      await late?.renew();
      advance(1);
      expect(await store.lease('a', 1_000)).toBeDefined();
    });

    it('holds a lease on while it is renewed', async () => {
      const lease = await store.lease('a', 1_000);
      advance(600);
      await lease?.renew();
      advance(600);
      expect(await store.lease('a', 1_000)).toBeUndefined();
      advance(400);
      expect(await store.lease('a', 1_000)).toBeDefined();
    });

    it('tells who holds a lease and until when, each lease by another name', async () => {
      expect(await store.holder('a', 1_000)).toBeUndefined();
      const lease = await store.lease('a', 1_000);
      const first = await store.holder('a', 1_000);
      expect(first).toEqual({ id: expect.any(String), expiresAtMs: expect.any(Number) });
      expect(await store.holder('b', 1_000)).toBeUndefined();
      advance(500);
      await lease?.renew();
      expect(await store.holder('a', 1_000)).toEqual({
        id: first?.id,
        expiresAtMs: (first?.expiresAtMs ?? 0) + 500,
      });
      await lease?.release();
      expect(await store.holder('a', 1_000)).toBeUndefined();
      await store.lease('a', 1_000);
      expect((await store.holder('a', 1_000))?.id).not.toBe(first?.id);
      advance(1_000);
      expect(await store.holder('a', 1_000)).toBeUndefined();
    });

    it('lets no lease block anybody after the clock was set back', async () => {
      await store.lease('a', 1_000);
      advance(-1);
      expect(await store.holder('a', 1_000)).toBeUndefined();
      expect(await store.lease('a', 1_000)).toBeDefined();
    });

    it('keeps what the last try for a newer copy died of', async () => {
      const entry = { ...entryOf('1'), failure: { code: 'unavailable', atMs: 7 } };
      await store.put('a', entry);
      expect(await store.get('a')).toEqual(entry);
    });
  });
}

/** An entry that is as good as any other. */
export function entryOf(value: string, storedAtMs = 1): StoredEntry {
  return {
    source: 'context7',
    label: '/vercel/next.js "routing"',
    value,
    storedAtMs,
    freshUntilMs: storedAtMs + 3_600_000,
    staleUntilMs: storedAtMs + 7_200_000,
  };
}

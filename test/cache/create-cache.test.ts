import { beforeEach, describe, expect, it } from 'vitest';
import type { Cache, CacheRequest, FreshnessPolicy } from '../../src/cache/cache.ts';
import { type CacheKey, toStoreKey } from '../../src/cache/cache-key.ts';
import { toEntry } from '../../src/cache/copies.ts';
import { createCache } from '../../src/cache/create-cache.ts';
import { createMemoryStore } from '../../src/cache/stores/memory.ts';
import { cancelledError, DocpinError, type ErrorCode } from '../../src/errors.ts';

const hourMs = 3_600_000;
const policy: FreshnessPolicy = { freshMs: 24 * hourMs, emptyMs: 5 * 60_000, staleMs: 7 * 24 * hourMs };
const baseKey: CacheKey = {
  source: 'context7',
  generation: 'context-1',
  baseUrl: 'https://docs.example/api',
  credentialId: 'anonymous',
  request: ['docs', 'a'],
};

let nowMs: number;
let randomValue: number;
let cache: Cache;
/** What the upstream would say, and how often it was asked. */
let upstream: { value: string; error: ErrorCode | undefined; asked: number; isEmpty: boolean };

beforeEach(() => {
  nowMs = Date.UTC(2026, 10, 22);
  randomValue = 0;
  upstream = { value: 'first', error: undefined, asked: 0, isEmpty: false };
  const now = () => nowMs;
  cache = createCache({ store: createMemoryStore({ now }), now, random: () => randomValue });
});

function requestOf(more: Partial<CacheRequest<string>> = {}): CacheRequest<string> {
  return {
    key: baseKey,
    label: 'a',
    policy,
    parse: String,
    async fetch() {
      upstream.asked += 1;
      if (upstream.error !== undefined) throw new DocpinError(upstream.error, { what: 'No.', next: 'Wait.' });
      return { value: upstream.value, isEmpty: upstream.isEmpty };
    },
    signal: new AbortController().signal,
    ...more,
  };
}

const read = (more: Partial<CacheRequest<string>> = {}) => cache.read(requestOf(more));
/** Lets what runs behind the callers' backs finish. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('freshness', () => {
  it('asks once while a copy is fresh, and tells its age', async () => {
    const askedAtMs = nowMs;
    expect(await read()).toEqual({ value: 'first', askedAtMs, freshness: { state: 'live', ageMs: 0 } });
    nowMs += 23 * hourMs;
    expect(await read()).toEqual({
      value: 'first',
      askedAtMs,
      freshness: { state: 'cached', ageMs: 23 * hourMs },
    });
    expect(upstream.asked).toBe(1);
  });

  it('then serves the copy at once, marked, while one refresh runs', async () => {
    await read();
    nowMs += 25 * hourMs;
    upstream.value = 'second';
    const answers = await Promise.all([read(), read(), read()]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ value: 'first', freshness: { state: 'stale', ageMs: 25 * hourMs } });
    }
    await settle();
    expect(upstream.asked).toBe(2);
    expect(await read()).toMatchObject({ value: 'second', freshness: { state: 'cached' } });
  });

  it('shortens the fresh time by up to 10 %', async () => {
    randomValue = 1;
    await read();
    nowMs += 0.9 * 24 * hourMs - 1;
    expect((await read()).freshness.state).toBe('cached');
    nowMs += 1;
    expect((await read()).freshness.state).toBe('stale');
  });

  it('keeps "nothing found" for five minutes only', async () => {
    upstream.isEmpty = true;
    await read();
    nowMs += 5 * 60_000 - 1;
    expect((await read()).freshness.state).toBe('cached');
    nowMs += 1;
    expect((await read()).freshness.state).toBe('live');
    expect(upstream.asked).toBe(2);
  });

  it('asks again once the copy is older than a week', async () => {
    await read();
    nowMs += 7 * 24 * hourMs;
    expect((await read()).freshness.state).toBe('live');
  });

  it('takes a clock that jumped back for an age of nothing', async () => {
    await read();
    nowMs -= 24 * hourMs;
    expect(await read()).toMatchObject({ freshness: { state: 'cached', ageMs: 0 } });
  });

  it('asks again when the stored value does not parse', async () => {
    await read();
    const parse = (): string => {
      throw new Error('another shape');
    };
    expect((await read({ parse })).freshness.state).toBe('live');
  });
});

describe('failures', () => {
  it.each(['unavailable', 'timed-out', 'quota-empty', 'throttled'] as const)(
    'serves the old copy for a week when the upstream is %s, and says why',
    async (code) => {
      await read();
      nowMs += 6 * 24 * hourMs;
      upstream.error = code;
      await read();
      await settle();
      const answer = await read();
      expect(answer).toMatchObject({ value: 'first', freshness: { state: 'stale' } });
      expect(answer.freshness.reason).not.toBe('a newer copy is being fetched');
      nowMs += 24 * hourMs;
      await expect(read()).rejects.toMatchObject({ code });
    },
  );

  it('is said to be served for what the refresh was held up by when it had to end', async () => {
    // As the disk does, it outlives whoever closes it.
    const store = { ...createMemoryStore({ now: () => nowMs }), close: async () => undefined };
    const open = () =>
      createCache({ store, now: () => nowMs, random: () => 0, sleep: async () => undefined });
    await open().read(requestOf());
    nowMs += 25 * hourMs;
    const refused = new DocpinError('unavailable', { what: 'No.', next: 'Wait.' });
    const fetch = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(cancelledError(refused)));
      });
    const closing = open();
    await closing.read(requestOf({ fetch }));
    await settle();
    await closing.close();
    await settle();
    expect((await open().read(requestOf())).freshness.reason).toBe('the upstream could not be reached');
  });

  it('is not refreshed while another process does it', async () => {
    const store = createMemoryStore({ now: () => nowMs });
    const holder = async () => ({ id: 'another', expiresAtMs: nowMs + 1_000 });
    const shared = createCache({ store: { ...store, holder }, now: () => nowMs, random: () => 0 });
    await store.put(
      toStoreKey(baseKey),
      toEntry({ value: 'first', isEmpty: false }, requestOf(), { storedAtMs: nowMs, share: 0 }),
    );
    nowMs += 25 * hourMs;
    expect((await shared.read(requestOf())).value).toBe('first');
    await settle();
    expect(upstream.asked).toBe(0);
  });

  it('does not ask at every read in an outage', async () => {
    await read();
    nowMs += 25 * hourMs;
    upstream.error = 'unavailable';
    for (let round = 0; round < 10; round += 1) {
      await read();
      await settle();
    }
    expect(upstream.asked).toBe(2);
    nowMs += 30_000;
    await read();
    await settle();
    expect(upstream.asked).toBe(3);
  });

  it.each(['unauthorized', 'forbidden', 'library-not-found', 'version-not-found'] as const)(
    'drops the copy when the upstream says %s',
    async (code) => {
      await read();
      nowMs += 25 * hourMs;
      upstream.error = code;
      // This one sets off the refresh that finds out.
      await read();
      await settle();
      await expect(read()).rejects.toMatchObject({ code });
      // And it is gone for good: an outage now has nothing to fall back on.
      upstream.error = 'unavailable';
      await expect(read()).rejects.toMatchObject({ code: 'unavailable' });
    },
  );

  it.each(['billing-stop', 'bad-answer', 'rejected', 'internal'] as const)(
    'does not hide %s behind the old copy, but keeps it',
    async (code) => {
      await read();
      nowMs += 25 * hourMs;
      upstream.error = code;
      await read();
      await settle();
      await expect(read()).rejects.toMatchObject({ code });
      upstream.error = 'unavailable';
      expect(await read()).toMatchObject({ value: 'first', freshness: { state: 'stale' } });
    },
  );

  it('stores no error', async () => {
    upstream.error = 'unavailable';
    await expect(read()).rejects.toMatchObject({ code: 'unavailable' });
    upstream.error = undefined;
    expect((await read()).freshness.state).toBe('live');
  });

  it('makes a DocpinError of whatever a fetch throws', async () => {
    const fetch = async () => {
      throw new TypeError('a bug');
    };
    await expect(read({ fetch })).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('keys', () => {
  it.each<[part: string, more: Partial<CacheKey>]>([
    ['source', { source: 'context-repo' }],
    ['generation', { generation: 'docs-1' }],
    ['base URL', { baseUrl: 'https://other.example/api' }],
    ['credential', { credentialId: 'b' }],
    ['request', { request: ['docs', 'b'] }],
    ['length of the request', { request: ['docs', 'a', undefined] }],
    ['borders between the parts of the request', { request: ['docs","a'] }],
  ])('differ by %s', async (_part, more) => {
    await read();
    expect((await read({ key: { ...baseKey, ...more } })).freshness.state).toBe('live');
    expect(upstream.asked).toBe(2);
  });
});

describe('one flight', () => {
  it('makes one call for a thousand that ask at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => read()));
    expect(answers.every(({ value }) => value === 'first')).toBe(true);
    expect(upstream.asked).toBe(1);
  });

  it('never crosses credentials', async () => {
    const ids = ['one', 'two', 'three'];
    const answers = await Promise.all(
      ids.flatMap((credentialId) =>
        Array.from({ length: 20 }, async () => {
          const fetch = async () => ({ value: `of ${credentialId}`, isEmpty: false });
          return (await read({ key: { ...baseKey, credentialId }, fetch })).value === `of ${credentialId}`;
        }),
      ),
    );
    expect(answers.every(Boolean)).toBe(true);
  });

  it('goes on for the others when one caller leaves', async () => {
    const { fetch, land, signals } = slowFetch();
    const leaver = new AbortController();
    const left = read({ fetch, signal: leaver.signal });
    const stayed = read({ fetch });
    await settle();
    leaver.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    expect(signals).toHaveLength(1);
    expect(signals[0]?.aborted).toBe(false);
    land('for the other');
    expect((await stayed).value).toBe('for the other');
  });

  it('ends when all callers have left, and the next one starts anew', async () => {
    const { fetch, land, signals } = slowFetch();
    const leaver = new AbortController();
    const left = [read({ fetch, signal: leaver.signal }), read({ fetch, signal: leaver.signal })];
    await settle();
    leaver.abort();
    for (const one of left) await expect(one).rejects.toMatchObject({ code: 'cancelled' });
    expect(signals[0]?.aborted).toBe(true);
    const next = read({ fetch });
    await settle();
    expect(signals).toHaveLength(2);
    land('for the next');
    expect((await next).value).toBe('for the next');
  });

  it('hears why its last caller left, and so does that caller', async () => {
    const { fetch, signals } = slowFetch();
    const caller = new AbortController();
    const waiting = read({ fetch, signal: caller.signal });
    await settle();
    const tooSlow = new DocpinError('timed-out', { what: 'Too slow.', next: 'Wait.' });
    caller.abort(tooSlow);
    await expect(waiting).rejects.toBe(tooSlow);
    // The upstream takes it for silence then, and not for a caller who changed their mind.
    expect(signals[0]?.reason).toBe(tooSlow);
  });

  it('does not start for a caller that has left already', async () => {
    await expect(read({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect(upstream.asked).toBe(0);
  });

  it('ends when the cache is closed', async () => {
    const { fetch, signals } = slowFetch();
    const waiting = read({ fetch });
    await settle();
    await cache.close();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(signals[0]?.aborted).toBe(true);
  });

  /** A fetch that brings nothing until it is told to, or is aborted. */
  function slowFetch() {
    const signals: AbortSignal[] = [];
    const landings: ((value: string) => void)[] = [];
    const fetch = (signal: AbortSignal) =>
      new Promise<{ value: string; isEmpty: boolean }>((resolve, reject) => {
        signals.push(signal);
        landings.push((value) => resolve({ value, isEmpty: false }));
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const land = (value: string) => {
      for (const landing of landings) landing(value);
    };
    return { fetch, signals, land };
  }
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cache, CachedFact, CacheRequest, FreshnessPolicy } from '../../src/cache/cache.ts';
import { type CacheKey, toStoreKey } from '../../src/cache/cache-key.ts';
import { type CacheOptions, createCache } from '../../src/cache/create-cache.ts';
import type { Store } from '../../src/cache/store.ts';
import { createMemoryStore } from '../../src/cache/stores/memory.ts';
import { createNoStore } from '../../src/cache/stores/none.ts';
import { createSqliteStore } from '../../src/cache/stores/sqlite.ts';
import { createTieredStore } from '../../src/cache/stores/tiered.ts';
import { DocpinError, type ErrorCode } from '../../src/errors.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import { temporaryFolder } from '../setup/fixture-projects.ts';

const hourMs = 3_600_000;
const policy: FreshnessPolicy = { freshMs: 24 * hourMs, emptyMs: 5 * 60_000, staleMs: 7 * 24 * hourMs };
const key: CacheKey = {
  source: 'context7',
  generation: 'context-1',
  baseUrl: 'https://docs.example/api',
  credentialId: 'anonymous',
  request: ['docs', 'a'],
};

let nowMs: number;
let file: string;
let opened: Cache[];
/** What the upstream would say, how often it was asked, and what lets its answers go. */
let upstream: { value: string; error: ErrorCode | undefined; asked: number; gate: Promise<unknown> };

beforeEach(() => {
  nowMs = Date.UTC(2026, 10, 22);
  file = join(temporaryFolder(), 'cache.db');
  opened = [];
  upstream = { value: 'first', error: undefined, asked: 0, gate: Promise.resolve() };
});
afterEach(async () => {
  await Promise.all(opened.map((cache) => cache.close()));
});

const now = () => nowMs;
const diskStore = () => createSqliteStore({ file, loadEngine: loadSqlite, now });
const tiered = (): Store => createTieredStore({ memory: createMemoryStore({ now }), disk: diskStore(), now });

/** What a process has: memory of its own before the file that all of them share. */
function newProcess(more: Partial<CacheOptions> = {}): Cache {
  const cache = createCache({ store: tiered(), now, random: () => 0.123, ...more });
  opened.push(cache);
  return cache;
}

function requestOf(more: Partial<CacheRequest<string>> = {}): CacheRequest<string> {
  return {
    key,
    label: '/vercel/next.js "routing"',
    policy,
    parse: String,
    async fetch(signal) {
      upstream.asked += 1;
      await Promise.race([
        upstream.gate,
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      ]);
      if (upstream.error !== undefined) throw new DocpinError(upstream.error, { what: 'No.', next: 'Wait.' });
      return { value: upstream.value, isEmpty: false };
    },
    signal: new AbortController().signal,
    ...more,
  };
}

const readFrom = (cache: Cache, more: Partial<CacheRequest<string>> = {}) => cache.read(requestOf(more));
/** For a machine that does much else. */
const patient = { timeout: 10_000 };
/** The time that a refresh gets at the end goes by at once, that for landing does not, whatever the machine does. */
const shortRefresh: NonNullable<CacheOptions['sleep']> = (ms, signal) =>
  delay(ms === 1_500 ? 50 : 5_000, undefined, { signal });
/** A fetch that waits until it is told to land. */
function holdUpstream(): () => void {
  let land = (): void => undefined;
  upstream.gate = new Promise<void>((resolve) => {
    land = resolve;
  });
  return land;
}

describe('what processes find out', () => {
  const fact: CachedFact<string> = {
    key: { ...key, request: ['fact'] },
    policy: { freshMs: 0, emptyMs: 0, staleMs: 24 * hourMs },
    parse: String,
  };

  it('is known to all of them, the newest of it, until it has ended', async () => {
    const [first, second] = [newProcess(), newProcess()];
    expect(await first.recall(fact)).toBeUndefined();
    await first.remember(fact, 'one');
    expect([await first.recall(fact), await second.recall(fact)]).toEqual(['one', 'one']);
    nowMs += hourMs;
    await second.remember(fact, 'two');
    expect([await first.recall(fact), await second.recall(fact)]).toEqual(['two', 'two']);
    nowMs += 24 * hourMs;
    expect([await first.recall(fact), await second.recall(fact)]).toEqual([undefined, undefined]);
    expect(upstream.asked).toBe(0);
  });

  it('is known with --refresh too', async () => {
    await newProcess().remember(fact, 'one');
    nowMs += 1;
    expect(await newProcess({ isRefresh: true }).recall(fact)).toBe('one');
  });
});

describe('the libraries with copies', () => {
  it('are those that any process has got, for their owner alone', async () => {
    const [first, second] = [newProcess(), newProcess()];
    const read = (cache: Cache, library: string, isEmpty = false) =>
      readFrom(cache, {
        key: { ...key, request: ['docs', library] },
        library,
        fetch: async () => ({ value: 'docs', isEmpty }),
      });
    await Promise.all([read(first, '/x/1'), read(first, '/y/2'), read(second, '/z/3')]);
    await read(second, '/nothing/found', true);
    await readFrom(second);
    nowMs += 1;
    await read(newProcess({ isRefresh: true }), '/x/1');
    for (const cache of [first, second, newProcess()]) expect(await cache.countLibraries(key)).toBe(3);
    for (const other of [
      { baseUrl: 'https://other.example' },
      { credentialId: 'other' },
      { source: 'other' },
    ])
      expect(await first.countLibraries({ ...key, ...other })).toBe(0);
  });
});

describe('a cache on the disk', () => {
  it('answers a process that starts later', async () => {
    const first = newProcess();
    await readFrom(first);
    await first.close();
    nowMs += 20 * hourMs;
    upstream.error = 'unavailable';
    expect(await readFrom(newProcess())).toEqual({
      value: 'first',
      askedAtMs: nowMs - 20 * hourMs,
      freshness: { state: 'cached', ageMs: 20 * hourMs },
    });
    expect(upstream.asked).toBe(1);
  });

  it('takes the time of a clock that tells parts of a millisecond', async () => {
    nowMs += 0.4;
    await readFrom(newProcess());
    expect((await readFrom(newProcess())).freshness.state).toBe('cached');
  });

  it.each([
    ['a character of two halves at the cut', `${'x'.repeat(199)}\u{1F600} and more`],
    ['a NUL', 'a\0b'],
    ['half a character', 'a\ud800b'],
  ])('answers a process that starts later what was asked with %s', async (_what, label) => {
    await readFrom(newProcess(), { label });
    expect((await readFrom(newProcess(), { label })).freshness.state).toBe('cached');
  });

  it('answers in an outage from an old copy, and the next process knows why it is old', async () => {
    await readFrom(newProcess());
    nowMs += 25 * hourMs;
    upstream.error = 'unavailable';
    const second = newProcess();
    const stale = await readFrom(second);
    expect(stale).toMatchObject({ value: 'first', freshness: { state: 'stale', ageMs: 25 * hourMs } });
    await second.close();
    expect((await readFrom(newProcess())).freshness.reason).toBe('the upstream could not be reached');
    // The pause between two tries is the file's, not the process's.
    expect(upstream.asked).toBe(2);
    nowMs += 30_000;
    const later = newProcess();
    await readFrom(later);
    await later.close();
    expect(upstream.asked).toBe(3);
  });

  it('does not hide from the next process what a copy must not hide', async () => {
    await readFrom(newProcess());
    nowMs += 25 * hourMs;
    upstream.error = 'billing-stop';
    const second = newProcess();
    await readFrom(second);
    await second.close();
    await expect(readFrom(newProcess())).rejects.toMatchObject({ code: 'billing-stop' });
  });

  it('loses the copy for all processes when the upstream refuses', async () => {
    await readFrom(newProcess());
    nowMs += 25 * hourMs;
    upstream.error = 'forbidden';
    const second = newProcess();
    await readFrom(second);
    await second.close();
    upstream.error = 'unavailable';
    await expect(readFrom(newProcess())).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('keeps no private copy in the file', async () => {
    await readFrom(newProcess(), { policy: { ...policy, isPrivate: true } });
    await readFrom(newProcess(), { policy: { ...policy, isPrivate: true } });
    expect(upstream.asked).toBe(2);
  });

  it('does not keep a copy for years that a clock years ahead has stored', async () => {
    nowMs += 365 * 24 * hourMs;
    await readFrom(newProcess());
    nowMs -= 365 * 24 * hourMs;
    expect((await readFrom(newProcess())).freshness.state).toBe('live');
  });

  it('is not read with --refresh, but written', async () => {
    await readFrom(newProcess());
    nowMs += 1;
    upstream.value = 'second';
    const refreshing = newProcess({ isRefresh: true });
    expect(await readFrom(refreshing)).toMatchObject({ value: 'second', freshness: { state: 'live' } });
    expect((await readFrom(refreshing)).freshness.state).toBe('cached');
    expect(await readFrom(newProcess())).toMatchObject({ value: 'second', freshness: { state: 'cached' } });
    upstream.error = 'unavailable';
    nowMs += 1;
    await expect(readFrom(newProcess({ isRefresh: true }))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('does not exist with --no-cache', async () => {
    const cache = newProcess({ store: createNoStore() });
    await readFrom(cache);
    expect((await readFrom(cache)).freshness.state).toBe('live');
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });
});

describe('a cache that is closed', () => {
  it('lets a refresh under way come to its end', async () => {
    await readFrom(newProcess());
    nowMs += 25 * hourMs;
    const land = holdUpstream();
    upstream.value = 'second';
    const command = newProcess();
    await readFrom(command);
    setTimeout(land, 100);
    await command.close();
    expect(await readFrom(newProcess())).toMatchObject({ value: 'second', freshness: { state: 'cached' } });
  });

  it('waits 1.5 s for it, and then says that it took too long', async () => {
    await readFrom(newProcess());
    nowMs += 25 * hourMs;
    holdUpstream();
    const slept: number[] = [];
    const command = newProcess({
      sleep: async (ms, signal) => {
        slept.push(ms);
        await shortRefresh(ms, signal);
      },
    });
    await readFrom(command);
    await expect.poll(() => upstream.asked, patient).toBe(2);
    await command.close();
    expect(slept[0]).toBe(1_500);
    const answer = await readFrom(newProcess());
    expect(answer.freshness).toMatchObject({ state: 'stale', reason: 'the upstream did not answer in time' });
  });

  it('gives the lease back of what it ends', async () => {
    holdUpstream();
    const first = newProcess({ sleep: shortRefresh });
    const left = expect(readFrom(first)).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => upstream.asked, patient).toBe(1);
    await first.close();
    await left;
    expect(await diskStore().holder(toStoreKey(key), 5_000)).toBeUndefined();
  });
});

describe('processes that want the same', () => {
  it('fetch it once: the others wait for the copy', async () => {
    const land = holdUpstream();
    const processes = Array.from({ length: 4 }, () => newProcess());
    const answers = Promise.all(
      processes.flatMap((cache) => Array.from({ length: 10 }, () => readFrom(cache))),
    );
    await delay(200);
    land();
    expect((await answers).map(({ value }) => value)).toEqual(Array(40).fill('first'));
    expect(upstream.asked).toBe(1);
  });

  it('refresh it once', async () => {
    await readFrom(newProcess());
    nowMs += 25 * hourMs;
    const processes = Array.from({ length: 4 }, () => newProcess());
    for (const cache of processes) await readFrom(cache);
    await Promise.all(processes.map((cache) => cache.close()));
    expect(upstream.asked).toBe(2);
  });

  it('each try for themselves, side by side, when the one they waited for failed', async () => {
    const land = holdUpstream();
    upstream.error = 'unavailable';
    const processes = Array.from({ length: 4 }, () => newProcess());
    const answers = Promise.allSettled(processes.map((cache) => readFrom(cache)));
    await expect.poll(() => upstream.asked, patient).toBe(1);
    const landSecond = holdUpstream();
    land();
    // Nobody waits for a second one: the other three are under way at once.
    await expect.poll(() => upstream.asked, patient).toBe(4);
    landSecond();
    expect((await answers).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  });

  it('wait no longer than the lease of one that was killed, and then one of them takes its place', async () => {
    // What a killed process leaves: a lease that nobody gives back or renews.
    await diskStore().lease(toStoreKey(key), 5_000);
    const processes = Array.from({ length: 4 }, () => newProcess());
    const answers = Promise.all(processes.map((cache) => readFrom(cache)));
    await delay(150);
    expect(upstream.asked).toBe(0);
    const land = holdUpstream();
    nowMs += 5_000;
    await expect.poll(() => upstream.asked, patient).toBe(1);
    // Longer than the others need to see that the lease has ended.
    await delay(300);
    land();
    expect((await answers).map(({ value }) => value)).toEqual(Array(4).fill('first'));
    expect(upstream.asked).toBe(1);
  });

  it('stop waiting when their caller does', async () => {
    await diskStore().lease(toStoreKey(key), 5_000);
    const stop = new AbortController();
    const left = readFrom(newProcess(), { signal: stop.signal });
    await delay(100);
    stop.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    expect(upstream.asked).toBe(0);
  });

  it('hold on to a lease while the fetch takes its time', async () => {
    const land = holdUpstream();
    const answer = readFrom(newProcess());
    await expect.poll(() => upstream.asked, patient).toBe(1);
    // Time goes by for the lease, renewed in between as it is every 1.5 s.
    for (let round = 0; round < 2; round += 1) {
      await delay(1_700);
      nowMs += 4_000;
    }
    expect(await diskStore().holder(toStoreKey(key), 5_000)).toBeDefined();
    land();
    await answer;
  });
});

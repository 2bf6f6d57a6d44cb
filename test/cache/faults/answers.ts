import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { StoredEntry } from '../../../src/cache/store.ts';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An entry whose value tells which key it belongs to and that every byte of it is as it was. */
export function answerFor(key: string, version: number): StoredEntry {
  const hash = createHash('sha256').update(`${key} ${version}`).digest('hex');
  return {
    source: 'context7',
    label: `/answers/${key}`,
    value: JSON.stringify({ key, version, text: hash.repeat(1 + (version % 200)) }),
    storedAtMs: 1_000 + version,
    freshUntilMs: 4_000_000_000_000,
    staleUntilMs: 4_000_000_000_000,
  };
}

/** Whether the entry is, byte for byte, one that was made for this key. */
export function isAnswerFor(key: string, entry: StoredEntry): boolean {
  const version = entry.storedAtMs - 1_000;
  return isDeepStrictEqual(entry, answerFor(key, version));
}

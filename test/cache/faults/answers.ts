import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { StoredEntry } from '../../../src/cache/store.ts';

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

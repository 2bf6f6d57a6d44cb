import { randomBytes } from 'node:crypto';
import type { CacheRequest } from '../../src/cache/cache.ts';

const hourMs = 3_600_000;

/** A request for the answer with this number: 10 KB of text, as a page of docs is. */
export function requestOf(number: number): CacheRequest<{ number: number; text: string }> {
  return {
    key: {
      source: 'context7',
      generation: 'context-1',
      baseUrl: 'https://docs.example/api',
      credentialId: 'anonymous',
      request: ['docs', number],
    },
    label: `/answers/${number}`,
    policy: { freshMs: 24 * hourMs, emptyMs: 300_000, staleMs: 7 * 24 * hourMs },
    parse: (stored) => stored as { number: number; text: string },
    fetch: async () => ({ value: { number, text: randomBytes(5_000).toString('hex') }, isEmpty: false }),
    signal: new AbortController().signal,
  };
}

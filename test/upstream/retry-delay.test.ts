import { describe, expect, it } from 'vitest';
import { backoffMs, longestDelayMs, readAskedDelay } from '../../src/upstream/retry-delay.ts';

const nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);
const nowSeconds = nowMs / 1000;

function delayOf(headers: Record<string, string>, body = '{}'): number | undefined {
  return readAskedDelay({ status: 429, headers, body: new TextEncoder().encode(body) }, nowMs).delayMs;
}

describe('readAskedDelay', () => {
  it.each<[title: string, headers: Record<string, string>, delayMs: number | undefined]>([
    ['reads seconds', { 'retry-after': '3' }, 3_000],
    ['reads zero', { 'retry-after': '0' }, 0],
    ['reads spaces round it', { 'retry-after': ' 7 ' }, 7_000],
    ['reads fractions', { 'retry-after': '1.5' }, 1_500],
    ['takes the longest of a repeated header', { 'retry-after': '2, 9' }, 9_000],
    ['reads an HTTP date', { 'retry-after': 'Sun, 22 Nov 2026 12:00:05 GMT' }, 5_000],
    ['reads a date of the RFC 850 form', { 'retry-after': 'Sunday, 22-Nov-26 12:00:05 GMT' }, 5_000],
    ['reads a date of the asctime form', { 'retry-after': 'Sun Nov 22 12:00:05 2026' }, 5_000],
    ['takes a past date for now', { 'retry-after': 'Sun, 22 Nov 2020 12:00:00 GMT' }, 0],
    ['clamps ten years', { 'retry-after': '315360000' }, longestDelayMs],
    ['clamps a date in ten years', { 'retry-after': 'Sun, 22 Nov 2036 12:00:00 GMT' }, longestDelayMs],
    ['clamps absurd digits', { 'retry-after': '99999999999999999999' }, longestDelayMs],
    ['ignores a negative number', { 'retry-after': '-5' }, undefined],
    ['ignores words', { 'retry-after': 'soon' }, undefined],
    ['ignores an empty value', { 'retry-after': '' }, undefined],
    ['ignores an exponent', { 'retry-after': '1e3' }, undefined],
    ['ignores hexadecimal', { 'retry-after': '0x10' }, undefined],
    ['ignores NaN', { 'retry-after': 'NaN' }, undefined],
    ['ignores infinity', { 'retry-after': 'Infinity' }, undefined],
    ['ignores two dots', { 'retry-after': '1.2.3' }, undefined],
    ['ignores a bare year', { 'retry-after': '2026-11-22' }, undefined],
    ['ignores a broken date', { 'retry-after': 'Sun, 99 Foo 2026 12:00:00 GMT' }, undefined],
    ['falls back from garbage to the reset', { 'retry-after': 'soon', 'ratelimit-reset': '4' }, 4_000],
    ['prefers Retry-After', { 'retry-after': '1', 'ratelimit-reset': '900' }, 1_000],
    ['reads a reset in Unix seconds', { 'ratelimit-reset': String(nowSeconds + 60) }, 60_000],
    ['reads a reset in Unix milliseconds', { 'ratelimit-reset': String(nowMs + 60_000) }, 60_000],
    ['reads a reset in seconds from now', { 'ratelimit-reset': '60' }, 60_000],
    ['takes a past reset for now', { 'ratelimit-reset': String(nowSeconds - 60) }, 0],
    ['clamps a reset in ten years', { 'ratelimit-reset': String(nowSeconds + 315_360_000) }, longestDelayMs],
    ['ignores a negative reset', { 'ratelimit-reset': '-60' }, undefined],
    ['ignores a reset of words', { 'ratelimit-reset': 'tomorrow' }, undefined],
    ['minds the reset when nothing is left', { 'ratelimit-remaining': '0', 'ratelimit-reset': '60' }, 60_000],
    [
      'does not mind it when some is left',
      { 'ratelimit-remaining': '812', 'ratelimit-reset': '60' },
      undefined,
    ],
    [
      'does not mind it when unlimited',
      { 'ratelimit-remaining': 'unlimited', 'ratelimit-reset': '60' },
      undefined,
    ],
    ['reads the draft header', { ratelimit: '"default";r=0;t=30' }, 30_000],
    ['reads the draft header with spaces', { ratelimit: '"a"; r=0; t=30' }, 30_000],
    ['takes the longest empty policy', { ratelimit: '"a";r=0;t=30, "b";r=0;t=50, "c";r=9;t=90' }, 50_000],
    ['ignores a draft header with some left', { ratelimit: '"default";r=5;t=30' }, undefined],
    ['ignores a draft header of garbage', { ratelimit: ';;;r=0;t=x' }, undefined],
    ['ignores that nothing is said', {}, undefined],
  ])('%s', (_title, headers, delayMs) => {
    expect(delayOf(headers)).toBe(delayMs);
  });

  it('reads retryAfterSeconds from the body when no header says it', () => {
    expect(delayOf({}, '{"error":"x","retryAfterSeconds": 12}')).toBe(12_000);
    expect(delayOf({ 'retry-after': '2' }, '{"retryAfterSeconds": 12}')).toBe(2_000);
  });

  it('notices a body that speaks of a quota', () => {
    const body = new TextEncoder().encode('{"error":"Quota Exceeded"}');
    expect(readAskedDelay({ status: 429, headers: {}, body }, nowMs).saysQuota).toBe(true);
    expect(
      readAskedDelay({ status: 429, headers: {}, body: new Uint8Array([255, 254]) }, nowMs).saysQuota,
    ).toBe(false);
  });

  it('never gives NaN, a negative or more than 32 days, whatever the headers hold', () => {
    const pieces = ['-', '1', '9e9', ',', ' GMT', 'Sun, ', '\u0000', '.', ';t=', 'r=0', '22 Nov', '"', '0'];
    let seed = 7;
    const next = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed;
    };
    for (let round = 0; round < 5_000; round += 1) {
      const value = Array.from({ length: next() % 6 }, () => pieces[next() % pieces.length]).join('');
      const name = ['retry-after', 'ratelimit-reset', 'ratelimit'][next() % 3] ?? '';
      const delayMs = delayOf({ [name]: value });
      if (delayMs === undefined) continue;
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThanOrEqual(longestDelayMs);
    }
  });
});

describe('backoffMs', () => {
  it('spreads over the whole range and doubles it up to 8 s', () => {
    expect([1, 2, 3, 6, 50].map((retry) => backoffMs(retry, () => 1))).toEqual([
      400, 800, 1_600, 8_000, 8_000,
    ]);
    expect(backoffMs(3, () => 0)).toBe(0);
  });
});

import type { UpstreamResponse } from './upstream.ts';

/** A monthly quota resets within 31 days; a header that says more is wrong or hostile. */
export const longestDelayMs = 32 * 24 * 3600 * 1000;

const backoffBaseMs = 200;
const backoffCeilingMs = 8_000;
/** Reset values from here on are moments in Unix seconds (2001 and later), below it seconds from now. */
const firstUnixSeconds = 1_000_000_000;
const firstUnixMilliseconds = 1_000_000_000_000;
const bodyPrefixLength = 2_000;

/** What an answer says about when to ask again. */
export interface AskedDelay {
  /** 0..32 days from now; undefined when the answer does not say. */
  readonly delayMs: number | undefined;
  /** Whether the body speaks of a quota: then no short wait will help. */
  readonly saysQuota: boolean;
  /** Whether `RateLimit-Remaining` says that nothing is left of it. */
  readonly isUsedUp: boolean;
}

/**
 * Reads when to ask again: `Retry-After` (seconds or a date), else `RateLimit-Reset` (Unix time or seconds from now) or the
 * draft's `RateLimit: r=0;t=30`, else `retryAfterSeconds` in the body. Never throws; what makes no sense counts as not said.
 */
export function readAskedDelay(response: UpstreamResponse, nowMs: number): AskedDelay {
  const body = new TextDecoder().decode(response.body.subarray(0, bodyPrefixLength));
  const delayMs =
    readRetryAfterMs(response.headers['retry-after'], nowMs) ??
    readResetMs(response.headers, nowMs) ??
    readRateLimitMs(response.headers.ratelimit) ??
    readBodyMs(body);
  return {
    delayMs: delayMs === undefined ? undefined : Math.min(Math.max(delayMs, 0), longestDelayMs),
    // Also as a part of a code, as in `quota_exceeded`.
    saysQuota: /quota/i.test(body),
    isUsedUp: response.headers['ratelimit-remaining']?.trim() === '0',
  };
}

/** Full jitter: anything from 0 to 0.2 s * 2^retry, at most 8 s. The first retry is number 1. `random` gives 0..1. */
export function backoffMs(retry: number, random: () => number): number {
  return random() * Math.min(backoffCeilingMs, backoffBaseMs * 2 ** retry);
}

function readRetryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  // A repeated header arrives joined by commas; the longest wait is the safe one.
  if (/^\d[\d.]{0,20}(?:\s*,\s*\d[\d.]{0,20})*$/.test(text)) {
    const seconds = Math.max(...text.split(',').map(Number));
    return Number.isNaN(seconds) ? undefined : seconds * 1000;
  }
  // Date.parse takes nearly anything ("-5", "1 maybe"), so the three forms of RFC 9110 section 5.6.7 are asked for first.
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [\w :-]{10,40}$/.test(text)) return undefined;
  const atMs = Date.parse(/GMT$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(atMs) ? undefined : atMs - nowMs;
}

function readResetMs(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  // Context7 tells the month's reset on every answer. Where requests are left, this 429 is not about that quota.
  const remaining = headers['ratelimit-remaining']?.trim();
  if (remaining !== undefined && remaining !== '0') return undefined;
  return readResetDelayMs(headers['ratelimit-reset'], nowMs);
}

/** The time to a reset that is told in Unix seconds, Unix milliseconds or seconds from now; negative when it is over. */
export function readResetDelayMs(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim();
  if (text === undefined || !/^\d{1,16}(?:\.\d{1,9})?$/.test(text)) return undefined;
  const reset = Number(text);
  if (reset >= firstUnixMilliseconds) return reset - nowMs;
  return reset >= firstUnixSeconds ? reset * 1000 - nowMs : reset * 1000;
}

/** draft-ietf-httpapi-ratelimit-headers: `"default";r=0;t=30`, several policies joined by commas. */
function readRateLimitMs(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = value
    .slice(0, bodyPrefixLength)
    .split(',')
    .filter((policy) => /;\s*r=0(?:\D|$)/.test(policy))
    .map((policy) => /;\s*t=(\d{1,12})(?:\D|$)/.exec(policy)?.[1])
    .filter((text) => text !== undefined)
    .map(Number);
  return seconds.length === 0 ? undefined : Math.max(...seconds) * 1000;
}

function readBodyMs(body: string): number | undefined {
  const seconds = /"retryAfterSeconds"\s{0,9}:\s{0,9}(\d{1,9})/.exec(body)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

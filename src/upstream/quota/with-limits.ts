import { longestDelayMs, readResetDelayMs } from '../retry-delay.ts';
import type { Send } from '../upstream.ts';

/** What an upstream last said of a credential's quota; what it did not say, or said in a way that makes no sense, is left out. */
export interface SeenLimits {
  /** Requests that a period allows. */
  readonly limit?: number;
  /** Requests that are left of it. */
  readonly remaining?: number | 'unlimited';
  /** When the period ends, in epoch milliseconds. */
  readonly resetAtMs?: number;
  /** The plan that requests are counted to, such as `free`: a word of letters, digits, `_` and `-`. */
  readonly tier?: string;
  /** In epoch milliseconds. */
  readonly seenAtMs: number;
}

/** Hears the limits of each answer that tells any, 429 included. Must not throw. */
export type OnLimits = (credentialId: string, limits: SeenLimits) => void;

export interface LimitsOptions {
  readonly onLimits: OnLimits;
  readonly now: () => number;
}

/** Reads the limits off every answer and passes them on, under the id of the credential that the request carried. */
export function withLimits(send: Send, { onLimits, now }: LimitsOptions): Send {
  return async (request) => {
    const response = await send(request);
    const limits = readLimits(response.headers, now());
    if (limits !== undefined) onLimits(request.credentialId, limits);
    return response;
  };
}

/**
 * Reads `RateLimit-Limit`, `RateLimit-Remaining` (a number or `unlimited`), `RateLimit-Reset` and `Context7-Quota-Tier`.
 * Undefined when none of them says anything.
 */
export function readLimits(headers: Readonly<Record<string, string>>, nowMs: number): SeenLimits | undefined {
  const limit = readCount(headers['ratelimit-limit']);
  const remaining = readRemaining(headers['ratelimit-remaining']);
  const resetAtMs = readResetAtMs(headers['ratelimit-reset'], nowMs);
  const tier = /^[a-z][\w-]{0,31}$/i.exec(headers['context7-quota-tier']?.trim() ?? '')?.[0].toLowerCase();
  const limits = {
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(resetAtMs === undefined ? {} : { resetAtMs }),
    ...(tier === undefined ? {} : { tier }),
  };
  return Object.keys(limits).length === 0 ? undefined : { ...limits, seenAtMs: nowMs };
}

function readRemaining(value: string | undefined): number | 'unlimited' | undefined {
  return value?.trim().toLowerCase() === 'unlimited' ? 'unlimited' : readCount(value);
}

function readCount(value: string | undefined): number | undefined {
  const text = value?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** A reset that is over, or further off than any quota's, tells nothing. */
function readResetAtMs(value: string | undefined, nowMs: number): number | undefined {
  const delayMs = readResetDelayMs(value, nowMs);
  if (delayMs === undefined || delayMs <= 0 || delayMs > longestDelayMs) return undefined;
  return nowMs + delayMs;
}

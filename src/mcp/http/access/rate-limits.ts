import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../refusal.ts';

export interface RateLimitOptions {
  /** For one caller; 0 for no limit. */
  readonly callsPerMinute: number;
  readonly failuresPerMinute: number;
}

export interface RateLimits {
  /** Counts a call. Throws a `Refusal` (429) with `Retry-After` when the caller has had all of this minute. */
  countCall(caller: string): Promise<void>;
  /** Counts a failed authentication of an address; throws as `countCall` does. */
  countFailure(address: string): Promise<void>;
}

const windowSeconds = 60;

/** Creates the limits of callers. They are of this process: a second server counts for itself. */
export function createRateLimits({ callsPerMinute, failuresPerMinute }: RateLimitOptions): RateLimits {
  const calls = callsPerMinute === 0 ? undefined : createLimiter(callsPerMinute);
  const failures = createLimiter(failuresPerMinute);
  return {
    async countCall(caller) {
      if (calls !== undefined) await consume(calls, caller, `${callsPerMinute} calls a minute are served.`);
    },
    countFailure: (address) =>
      consume(failures, address, 'Too many requests without a token that this server knows.'),
  };
}

function createLimiter(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: windowSeconds });
}

async function consume(limiter: RateLimiterMemory, key: string, why: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (thrown) {
    if (!(thrown instanceof RateLimiterRes)) throw thrown;
    const seconds = Math.max(1, Math.ceil(thrown.msBeforeNext / 1_000));
    throw new Refusal(429, `${why} Ask again in ${seconds} s.`, {
      headers: { 'retry-after': String(seconds) },
    });
  }
}

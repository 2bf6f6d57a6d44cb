import { DocpinError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { StartTimer } from '../../time-limit.ts';
import { isFault } from '../is-fault.ts';
import type { Send, UpstreamRequest, UpstreamResponse } from '../upstream.ts';
import { type Admission, createBreaker, type Refusal, type Verdict } from './breaker.ts';
import { createPerOrigin } from './per-origin.ts';

export interface WithBreakerOptions {
  readonly now: () => number;
  readonly startTimer: StartTimer;
  readonly log?: Log;
}

/**
 * How long the call that a probe is made for waits for it. The probe goes on after that: whether the upstream is back is worth
 * knowing, but nobody should wait a whole attempt to learn that it is not.
 */
const probePatienceMs = 1_500;

/**
 * Leaves an upstream that keeps failing alone: attempts fail at once, with the time of the next try, until one that is made every
 * 10 s is answered. Faults open it: no connection, a timeout, 408, 500, 502, 503 and 504. A credential's 401, 403 or 429 never does:
 * it is no fault of the upstream, and no sign that it is well.
 */
export function withBreaker(send: Send, { now, startTimer, log }: WithBreakerOptions): Send {
  const breakerOf = createPerOrigin(({ hostname }) =>
    createBreaker({
      now,
      onOpen: () => log?.warn('an upstream keeps failing and is left alone', { host: hostname }),
      onClose: () => log?.info('an upstream answers again', { host: hostname }),
    }),
  );

  async function attempt(request: UpstreamRequest, { report }: Admission): Promise<UpstreamResponse> {
    let verdict: Verdict = 'unknown';
    try {
      const response = await send(request);
      verdict = judgeStatus(response.status);
      return response;
    } catch (error) {
      verdict = judgeError(error, request.signal);
      throw error;
    } finally {
      report(verdict);
    }
  }

  return async (request) => {
    const admission = breakerOf(request.url).admit();
    if ('retryAtMs' in admission) throw leftAlone(request.url, admission);
    const response = attempt(request, admission);
    const refusal = admission.whileProbing;
    return refusal === undefined
      ? response
      : beforeLong(response, leftAlone(request.url, refusal), startTimer);
  };
}

/** What is promised, or the error when it takes longer than the patience of whoever waits; the promise goes on. */
async function beforeLong<T>(promise: Promise<T>, error: DocpinError, startTimer: StartTimer): Promise<T> {
  let stopTimer: (() => void) | undefined;
  const impatience = new Promise<never>((_resolve, reject) => {
    stopTimer = startTimer(() => reject(error), probePatienceMs);
  });
  try {
    return await Promise.race([promise, impatience]);
  } finally {
    stopTimer?.();
  }
}

function judgeStatus(status: number): Verdict {
  if (isFault(status)) return 'failed';
  return status === 401 || status === 403 || status === 429 ? 'refused' : 'answered';
}

function judgeError(error: unknown, { aborted, reason }: AbortSignal): Verdict {
  // The caller left, which says nothing; or the deadline passed while the upstream said nothing.
  const cause = aborted ? reason : error;
  if (!(cause instanceof DocpinError)) return 'unknown';
  if (cause.code === 'timed-out' || cause.code === 'unavailable') return 'failed';
  return cause.code === 'bad-answer' ? 'answered' : 'unknown';
}

function leftAlone(url: URL, { sinceMs, retryAtMs }: Refusal): DocpinError {
  const [since, retryAt] = [sinceMs, retryAtMs].map((ms) => new Date(ms).toISOString());
  return new DocpinError(
    'unavailable',
    {
      what: `${url.hostname} keeps failing, so it is left alone since ${since} and tried again at ${retryAt}.`,
      next: 'Ask again then; if it keeps happening, check the network and the proxy settings.',
    },
    { retryAtMs },
  );
}

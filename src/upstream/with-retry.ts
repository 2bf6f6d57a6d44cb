import { abortError, DocpinError } from '../errors.ts';
import type { Log } from '../log.ts';
import { isFault } from './is-fault.ts';
import { quotaEmpty, throttled } from './quota/with-quota-gate.ts';
import { backoffMs, readAskedDelay } from './retry-delay.ts';
import type { Send, UpstreamRequest, UpstreamResponse } from './upstream.ts';

export interface RetryOptions {
  readonly maxAttempts: number;
  /** A server that asks for a longer pause is not waited for. */
  readonly longestPauseMs: number;
  readonly now: () => number;
  readonly random: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log?: Log;
}

type Outcome = { readonly response: UpstreamResponse } | { readonly error: DocpinError };

/** How long a credential rests when an upstream says that its quota is empty, but not until when. */
const unknownResetMs = 5 * 60 * 1000;

/**
 * Repeats what may work the next time: no connection, a timeout, a body that ended early, 408, 429, 500, 502, 503 and 504.
 * Waits with full jitter, never less than the server asked for and never past the deadline. A 429 that asks for a long pause
 * or speaks of a quota rejects at once, with the time from which a request may succeed: with `quota-empty` where the quota is
 * used up, else with `throttled`. Only what changes nothing is repeated: a write may have happened. When no attempt is left, gives the last
 * outcome as it is.
 */
export function withRetry(send: Send, options: RetryOptions): Send {
  return async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptOnce(send, request);
      const delayMs = delayBeforeRetry(outcome, attempt, request, options);
      if (delayMs === undefined) {
        if ('error' in outcome) throw outcome.error;
        return outcome.response;
      }
      options.log?.debug('asking an upstream again', {
        host: request.url.hostname,
        attempt,
        because: 'error' in outcome ? outcome.error.code : outcome.response.status,
        delayMs: Math.round(delayMs),
      });
      await pause(delayMs, request.signal, outcome, options);
    }
  };
}

async function attemptOnce(send: Send, request: UpstreamRequest): Promise<Outcome> {
  if (request.signal.aborted) throw abortError(request.signal);
  try {
    return { response: await send(request) };
  } catch (error) {
    // Aborted from above: the caller left or the deadline passed. What this attempt died of does not matter then.
    if (request.signal.aborted) throw abortError(request.signal);
    if (error instanceof DocpinError) return { error };
    throw error;
  }
}

/** How long to wait before the next attempt, or undefined when there must be none. */
function delayBeforeRetry(
  outcome: Outcome,
  attempt: number,
  request: UpstreamRequest,
  options: RetryOptions,
): number | undefined {
  if (!isWorthRetrying(outcome)) return undefined;
  const askedMs = 'response' in outcome ? askedPauseMs(outcome.response, request, options) : 0;
  if (!isSafe(request) || attempt >= options.maxAttempts) return undefined;
  if (askedMs > options.longestPauseMs) return undefined;
  const delayMs = Math.max(askedMs, backoffMs(attempt, options.random));
  const endsAtMs = options.now() + delayMs;
  return endsAtMs >= (request.deadlineAtMs ?? Number.POSITIVE_INFINITY) ? undefined : delayMs;
}

function isSafe({ method, isSafe: isSaidToBe = false }: UpstreamRequest): boolean {
  return method === 'GET' || isSaidToBe;
}

function isWorthRetrying(outcome: Outcome): boolean {
  if ('response' in outcome) return isFault(outcome.response.status) || outcome.response.status === 429;
  // An error that says when to ask again comes from a policy of ours that is closed until then.
  if (outcome.error.retryAtMs !== undefined) return false;
  return outcome.error.code === 'unavailable' || outcome.error.code === 'timed-out';
}

/** The pause that the server asked for; throws where it is longer than anybody waits for. */
function askedPauseMs(response: UpstreamResponse, request: UpstreamRequest, options: RetryOptions): number {
  const nowMs = options.now();
  const { delayMs, saysQuota, isUsedUp } = readAskedDelay(response, nowMs);
  if (response.status !== 429) return delayMs ?? 0;
  if (delayMs === undefined && saysQuota) throw quotaEmpty(request.url, nowMs + unknownResetMs);
  if (delayMs !== undefined && delayMs > options.longestPauseMs)
    throw (saysQuota || isUsedUp ? quotaEmpty : throttled)(request.url, nowMs + delayMs);
  return delayMs ?? 0;
}

/** Waits. Whoever ends it early finds in the cause why there was a wait. */
async function pause(
  delayMs: number,
  signal: AbortSignal,
  outcome: Outcome,
  { sleep }: RetryOptions,
): Promise<void> {
  try {
    await sleep(delayMs, signal);
  } catch (error) {
    if (signal.aborted) throw abortError(signal, 'error' in outcome ? outcome.error : undefined);
    throw error;
  }
}

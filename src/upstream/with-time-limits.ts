import { DocpinError } from '../errors.ts';
import type { Send, UpstreamRequest, UpstreamResponse } from './upstream.ts';

export interface DeadlineOptions {
  readonly deadlineMs: number;
  readonly now: () => number;
  readonly startTimer: StartTimer;
}

export interface AttemptTimeoutOptions {
  readonly attemptTimeoutMs: number;
  readonly startTimer: StartTimer;
}

/** Runs something after a while; gives what stops it. Apart from `sleep`, because tests that sleep no time still hang. */
export type StartTimer = (run: () => void, ms: number) => () => void;

/** Ends the whole call, with all its attempts and waits, after `deadlineMs`. */
export function withDeadline(send: Send, { deadlineMs, now, startTimer }: DeadlineOptions): Send {
  return (request) =>
    withTimeLimit({ ...request, deadlineAtMs: now() + deadlineMs }, deadlineMs, startTimer, send);
}

/** Ends one attempt after `attemptTimeoutMs`, so that a hanging connection leaves time for another try. */
export function withAttemptTimeout(
  send: Send,
  { attemptTimeoutMs, startTimer }: AttemptTimeoutOptions,
): Send {
  return (request) => withTimeLimit(request, attemptTimeoutMs, startTimer, send);
}

/** Sends with a signal that aborts after `limitMs`, then rejects with `timed-out`. */
async function withTimeLimit(
  request: UpstreamRequest,
  limitMs: number,
  startTimer: StartTimer,
  send: Send,
): Promise<UpstreamResponse> {
  const limit = new AbortController();
  const stopTimer = startTimer(() => limit.abort(timedOut(request.url, limitMs)), limitMs);
  try {
    return await send({ ...request, signal: AbortSignal.any([request.signal, limit.signal]) });
  } finally {
    stopTimer();
  }
}

function timedOut(url: URL, limitMs: number): DocpinError {
  return new DocpinError('timed-out', {
    what: `${url.hostname} did not answer within ${Math.round(limitMs / 100) / 10} s.`,
    next: 'Ask again in a minute; if it keeps happening, check the network and the proxy settings.',
  });
}

import { DocpinError } from '../errors.ts';
import { type StartTimer, withTimeLimit } from '../time-limit.ts';
import type { Send } from './upstream.ts';

export interface DeadlineOptions {
  readonly deadlineMs: number;
  readonly now: () => number;
  readonly startTimer: StartTimer;
}

export interface AttemptTimeoutOptions {
  readonly attemptTimeoutMs: number;
  readonly startTimer: StartTimer;
}

/** Ends the whole call, with all its attempts and waits, after `deadlineMs`. */
export function withDeadline(send: Send, { deadlineMs, now, startTimer }: DeadlineOptions): Send {
  return (request) =>
    withTimeLimit(
      request.signal,
      { limitMs: deadlineMs, error: () => timedOut(request.url, deadlineMs), startTimer },
      (signal) => send({ ...request, signal, deadlineAtMs: now() + deadlineMs }),
    );
}

/** Ends one attempt after `attemptTimeoutMs`, so that a hanging connection leaves time for another try. */
export function withAttemptTimeout(
  send: Send,
  { attemptTimeoutMs, startTimer }: AttemptTimeoutOptions,
): Send {
  return (request) =>
    withTimeLimit(
      request.signal,
      { limitMs: attemptTimeoutMs, error: () => timedOut(request.url, attemptTimeoutMs), startTimer },
      (signal) => send({ ...request, signal }),
    );
}

function timedOut(url: URL, limitMs: number): DocpinError {
  return new DocpinError('timed-out', {
    what: `${url.hostname} did not answer within ${Math.round(limitMs / 100) / 10} s.`,
    next: 'Ask again in a minute; if it keeps happening, check the network and the proxy settings.',
  });
}

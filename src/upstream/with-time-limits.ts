import { DocpinError } from '../errors.ts';
import type { Send, UpstreamRequest, UpstreamResponse } from './upstream.ts';

export interface DeadlineOptions {
  readonly deadlineMs: number;
  readonly now: () => number;
}

/** Ends the whole call, with all its attempts and waits, after `deadlineMs`. */
export function withDeadline(send: Send, { deadlineMs, now }: DeadlineOptions): Send {
  return (request) => withTimeLimit({ ...request, deadlineAtMs: now() + deadlineMs }, deadlineMs, send);
}

/** Ends one attempt after `attemptTimeoutMs`, so that a hanging connection leaves time for another try. */
export function withAttemptTimeout(
  send: Send,
  { attemptTimeoutMs }: { readonly attemptTimeoutMs: number },
): Send {
  return (request) => withTimeLimit(request, attemptTimeoutMs, send);
}

/**
 * Sends with a signal that aborts after `limitMs`, then rejects with `timed-out`. Real timers on purpose: this is what ends
 * a request to a server that never says a word, also where tests inject the clock.
 */
async function withTimeLimit(
  request: UpstreamRequest,
  limitMs: number,
  send: Send,
): Promise<UpstreamResponse> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(timedOut(request.url, limitMs)), limitMs);
  try {
    return await send({ ...request, signal: AbortSignal.any([request.signal, limit.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

function timedOut(url: URL, limitMs: number): DocpinError {
  return new DocpinError('timed-out', {
    what: `${url.hostname} did not answer within ${Math.round(limitMs / 100) / 10} s.`,
    next: 'Ask again in a minute; if it keeps happening, check the network and the proxy settings.',
  });
}

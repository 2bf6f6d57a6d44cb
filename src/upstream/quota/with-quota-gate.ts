import { DocpinError } from '../../errors.ts';
import type { Send } from '../upstream.ts';

/** A server of many callers sees many credentials; those whose quota is long back are forgotten first. */
const maxClosed = 10_000;

/**
 * Once an upstream has said that a credential's quota is empty, or that it must pause for long, fails every further request of
 * that credential at once with the same error until then. Other credentials are not touched.
 */
export function withQuotaGate(send: Send, { now }: { readonly now: () => number }): Send {
  const closed = new Map<string, Closed>();

  function forgetSome(): void {
    for (const [id, since] of closed) if (isOver(since, now())) closed.delete(id);
    for (const id of closed.keys()) {
      if (closed.size <= maxClosed) return;
      closed.delete(id);
    }
  }

  return async (request) => {
    const since = closed.get(request.credentialId);
    if (since !== undefined && !isOver(since, now())) throw since.refusal;
    try {
      return await send(request);
    } catch (error) {
      if (isClosing(error)) {
        closed.set(request.credentialId, { refusal: error, closedAtMs: now() });
        if (closed.size > maxClosed) forgetSome();
      }
      throw error;
    }
  };
}

type ClosingError = DocpinError & { readonly retryAtMs: number };

interface Closed {
  readonly refusal: ClosingError;
  readonly closedAtMs: number;
}

/** Also where the clock was set back: how long the pause would last then is anybody's guess, and one request finds it out. */
function isOver({ refusal, closedAtMs }: Closed, nowMs: number): boolean {
  return refusal.retryAtMs <= nowMs || nowMs < closedAtMs;
}

function isClosing(error: unknown): error is ClosingError {
  if (!(error instanceof DocpinError) || error.retryAtMs === undefined) return false;
  return error.code === 'quota-empty' || error.code === 'throttled';
}

/** The error of an empty quota, with the time from which a request may succeed again. */
export function quotaEmpty(url: URL, retryAtMs: number): DocpinError {
  return new DocpinError(
    'quota-empty',
    {
      what: `The quota of this credential at ${url.hostname} is used up until ${new Date(retryAtMs).toISOString()}.`,
      next: 'Wait until then, or use another key.',
    },
    { retryAtMs },
  );
}

/** The error of a rate limit that is not waited for, with the time from which a request may succeed again. */
export function throttled(url: URL, retryAtMs: number): DocpinError {
  return new DocpinError(
    'throttled',
    {
      what: `${url.hostname} limits the rate of requests and takes none of this credential until ${new Date(retryAtMs).toISOString()}.`,
      next: 'Ask again then.',
    },
    { retryAtMs },
  );
}

import { DocpinError } from '../errors.ts';
import type { Send } from './upstream.ts';

/** A server of many callers sees many credentials; those whose quota is long back are forgotten first. */
const maxClosed = 10_000;

/**
 * Once an upstream has said that a credential's quota is empty, fails every further request of that credential at once with
 * `quota-empty` until the reset. Other credentials are not touched.
 */
export function withQuotaGate(send: Send, { now }: { readonly now: () => number }): Send {
  const closedUntilMs = new Map<string, number>();

  function forgetSome(): void {
    for (const [id, untilMs] of closedUntilMs) if (untilMs <= now()) closedUntilMs.delete(id);
    for (const id of closedUntilMs.keys()) {
      if (closedUntilMs.size <= maxClosed) return;
      closedUntilMs.delete(id);
    }
  }

  return async (request) => {
    const untilMs = closedUntilMs.get(request.credentialId);
    if (untilMs !== undefined && untilMs > now()) throw quotaEmpty(request.url, untilMs);
    try {
      return await send(request);
    } catch (error) {
      if (error instanceof DocpinError && error.code === 'quota-empty' && error.retryAtMs !== undefined) {
        closedUntilMs.set(request.credentialId, error.retryAtMs);
        if (closedUntilMs.size > maxClosed) forgetSome();
      }
      throw error;
    }
  };
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

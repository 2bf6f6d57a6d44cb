import type { CallContext } from '../call.ts';
import { DocpinError, toDocpinError } from '../errors.ts';
import { withTimeLimit } from '../time-limit.ts';

/** Clients give up after 30 s or so; an answer that says why is better than none. */
const usualDeadlineMs = 28_000;
const slackMs = 8_000;

/**
 * Gives a call one deadline for everything that it asks, however many requests that takes: 28 s, or somewhat more than the
 * caller said that it will wait. Rejects with `timed-out` when it passes.
 */
export async function withinDeadline<T>(
  call: CallContext,
  work: (call: CallContext) => Promise<T>,
): Promise<T> {
  const deadlineMs = Math.max(usualDeadlineMs, (call.maxWaitMs ?? 0) + slackMs);
  const error = () =>
    new DocpinError('timed-out', {
      what: `docpin gave up after ${Math.round(deadlineMs / 1_000)} s.`,
      next: 'Ask again: what was slow may be ready then. `docpin doctor` shows what docpin depends on.',
    });
  try {
    return await withTimeLimit(call.signal, { limitMs: deadlineMs, error }, (signal) =>
      work({ ...call, signal }),
    );
  } catch (thrown) {
    throw toDocpinError(thrown);
  }
}

import type { CallContext } from '../call.ts';
import { DocpinError, toDocpinError } from '../errors.ts';

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
  const timeout = AbortSignal.timeout(deadlineMs);
  try {
    return await work({ ...call, signal: AbortSignal.any([call.signal, timeout]) });
  } catch (thrown) {
    if (call.signal.aborted || !timeout.aborted) throw toDocpinError(thrown);
    throw new DocpinError(
      'timed-out',
      {
        what: `docpin gave up after ${Math.round(deadlineMs / 1_000)} s.`,
        next: 'Ask again: what was slow may be ready then. `docpin doctor` shows what docpin depends on.',
      },
      { cause: thrown },
    );
  }
}

import type { DocpinError } from './errors.ts';

export interface TimeLimit {
  readonly limitMs: number;
  /** What it rejects with when the time is up; also the reason of the signal that the work was given. */
  readonly error: () => DocpinError;
  /** Real timers when left out. */
  readonly startTimer?: StartTimer;
}

/** Runs something after a while; gives what stops it. */
export type StartTimer = (run: () => void, ms: number) => () => void;

/**
 * Does work under a signal that aborts with the caller's, and when the time is up. Not `AbortSignal.timeout`: on Node 20 one that
 * only `AbortSignal.any` knows goes with the next garbage collection, and the work then never ends (measured on 20.20.2).
 */
export async function withTimeLimit<T>(
  signal: AbortSignal,
  { limitMs, error, startTimer = startRealTimer }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const stopTimer = startTimer(() => limit.abort(error()), limitMs);
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } catch (thrown) {
    throw limit.signal.aborted && !signal.aborted ? limit.signal.reason : thrown;
  } finally {
    stopTimer();
  }
}

/** Runs something after a while on the clock of this machine. */
export const startRealTimer: StartTimer = (run, ms) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

import { setImmediate as nextTurn } from 'node:timers/promises';

/** A clock that jumps from one thing that is waited for to the next: hours pass in milliseconds, in the same order each time. */
export interface VirtualClock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  startTimer(run: () => void, ms: number): () => void;
  /** Moves time on until the work is done. */
  until<T>(work: Promise<T>): Promise<T>;
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Creates a clock that stands at a fixed moment. */
export function createVirtualClock(): VirtualClock {
  let nowMs = Date.UTC(2026, 0, 1);
  const timers = new Set<Timer>();

  function startTimer(run: () => void, ms: number): () => void {
    const timer = { atMs: nowMs + ms, run };
    timers.add(timer);
    return () => void timers.delete(timer);
  }

  function takeNext(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) if (next === undefined || timer.atMs < next.atMs) next = timer;
    if (next !== undefined) timers.delete(next);
    return next;
  }

  return {
    now: () => nowMs,
    startTimer,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        const stop = startTimer(() => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        }, ms);
        function onAbort(): void {
          stop();
          reject(signal.reason);
        }
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    async until(work) {
      let isDone = false;
      const ended = work.finally(() => {
        isDone = true;
      });
      // The caller hears of a failure below.
      ended.catch(() => undefined);
      for (;;) {
        // All that the last timer set off happens before the next one is due.
        await nextTurn();
        if (isDone) return ended;
        const next = takeNext();
        if (next === undefined) throw new Error('Nothing is waited for, and the work is not done.');
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
      }
    },
  };
}

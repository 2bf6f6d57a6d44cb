import { setImmediate } from 'node:timers/promises';
import { UnreadableLockfile } from './lockfile.ts';

export interface WorkLimits {
  readonly now: () => number;
  readonly maxMs: number;
}

const atOnce = 2_000;

/**
 * Visits the items one after the other and lets other work run in between: a lockfile has up to a million lines. Rejects with
 * `UnreadableLockfile` when it takes longer than `maxMs`, counted from the call.
 */
export async function inTurns<T>(
  items: Iterable<T>,
  limits: WorkLimits,
  visit: (item: T) => void,
): Promise<void> {
  const startMs = limits.now();
  let count = 0;
  for (const item of items) {
    visit(item);
    count += 1;
    if (count % atOnce !== 0) continue;
    if (limits.now() - startMs > limits.maxMs) throw new UnreadableLockfile('it takes too long to read');
    await setImmediate();
  }
}

/** Runs work, at most so many at a time; the rest waits in line. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** Creates a limit of `max` pieces of work at a time. */
export function limitConcurrency(max: number): Limit {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async function run(work) {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, not given up: a newcomer must not slip in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

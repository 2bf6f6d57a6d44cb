import { Refusal } from '../refusal.ts';

/** Lets a caller's call begin, and returns what is to be called when it is over. Throws a `Refusal` (429) with `Retry-After`. */
export type InFlightLimit = (caller: string) => () => void;

/**
 * Creates the limit of calls that one caller may have under way: how many may begin in a minute does not say how many are held at
 * once, and one that waits for an index is held for half a minute.
 */
export function createInFlightLimit(maxPerCaller: number): InFlightLimit {
  const open = new Map<string, number>();
  return (caller) => {
    const count = open.get(caller) ?? 0;
    if (count >= maxPerCaller) throw tooMany(maxPerCaller);
    open.set(caller, count + 1);
    return () => {
      const left = (open.get(caller) ?? 1) - 1;
      if (left === 0) open.delete(caller);
      else open.set(caller, left);
    };
  };
}

function tooMany(max: number): Refusal {
  return new Refusal(429, `${max} calls at a time are served. Ask again when one of them is answered.`, {
    headers: { 'retry-after': '1' },
  });
}

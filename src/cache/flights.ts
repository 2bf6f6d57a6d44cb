import { abortError } from '../errors.ts';

/** Work under way, by key: whoever asks for the same key meanwhile gets the same result. */
export interface Flights {
  /**
   * Joins the work under way for the key, or starts it. When `signal` aborts, this caller alone leaves with `cancelled`; the
   * work itself is aborted, for the same reason, once nobody waits for it. One whose time is up leaves with the error that says so. Without a signal the caller stays to the end.
   */
  join<T>(
    key: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Aborts all work, also what was abandoned before, and resolves when it has come to its end. */
  end(): Promise<void>;
}

interface Flight {
  readonly result: Promise<unknown>;
  readonly controller: AbortController;
  waiting: number;
}

/** Creates an empty set of flights. Keys must tell apart what callers may not share. */
export function createFlights(): Flights {
  const flights = new Map<string, Flight>();
  const inTheAir = new Set<Promise<unknown>>();

  function begin(key: string, start: (signal: AbortSignal) => Promise<unknown>): Flight {
    const controller = new AbortController();
    const flight: Flight = { controller, waiting: 0, result: start(controller.signal) };
    inTheAir.add(flight.result);
    const land = () => {
      inTheAir.delete(flight.result);
      // An abandoned flight may land after the next one under its key has begun.
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.result.then(land, land);
    flights.set(key, flight);
    return flight;
  }

  function leave(key: string, flight: Flight, reason: unknown): void {
    flight.waiting -= 1;
    if (flight.waiting > 0) return;
    if (flights.get(key) === flight) flights.delete(key);
    flight.controller.abort(reason);
  }

  return {
    async join<T>(
      key: string,
      signal: AbortSignal | undefined,
      start: (signal: AbortSignal) => Promise<T>,
    ): Promise<T> {
      const flight = flights.get(key) ?? begin(key, start);
      flight.waiting += 1;
      try {
        // One key is always asked for with one type; the key of a cache says what it holds.
        return (await unlessAborted(flight.result, signal)) as T;
      } finally {
        leave(key, flight, signal?.reason);
      }
    },
    async end() {
      for (const flight of flights.values()) flight.controller.abort();
      await Promise.allSettled(inTheAir);
    },
  };
}

async function unlessAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return result;
  if (signal.aborted) throw abortError(signal);
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortError(signal));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}

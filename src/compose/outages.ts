import { DocpinError } from '../errors.ts';
import type { Send } from '../upstream/upstream.ts';

/** What is known, from the requests of this process alone, of which upstreams answer. Asks nobody by itself. */
export interface Outages {
  /** Sends as `send` does, and notes whether the upstream answered. */
  watch(name: string, send: Send): Send;
  /** The upstreams that did not answer of late, by name. */
  current(): readonly string[];
}

interface Record {
  failures: number;
  lastAtMs: number;
}

/** One request may fail for a reason of its own. */
const failuresOfOutage = 3;
/** An upstream that nobody has asked since may be there again. */
const forgottenAfterMs = 5 * 60_000;

/** Creates the record of outages. `now` gives epoch milliseconds. */
export function createOutages(now: () => number): Outages {
  const records = new Map<string, Record>();

  function note(name: string, hasFailed: boolean): void {
    if (!hasFailed) {
      records.delete(name);
      return;
    }
    const record = records.get(name) ?? { failures: 0, lastAtMs: 0 };
    records.set(name, { failures: record.failures + 1, lastAtMs: now() });
  }

  return {
    watch: (name, send) => async (request) => {
      try {
        const response = await send(request);
        note(name, response.status >= 500);
        return response;
      } catch (thrown) {
        const code = thrown instanceof DocpinError ? thrown.code : undefined;
        if (code === 'unavailable' || code === 'timed-out') note(name, true);
        throw thrown;
      }
    },
    current: () =>
      [...records]
        .filter(
          ([, { failures, lastAtMs }]) => failures >= failuresOfOutage && now() - lastAtMs < forgottenAfterMs,
        )
        .map(([name]) => name),
  };
}

/**
 * What an attempt says of the upstream. `refused`: somebody answered, but about the credential, which a front door does for an
 * upstream that is down behind it. `unknown`: it ended for a reason of our own.
 */
export type Verdict = 'answered' | 'failed' | 'refused' | 'unknown';

/** An attempt that may be made. Its verdict must be reported exactly once. */
export interface Admission {
  /** Set for the one attempt that finds out whether an upstream that failed is back: what all others are told meanwhile. */
  readonly whileProbing?: Refusal;
  report(verdict: Verdict): void;
}

/** An attempt that may not be made. In epoch milliseconds. */
export interface Refusal {
  /** Since when none is made. */
  readonly sinceMs: number;
  /** When one is made again. */
  readonly retryAtMs: number;
}

export interface Breaker {
  admit(): Admission | Refusal;
}

export interface BreakerOptions {
  readonly now: () => number;
  readonly onOpen?: () => void;
  readonly onClose?: () => void;
}

/** Three whole calls of four attempts. At a 30 % fault rate five in a row come every few hundred calls, twelve never. */
const failuresInARow = 12;
const windowSeconds = 30;
const fewestAttempts = 20;
const failingShare = 0.8;
const probeEveryMs = 10_000;

interface Open {
  readonly sinceMs: number;
  triedAtMs: number;
  isProbing: boolean;
}

/**
 * Creates the breaker of one upstream. It opens on 12 failed attempts in a row, or when 80 % of at least 20 in 30 s failed. While
 * it is open one attempt is admitted every 10 s; when that one is answered, it closes and knows nothing of before.
 */
export function createBreaker({ now, onOpen, onClose }: BreakerOptions): Breaker {
  let open: Open | undefined;
  let recent = createRecent();

  function change(to: Open | undefined): void {
    open = to;
    recent = createRecent();
    (to === undefined ? onClose : onOpen)?.();
  }

  function admitProbe(of: Open, atMs: number): Admission {
    of.isProbing = true;
    of.triedAtMs = atMs;
    return {
      whileProbing: { sinceMs: of.sinceMs, retryAtMs: atMs + probeEveryMs },
      report(verdict) {
        of.isProbing = false;
        if (verdict === 'answered' || verdict === 'refused') change(undefined);
      },
    };
  }

  return {
    admit() {
      const atMs = now();
      if (open !== undefined) {
        const elapsedMs = atMs - open.triedAtMs;
        // Less than nothing: the clock was set back, and its word on the last try is worth nothing.
        const isDue = elapsedMs >= probeEveryMs || elapsedMs < 0;
        if (isDue && !open.isProbing) return admitProbe(open, atMs);
        const leftMs = Math.min(Math.max(probeEveryMs - elapsedMs, 0), probeEveryMs);
        return { sinceMs: open.sinceMs, retryAtMs: atMs + leftMs };
      }
      const admittedBy = recent;
      return {
        report(verdict) {
          // An attempt that began before the breaker opened or closed says nothing of the time since.
          if (admittedBy !== recent || (verdict !== 'answered' && verdict !== 'failed')) return;
          const reportedAtMs = now();
          recent.add(verdict === 'failed', reportedAtMs);
          if (!recent.isFailing()) return;
          change({ sinceMs: reportedAtMs, triedAtMs: reportedAtMs, isProbing: false });
        },
      };
    },
  };
}

interface Slot {
  readonly second: number;
  attempts: number;
  failed: number;
}

/** Counts by the second, so that what is kept does not grow with the traffic. */
function createRecent() {
  let slots: Slot[] = [];
  let inARow = 0;
  return {
    add(hasFailed: boolean, atMs: number): void {
      inARow = hasFailed ? inARow + 1 : 0;
      const second = Math.floor(atMs / 1000);
      slots = slots.filter((slot) => slot.second <= second && slot.second > second - windowSeconds);
      let slot = slots.at(-1);
      if (slot?.second !== second) {
        slot = { second, attempts: 0, failed: 0 };
        slots.push(slot);
      }
      slot.attempts += 1;
      if (hasFailed) slot.failed += 1;
    },
    isFailing(): boolean {
      if (inARow >= failuresInARow) return true;
      const attempts = slots.reduce((sum, slot) => sum + slot.attempts, 0);
      const failed = slots.reduce((sum, slot) => sum + slot.failed, 0);
      return attempts >= fewestAttempts && failed >= attempts * failingShare;
    },
  };
}

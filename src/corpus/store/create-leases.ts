import type { Database } from '../../sqlite.ts';
import { withoutWaiting, writeOnce } from '../../sqlite-file/transaction.ts';
import type { CorpusReader, Leases } from '../corpus.ts';

/**
 * A lease that is not renewed ends after this time: how long others wait for a holder that was killed. Only an expiry, and no
 * process id beside it: ids are given out again, and containers that share a folder count their own. A holder that is slower
 * loses its lease, and then the work is done twice, which is all that a lease saves; with 5 s that happened where six servers
 * started at once on a machine that was busy already.
 */
const leaseMs = 10_000;

export interface LeaseOptions {
  /** Epoch milliseconds. It may jump: a lease never holds for longer than its time. */
  readonly now: () => number;
  /** Whose rows are read and written; another audience reads for itself. */
  readonly audience: string;
}

export interface OwnLeases extends Leases {
  /** Lets go of what was taken here, and says whether it could; it ends by itself soon anyway. Never throws. */
  releaseAll(): boolean;
}

/** The leases over an open database. */
export function createLeases(database: Database, { now, audience }: LeaseOptions): OwnLeases {
  const deleteDead = database.prepare('DELETE FROM lease WHERE expires_at_ms <= ? OR expires_at_ms > ?');
  const upsertLease = database.prepare(
    'INSERT INTO lease (key, holder, expires_at_ms) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET expires_at_ms = excluded.expires_at_ms WHERE lease.holder = excluded.holder',
  );
  const deleteLease = database.prepare('DELETE FROM lease WHERE key = ? AND holder = ?');
  const taken = new Map<string, string>();

  function take(key: string, holder: string): boolean {
    const time = now();
    return writeOnce(database, () => {
      // What ends later than any lease that is taken now was taken before the clock was set back.
      deleteDead.run(time, time + leaseMs);
      const ownKey = keyOf(key, audience);
      const isTaken = Number(upsertLease.run(ownKey, holder, time + leaseMs).changes) === 1;
      if (isTaken) taken.set(ownKey, holder);
      return isTaken;
    });
  }

  return {
    take,
    renew: (key, holder) => withoutWaiting(database, () => take(key, holder)),
    releaseAll() {
      try {
        for (const [key, holder] of taken) deleteLease.run(key, holder);
        return true;
      } catch {
        // What was done is done: no fault of the file counts any more.
        return false;
      }
    },
  };
}

/** Prepares the look at a lease, which takes no lock. */
export function prepareIsLeased(
  database: Database,
  { now, audience }: LeaseOptions,
): CorpusReader['isLeased'] {
  const selectLease = database.prepare(
    'SELECT holder, expires_at_ms AS expiresAtMs FROM lease WHERE key = ?',
  );
  return (key, holder) => {
    const row = selectLease.get(keyOf(key, audience)) as { holder: string; expiresAtMs: number } | undefined;
    if (row === undefined || row.holder === holder) return false;
    return row.expiresAtMs > now() && row.expiresAtMs <= now() + leaseMs;
  };
}

function keyOf(key: string, audience: string): string {
  return `${audience} ${key}`;
}

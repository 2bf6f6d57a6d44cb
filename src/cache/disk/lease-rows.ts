import { randomUUID } from 'node:crypto';
import type { Database } from '../../sqlite.ts';
import { isHeld, type LeaseHolder } from '../store.ts';

export interface LeaseRows {
  /** The id of the new lease; undefined when somebody else has one. */
  take(key: string, ttlMs: number): string | undefined;
  renew(key: string, id: string, ttlMs: number): void;
  release(key: string, id: string): void;
  holder(key: string, ttlMs: number): LeaseHolder | undefined;
}

/** Prepares the leases over an open database. Each step is one statement, so that no two processes take the same lease. */
export function prepareLeases(database: Database, { now }: { readonly now: () => number }): LeaseRows {
  const insert = database.prepare(
    'INSERT INTO lease (key, holder, expires_at_ms) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET holder = excluded.holder, expires_at_ms = excluded.expires_at_ms WHERE lease.expires_at_ms <= ? OR lease.expires_at_ms > ?',
  );
  const update = database.prepare('UPDATE lease SET expires_at_ms = ? WHERE key = ? AND holder = ?');
  // With those of processes that were killed, which nobody else would take away.
  const deleteLease = database.prepare(
    'DELETE FROM lease WHERE (key = ? AND holder = ?) OR expires_at_ms <= ?',
  );
  const select = database.prepare(
    'SELECT holder AS id, expires_at_ms AS expiresAtMs FROM lease WHERE key = ?',
  );

  return {
    take(key, ttlMs) {
      const id = randomUUID();
      const timeMs = now();
      // The two bounds are those of `isHeld`.
      const { changes } = insert.run(Buffer.from(key), id, timeMs + ttlMs, timeMs, timeMs + ttlMs);
      return Number(changes) === 1 ? id : undefined;
    },
    renew: (key, id, ttlMs) => void update.run(now() + ttlMs, Buffer.from(key), id),
    release: (key, id) => void deleteLease.run(Buffer.from(key), id, now()),
    holder(key, ttlMs) {
      const found = select.get(Buffer.from(key)) as unknown as LeaseHolder | undefined;
      return found !== undefined && isHeld(found.expiresAtMs, now(), ttlMs) ? { ...found } : undefined;
    },
  };
}

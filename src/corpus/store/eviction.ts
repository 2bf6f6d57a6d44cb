import type { Database } from '../../sqlite.ts';
import { noteUseEveryMs } from './create-reader.ts';
import type { DeleteLibrary } from './delete-library.ts';

export interface EvictionOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The most text that libraries may hold together, in characters. */
  readonly maxTextBytes: number;
}

export interface Eviction {
  /**
   * Deletes libraries, least recently used first, until so much more text has room; only inside a write transaction. Never one
   * that a place below `keepUnder` points at.
   */
  makeRoom(textBytes: number, keepUnder: string | undefined): void;
}

interface Row {
  readonly id: number;
  readonly bytes: number;
  readonly usedAtMs: number;
}

/**
 * What was answered from within the last hour is in use. Use is noted once an hour at the most, so that what is stored may be
 * older than the use by as much.
 */
const inUseMs = noteUseEveryMs + 60 * 60 * 1_000;

/** What is in use may take this much of the cap; then it goes too, or a loop over the whole registry would fill the disk. */
const inUseShare = 2;

/**
 * Prepares eviction. The libraries of the project that is being indexed stay even where they alone are over the cap: were they to
 * evict each other, each of its questions would index anew what the one before had evicted. Their text is on this disk in its
 * node_modules anyway, so the project bounds the file.
 */
export function prepareEviction(
  database: Database,
  deletion: DeleteLibrary,
  { now, maxTextBytes }: EvictionOptions,
): Eviction {
  // Not sum(), which is an error where a damaged number is too large.
  const selectTotal = database.prepare('SELECT total(text_bytes) AS bytes FROM library');
  const selectOldest = database.prepare(
    "SELECT id, text_bytes AS bytes, used_at_ms AS usedAtMs FROM library WHERE NOT EXISTS (SELECT 1 FROM origin WHERE origin.library_id = library.id AND ?1 <> '' AND substr(origin.location, 1, length(?1)) = ?1) ORDER BY used_at_ms, id",
  );

  return {
    makeRoom(textBytes, keepUnder) {
      let total = (selectTotal.get() as { bytes: number }).bytes + textBytes;
      if (total <= maxTextBytes) return;
      for (const { id, bytes, usedAtMs } of selectOldest.all(keepUnder ?? '') as unknown as Row[]) {
        // A time from the future is one of a clock that was set back since, and no reason to stay until it is reached.
        const isInUse = Math.abs(now() - usedAtMs) <= inUseMs;
        if (total <= maxTextBytes * (isInUse ? inUseShare : 1)) continue;
        deletion.delete(id);
        total -= bytes;
      }
    },
  };
}

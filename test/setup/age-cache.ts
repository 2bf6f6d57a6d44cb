import { join } from 'node:path';
import { entryHash } from '../../src/cache/disk/entry-hash.ts';
import { cacheFileName } from '../../src/cache/disk/schema.ts';
import { loadSqlite } from '../../src/sqlite.ts';

interface AgedRow {
  readonly id: number;
  readonly key: Uint8Array;
  readonly source: string;
  readonly label: string;
  readonly owner: string | null;
  readonly library: string | null;
  readonly storedAtMs: number;
  readonly freshUntilMs: number;
  readonly staleUntilMs: number;
  readonly failedCode: string | null;
  readonly failedAtMs: number | null;
  readonly value: Uint8Array;
}

/** Makes every copy in a cache folder older, as if the clock had gone on. Returns how many there are. */
export async function ageCache(folder: string, byMs: number): Promise<number> {
  const database = (await loadSqlite()).open(join(folder, cacheFileName));
  const rows = database
    .prepare(
      'SELECT id, key, source, label, owner, library, stored_at_ms AS storedAtMs, fresh_until_ms AS freshUntilMs, stale_until_ms AS staleUntilMs, failed_code AS failedCode, failed_at_ms AS failedAtMs, value FROM entry',
    )
    .all() as unknown as readonly AgedRow[];
  const update = database.prepare(
    'UPDATE entry SET hash = ?, stored_at_ms = ?, fresh_until_ms = ?, stale_until_ms = ?, failed_at_ms = ? WHERE id = ?',
  );
  for (const row of rows) {
    const aged = {
      source: row.source,
      label: row.label,
      ...(row.owner === null || row.library === null
        ? {}
        : { about: { owner: row.owner, library: row.library } }),
      storedAtMs: row.storedAtMs - byMs,
      freshUntilMs: row.freshUntilMs - byMs,
      staleUntilMs: row.staleUntilMs - byMs,
      ...(row.failedCode === null || row.failedAtMs === null
        ? {}
        : { failure: { code: row.failedCode, atMs: row.failedAtMs - byMs } }),
    };
    update.run(
      entryHash(Buffer.from(row.key).toString(), aged, row.value),
      aged.storedAtMs,
      aged.freshUntilMs,
      aged.staleUntilMs,
      aged.failure?.atMs ?? null,
      row.id,
    );
  }
  database.close();
  return rows.length;
}

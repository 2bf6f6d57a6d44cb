import type { Database } from '../../sqlite.ts';
import { DamageFound } from '../../sqlite-file/sqlite-error.ts';
import { writeOnce } from '../../sqlite-file/transaction.ts';

/** The schema's version is in the name: an older docpin goes on with its own file. */
export const cacheFileName = 'cache-v1.db';

/** "docc": tells a cache from every other SQLite file (https://sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x646f6363;

/** Keys as bytes: SQLite's engines read a text only up to its first NUL. */
const tables = `
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    hash TEXT NOT NULL,
    source TEXT NOT NULL,
    label TEXT NOT NULL,
    owner TEXT,
    library TEXT,
    stored_at_ms INTEGER NOT NULL,
    fresh_until_ms INTEGER NOT NULL,
    stale_until_ms INTEGER NOT NULL,
    failed_code TEXT,
    failed_at_ms INTEGER,
    used_at_ms INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    value BLOB NOT NULL
  ) STRICT;
  CREATE INDEX entry_by_use ON entry (used_at_ms);
  CREATE INDEX entry_by_owner ON entry (owner, library, stale_until_ms) WHERE owner IS NOT NULL;
  CREATE INDEX entry_by_end ON entry (stale_until_ms);

  CREATE TABLE lease (
    key BLOB PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** Makes the tables of a new file, all of them or none. Throws `DamageFound` where the file holds something else. */
export function ensureTables(database: Database): void {
  if (isCache(database)) return;
  writeOnce(database, () => {
    // Asked again behind the lock: of several processes that found no table one makes them.
    if (isCache(database)) return;
    const row = database.prepare('SELECT count(*) AS tables FROM sqlite_master').get();
    if ((row as { tables: number }).tables > 0) throw new DamageFound('The file belongs to another program.');
    database.exec(tables);
    database.exec(`PRAGMA application_id = ${applicationId}`);
  });
}

/** The schema as it was written. */
export function readSchema(database: Database): string {
  return JSON.stringify(database.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').all());
}

function isCache(database: Database): boolean {
  const row = database.prepare('PRAGMA application_id').get();
  return (row as { application_id: number }).application_id === applicationId;
}

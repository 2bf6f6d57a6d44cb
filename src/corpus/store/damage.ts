import type { Database, SqliteEngine } from '../../sqlite.ts';
import { isBusy, isCorrupt, maySignDamage } from '../../sqlite-file/sqlite-error.ts';
import { createTables, readSchema } from './schema.ts';

/** Whether an error comes of a damaged file; looks at the whole of it where the error alone does not tell. */
export function showsDamage(thrown: unknown, database: Database, engine: SqliteEngine): boolean {
  return isCorrupt(thrown) || (maySignDamage(thrown) && isDamaged(database, engine));
}

function isDamaged(database: Database, engine: SqliteEngine): boolean {
  try {
    const row = database.prepare('PRAGMA integrity_check(1)').get() as { integrity_check: string };
    return row.integrity_check !== 'ok' || readSchema(database) !== freshSchema(engine);
  } catch (thrown) {
    return !isBusy(thrown);
  }
}

function freshSchema(engine: SqliteEngine): string {
  const database = engine.open(':memory:');
  try {
    createTables(database);
    return readSchema(database);
  } finally {
    database.close();
  }
}

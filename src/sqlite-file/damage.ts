import type { Database, SqliteEngine } from '../sqlite.ts';
import { isBusy, isCorrupt, maySignDamage } from './sqlite-error.ts';

/** What the files of one kind hold beside their rows. */
export interface FileKind {
  readonly engine: SqliteEngine;
  /** Makes the tables of a new file. */
  readonly createTables: (database: Database) => void;
  /** The schema as it was written: a letter that is another one now shows here and in no check of SQLite's own. */
  readonly readSchema: (database: Database) => string;
}

/**
 * Whether an error comes of a damaged file; looks at the whole of it where the error alone does not tell. A value that SQLite
 * refuses makes the same error as a damaged index, and must not cost everything else that is in the file.
 */
export function showsDamage(thrown: unknown, database: Database, kind: FileKind): boolean {
  return isCorrupt(thrown) || (maySignDamage(thrown) && isDamaged(database, kind));
}

function isDamaged(database: Database, kind: FileKind): boolean {
  try {
    const row = database.prepare('PRAGMA integrity_check(1)').get() as { integrity_check: string };
    return row.integrity_check !== 'ok' || kind.readSchema(database) !== freshSchema(kind);
  } catch (thrown) {
    return !isBusy(thrown);
  }
}

function freshSchema({ engine, createTables, readSchema }: FileKind): string {
  const database = engine.open(':memory:');
  try {
    createTables(database);
    return readSchema(database);
  } finally {
    database.close();
  }
}

import type { Database } from '../../sqlite.ts';
import { retryWhileBusy } from './open-database.ts';

/** Runs writes in one transaction: all of them or none. The whole of it runs again when another process held the lock. */
export function writeTransaction<T>(database: Database, write: () => T): T {
  return retryWhileBusy(() => run(database, 'BEGIN IMMEDIATE', write));
}

/** Runs reads against one state of the file, whatever is added or deleted meanwhile. */
export function readTransaction<T>(database: Database, read: () => T): T {
  return run(database, 'BEGIN', read);
}

function run<T>(database: Database, begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T {
  database.exec(begin);
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (thrown) {
    // SQLite has rolled back by itself after some errors (full disk, corruption); a second ROLLBACK would hide the first error.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}

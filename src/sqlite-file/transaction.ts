import type { Database } from '../sqlite.ts';
import { isBusy } from './sqlite-error.ts';

/** How often a step that met another process's lock is tried; each try waits up to the busy timeout of 5 s by itself. */
const maxTries = 4;
const busyTimeoutMs = 5_000;

/** Runs writes in one transaction: all of them or none. The whole of it runs again when another process held the lock. */
export function writeTransaction<T>(database: Database, write: () => T): T {
  return retryWhileBusy(() => writeOnce(database, write));
}

/** The same, but a lock that is held longer than the busy timeout is thrown. */
export function writeOnce<T>(database: Database, write: () => T): T {
  return run(database, 'BEGIN IMMEDIATE', write);
}

/** Runs reads against one state of the file, whatever is added or deleted meanwhile. */
export function readTransaction<T>(database: Database, read: () => T): T {
  return run(database, 'BEGIN', read);
}

/** Runs a step again while another process holds the lock: one open in some hundred meets BUSY at the switch to WAL. */
export function retryWhileBusy<T>(step: () => T): T {
  for (let tries = 1; ; tries += 1) {
    try {
      return step();
    } catch (thrown) {
      if (!isBusy(thrown) || tries === maxTries) throw thrown;
    }
  }
}

/** Runs work that waits for no lock: what it writes is worth less than the time of whoever waits for this process. */
export function withoutWaiting<T>(database: Database, work: () => T): T {
  database.exec('PRAGMA busy_timeout = 0');
  try {
    return work();
  } finally {
    waitForLocks(database);
  }
}

/** Lets the statements of a connection wait for the locks of other processes, 5 s at the most. */
export function waitForLocks(database: Database): void {
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
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

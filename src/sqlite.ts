import type { DatabaseSync } from '@photostructure/sqlite';
import { DocpinError } from './errors.ts';

/** An open database with the API of `node:sqlite`, whichever engine is behind it. */
export type Database = InstanceType<typeof DatabaseSync>;

export interface SqliteEngine {
  readonly name: 'node:sqlite' | '@photostructure/sqlite';
  readonly version: string;
  /** Opens a file (or `:memory:`); the caller closes it. */
  open(location: string, options?: { readonly readOnly?: boolean }): Database;
}

interface SqliteModule {
  readonly DatabaseSync: typeof DatabaseSync;
}

/**
 * The oldest SQLite that may share a WAL file between processes: 3.51.3 fixed the WAL-reset corruption
 * (https://sqlite.org/wal.html), which many docpin processes on one file would meet.
 */
const oldestSafeVersion: readonly [number, number, number] = [3, 51, 3];

/**
 * Loads the SQLite engine: the one built into Node where it is new enough and has FTS5, else the pinned prebuilt package.
 * Throws `no-index-engine` with the reason for each when neither works.
 */
export async function loadSqlite(): Promise<SqliteEngine> {
  const reasons: string[] = [];
  for (const [name, load] of candidates) {
    const loaded = await tryEngine(name, load, reasons);
    if (loaded !== undefined) return loaded;
  }
  throw new DocpinError('no-index-engine', {
    what: `No usable SQLite engine, so installed packages cannot be indexed (${reasons.join('; ')}).`,
    next: 'Use Node 24 or newer, or install docpin with its optional dependencies.',
  });
}

type Load = () => Promise<SqliteModule | undefined>;

const candidates: readonly (readonly [SqliteEngine['name'], Load])[] = [
  // Through process, because a bare import of a missing built-in module is an error that bundlers and Node 20 make fatal.
  ['node:sqlite', async () => process.getBuiltinModule?.('node:sqlite') as SqliteModule | undefined],
  ['@photostructure/sqlite', () => import('@photostructure/sqlite')],
];

async function tryEngine(
  name: SqliteEngine['name'],
  load: Load,
  reasons: string[],
): Promise<SqliteEngine | undefined> {
  try {
    const module = await load();
    if (module === undefined) {
      reasons.push(`${name}: not in this Node`);
      return undefined;
    }
    const version = probe(module);
    if (!isSafeSqliteVersion(version)) {
      reasons.push(`${name}: SQLite ${version} is older than ${oldestSafeVersion.join('.')}`);
      return undefined;
    }
    return {
      name,
      version,
      open: (location, options = {}) => new module.DatabaseSync(location, { ...options, timeout: 5_000 }),
    };
  } catch (thrown) {
    reasons.push(`${name}: ${thrown instanceof Error ? thrown.message.split('\n', 1)[0] : 'failed to load'}`);
    return undefined;
  }
}

/** Opens a database in memory, makes an FTS5 table as the corpus does, and returns SQLite's version. */
function probe(module: SqliteModule): string {
  const database = new module.DatabaseSync(':memory:');
  try {
    database.exec(
      "CREATE VIRTUAL TABLE probe USING fts5 (body, content = '', contentless_delete = 1, tokenize = 'porter')",
    );
    const row = database.prepare('SELECT sqlite_version() AS version').get() as { version: string };
    return row.version;
  } finally {
    database.close();
  }
}

/** Whether a SQLite of this version may share a WAL file between processes. */
export function isSafeSqliteVersion(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, oldest] of oldestSafeVersion.entries()) {
    const part = parts[index] ?? 0;
    if (part !== oldest) return part > oldest;
  }
  return true;
}

import type { Database } from '../../sqlite.ts';
import { writeOnce } from '../../sqlite-file/transaction.ts';

/** Raised when sections come out differently: rows of an older chunker are not found and are made anew. */
export const chunkerVersion = 5;

/** "docp": tells a corpus from every other SQLite file (https://sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x646f6370;

/** Whether this is a corpus; a file that another process is just making is none before all of it is there. */
export function isCorpus(database: Database): boolean {
  const row = database.prepare('PRAGMA application_id').get();
  return (row as { application_id: number }).application_id === applicationId;
}

/** Whether somebody else keeps something in this file. */
export function isForeign(database: Database): boolean {
  const row = database.prepare('SELECT count(*) AS tables FROM sqlite_master').get();
  return (row as { tables: number }).tables > 0 && !isCorpus(database);
}

/** The word that stands in every full-text row of a library. It ends in a digit, so no stemmer changes it. */
export function scopeToken(libraryRowId: number): string {
  return `lib${libraryRowId}`;
}

/** The schema as it was written. */
export function readSchema(database: Database): string {
  // Without the tables that FTS5 makes for itself, which are its own business.
  const rows = database
    .prepare("SELECT name, sql FROM sqlite_master WHERE name NOT GLOB 'section_*_*' ORDER BY name")
    .all();
  return JSON.stringify(rows);
}

/**
 * Makes the tables where they are missing, all of them or none. Contentless FTS5 keeps no second copy of the text (2.4 bytes of file a byte of
 * text, 5.5 otherwise); it needs `detail = full`, because with `detail = column` bm25() is 0 for every row (measured).
 */
export function createTables(database: Database): void {
  writeOnce(database, () => {
    // Asked again behind the lock: of several processes that found no table one makes them.
    if (isCorpus(database)) return;
    database.exec(tables);
    database.exec(`PRAGMA application_id = ${applicationId}`);
  });
}

const tables = `
    CREATE TABLE library (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      version TEXT NOT NULL,
      content_hash TEXT NOT NULL,
      audience TEXT NOT NULL,
      chunker INTEGER NOT NULL,
      pages INTEGER NOT NULL,
      sections INTEGER NOT NULL,
      text_bytes INTEGER NOT NULL,
      coverage TEXT NOT NULL,
      indexed_at_ms INTEGER NOT NULL,
      used_at_ms INTEGER NOT NULL,
      checksum INTEGER NOT NULL,
      UNIQUE (name, version, content_hash, audience)
    ) STRICT;
    -- A row id of one file means nothing in the file that takes its place when that one is damaged.
    INSERT INTO sqlite_sequence (name, seq) VALUES ('library', abs(random() % 1000000000));

    CREATE TABLE origin (
      location TEXT NOT NULL,
      audience TEXT NOT NULL,
      stamp TEXT NOT NULL,
      library_id INTEGER NOT NULL REFERENCES library (id) ON DELETE CASCADE,
      checksum INTEGER NOT NULL,
      PRIMARY KEY (location, audience)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX origin_by_library ON origin (library_id);

    CREATE TABLE page (
      id INTEGER PRIMARY KEY,
      library_id INTEGER NOT NULL REFERENCES library (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      title TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('guide', 'api', 'internal', 'readme', 'agent', 'changelog')),
      headings TEXT NOT NULL,
      sections INTEGER NOT NULL,
      checksum INTEGER NOT NULL,
      UNIQUE (library_id, path)
    ) STRICT;

    CREATE TABLE section (
      id INTEGER PRIMARY KEY,
      page_id INTEGER NOT NULL REFERENCES page (id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL,
      line INTEGER NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('code', 'info')),
      heading TEXT NOT NULL,
      trail TEXT NOT NULL,
      body TEXT NOT NULL,
      tokens INTEGER NOT NULL,
      checksum INTEGER NOT NULL,
      UNIQUE (page_id, ordinal)
    ) STRICT;

    CREATE VIRTUAL TABLE section_exact USING fts5 (
      scope, heading, trail, file, body,
      content = '', contentless_delete = 1,
      tokenize = "unicode61 remove_diacritics 2 tokenchars '_$'"
    );
    CREATE VIRTUAL TABLE section_stem USING fts5 (
      scope, heading, body,
      content = '', contentless_delete = 1,
      tokenize = "porter unicode61 remove_diacritics 2"
    );
    CREATE VIRTUAL TABLE section_term USING fts5vocab ('section_exact', 'row');

    CREATE TABLE lease (
      key TEXT PRIMARY KEY,
      holder TEXT NOT NULL,
      expires_at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
`;

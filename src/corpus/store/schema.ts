import type { Database } from '../../sqlite.ts';

/** Raised when sections come out differently: rows of an older chunker are not found and are made anew. */
export const chunkerVersion = 3;

/**
 * Makes the tables where they are missing. Contentless FTS5 keeps no second copy of the text (2.4 bytes of file a byte of
 * text, 5.5 otherwise); it needs `detail = full`, because with `detail = column` bm25() is 0 for every row (measured).
 */
export function createTables(database: Database): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS library (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      version TEXT NOT NULL,
      content_hash TEXT NOT NULL,
      audience TEXT NOT NULL DEFAULT '',
      chunker INTEGER NOT NULL,
      pages INTEGER NOT NULL,
      sections INTEGER NOT NULL,
      text_bytes INTEGER NOT NULL,
      coverage TEXT NOT NULL,
      indexed_at_ms INTEGER NOT NULL,
      used_at_ms INTEGER NOT NULL,
      UNIQUE (name, version, content_hash, audience)
    ) STRICT;

    CREATE TABLE IF NOT EXISTS origin (
      location TEXT PRIMARY KEY,
      stamp TEXT NOT NULL,
      library_id INTEGER NOT NULL REFERENCES library (id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS origin_by_library ON origin (library_id);

    CREATE TABLE IF NOT EXISTS page (
      id INTEGER PRIMARY KEY,
      library_id INTEGER NOT NULL REFERENCES library (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      title TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('guide', 'api', 'readme', 'agent', 'changelog')),
      UNIQUE (library_id, path)
    ) STRICT;

    CREATE TABLE IF NOT EXISTS section (
      id INTEGER PRIMARY KEY,
      page_id INTEGER NOT NULL REFERENCES page (id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL,
      line INTEGER NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('code', 'info')),
      heading TEXT NOT NULL,
      trail TEXT NOT NULL,
      body TEXT NOT NULL,
      tokens INTEGER NOT NULL,
      UNIQUE (page_id, ordinal)
    ) STRICT;

    CREATE VIRTUAL TABLE IF NOT EXISTS section_exact USING fts5 (
      scope, heading, trail, file, body,
      content = '', contentless_delete = 1,
      tokenize = "unicode61 remove_diacritics 2 tokenchars '_$'"
    );
    CREATE VIRTUAL TABLE IF NOT EXISTS section_stem USING fts5 (
      scope, heading, body,
      content = '', contentless_delete = 1,
      tokenize = "porter unicode61 remove_diacritics 2"
    );
    CREATE VIRTUAL TABLE IF NOT EXISTS section_term USING fts5vocab ('section_exact', 'row');
  `);
}

import type { Database } from '../../sqlite.ts';
import type { CorpusWriter, NewLibrary, Page } from '../corpus.ts';
import { identifierParts, withIdentifierParts } from '../search/query/split-identifiers.ts';
import { prepareDeleteLibrary } from './delete-library.ts';
import { chunkerVersion } from './schema.ts';
import { scopeToken } from './scope-token.ts';
import { writeTransaction } from './transaction.ts';

export interface WriterOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The most text that libraries may hold together; least recently used ones go when one is added. */
  readonly maxTextBytes: number;
}

/** A library that was answered from within this time belongs to a project in use and is not evicted. */
const inUseMs = 60 * 60 * 1_000;

/** The write side over an open database; `close` is the caller's. */
export function createWriter(
  database: Database,
  { now, maxTextBytes }: WriterOptions,
): Omit<CorpusWriter, 'close'> {
  const selectLibrary = database.prepare(
    "SELECT id, chunker FROM library WHERE name = ? AND version = ? AND content_hash = ? AND audience = ''",
  );
  const insertLibrary = database.prepare(
    'INSERT INTO library (name, version, content_hash, chunker, pages, sections, text_bytes, coverage, indexed_at_ms, used_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const selectLastIds = database.prepare(
    'SELECT (SELECT coalesce(max(id), 0) FROM page) AS page, (SELECT coalesce(max(id), 0) FROM section) AS section',
  );
  const insertPage = database.prepare(
    'INSERT INTO page (id, library_id, path, title, kind) VALUES (?, ?, ?, ?, ?)',
  );
  const insertSection = database.prepare(
    'INSERT INTO section (id, page_id, ordinal, line, kind, heading, trail, body, tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertExact = database.prepare(
    'INSERT INTO section_exact (rowid, scope, heading, trail, file, body) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertStem = database.prepare(
    'INSERT INTO section_stem (rowid, scope, heading, body) VALUES (?, ?, ?, ?)',
  );
  const upsertOrigin = database.prepare(
    'INSERT INTO origin (location, stamp, library_id) VALUES (?, ?, ?) ON CONFLICT (location) DO UPDATE SET stamp = excluded.stamp, library_id = excluded.library_id',
  );
  const selectOldest = database.prepare(
    'SELECT id, text_bytes AS bytes FROM library WHERE id <> ? AND used_at_ms < ? ORDER BY used_at_ms, id',
  );
  const selectTotal = database.prepare('SELECT coalesce(sum(text_bytes), 0) AS bytes FROM library');
  const deletion = prepareDeleteLibrary(database);

  function find(
    name: string,
    version: string,
    contentHash: string,
  ): { id: number; chunker: number } | undefined {
    return selectLibrary.get(name, version, contentHash) as { id: number; chunker: number } | undefined;
  }

  function insertPages(libraryRowId: number, pages: readonly Page[]): void {
    const last = selectLastIds.get() as { page: number; section: number };
    const scope = scopeToken(libraryRowId);
    let pageId = last.page;
    let sectionId = last.section;
    for (const page of pages) {
      pageId += 1;
      insertPage.run(pageId, libraryRowId, page.path, page.title, page.kind);
      const file = fileWords(page);
      let lastTrail = '';
      let trailWords = '';
      for (const [ordinal, section] of page.sections.entries()) {
        const { line, kind, heading, trail, body, tokens } = section;
        sectionId += 1;
        const headingWords = withIdentifierParts(heading);
        if (trail !== lastTrail) trailWords = withIdentifierParts(trail);
        lastTrail = trail;
        insertSection.run(sectionId, pageId, ordinal, line, kind, heading, trail, body, tokens);
        insertExact.run(sectionId, scope, headingWords, trailWords, file, body);
        insertStem.run(sectionId, scope, headingWords, body);
      }
    }
  }

  function evict(kept: number): void {
    let total = (selectTotal.get() as { bytes: number }).bytes;
    if (total <= maxTextBytes) return;
    for (const row of selectOldest.all(kept, now() - inUseMs) as { id: number; bytes: number }[]) {
      deletion.delete(row.id);
      total -= row.bytes;
      if (total <= maxTextBytes) return;
    }
  }

  return {
    findByContent(name, version, contentHash) {
      const row = find(name, version, contentHash);
      return row?.chunker === chunkerVersion ? row.id : undefined;
    },

    add(library: NewLibrary) {
      const { name, version, contentHash, coverage } = library;
      const pages = library.pages.filter((page) => page.sections.length > 0);
      const sections = pages.reduce((sum, page) => sum + page.sections.length, 0);
      const textBytes = pages
        .flatMap((page) => page.sections)
        .reduce((sum, { body }) => sum + body.length, 0);
      return writeTransaction(database, () => {
        // Another child may have added it while this one was waiting for the lock.
        const found = find(name, version, contentHash);
        if (found?.chunker === chunkerVersion) return found.id;
        if (found !== undefined) deletion.delete(found.id);
        const time = now();
        const { lastInsertRowid } = insertLibrary.run(
          name,
          version,
          contentHash,
          chunkerVersion,
          pages.length,
          sections,
          textBytes,
          JSON.stringify({ ...coverage, skipped: coverage.skipped.slice(0, 20) }),
          time,
          time,
        );
        const libraryRowId = Number(lastInsertRowid);
        insertPages(libraryRowId, pages);
        evict(libraryRowId);
        return libraryRowId;
      });
    },

    linkOrigin(location, stamp, libraryRowId) {
      writeTransaction(database, () => upsertOrigin.run(location, stamp, libraryRowId));
    },
  };
}

/** Folder and file names are topics ("Guides/Serverless.md"), and so is a title that the file's own headings lack. */
function fileWords({ path, title }: Page): string {
  return [...identifierParts(path.replace(/\.\w+$/, '')), withIdentifierParts(title)].join(' ');
}

import type { Database } from '../../sqlite.ts';
import { writeTransaction } from '../../sqlite-file/transaction.ts';
import type { CorpusWriter, Coverage, NewLibrary, Page } from '../corpus.ts';
import { isUndocumented } from '../is-undocumented.ts';
import { identifierParts, withIdentifierParts } from '../search/query/split-identifiers.ts';
import { libraryChecksum, originChecksum, pageChecksum, sectionChecksum } from './checksum.ts';
import { prepareDeleteLibrary } from './delete-library.ts';
import { prepareEviction } from './eviction.ts';
import { chunkerVersion, scopeToken } from './schema.ts';
import { topHeadings } from './top-headings.ts';
import { wellFormed } from './well-formed.ts';

export interface WriterOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Whose rows are written, and looked for before. */
  readonly audience: string;
  /** The most text that libraries may hold together; least recently used ones go when one is added. */
  readonly maxTextBytes: number;
}

/** The write side over an open database; `close` is the caller's. */
export function createWriter(
  database: Database,
  { now, audience, maxTextBytes }: WriterOptions,
): Omit<CorpusWriter, 'close' | 'leases'> {
  const selectLibrary = database.prepare(
    'SELECT id, chunker FROM library WHERE name = ? AND version = ? AND content_hash = ? AND audience = ?',
  );
  const insertLibrary = database.prepare(
    'INSERT INTO library (name, version, content_hash, audience, chunker, pages, sections, text_bytes, coverage, indexed_at_ms, used_at_ms, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const selectLastIds = database.prepare(
    'SELECT (SELECT coalesce(max(id), 0) FROM page) AS page, (SELECT coalesce(max(id), 0) FROM section) AS section',
  );
  const insertPage = database.prepare(
    'INSERT INTO page (id, library_id, path, title, kind, headings, sections, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertSection = database.prepare(
    'INSERT INTO section (id, page_id, ordinal, line, kind, heading, trail, body, tokens, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertExact = database.prepare(
    'INSERT INTO section_exact (rowid, scope, heading, trail, file, body) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertStem = database.prepare(
    'INSERT INTO section_stem (rowid, scope, heading, body) VALUES (?, ?, ?, ?)',
  );
  const selectRead = database.prepare(
    'SELECT library.content_hash AS contentHash, library.coverage FROM origin JOIN library ON library.id = origin.library_id WHERE origin.location = ? AND origin.stamp = ? AND library.chunker = ? AND origin.audience = ? AND library.audience = origin.audience',
  );
  const selectOrigin = database.prepare(
    'SELECT library_id AS libraryId FROM origin WHERE location = ? AND audience = ?',
  );
  const upsertOrigin = database.prepare(
    'INSERT INTO origin (location, audience, stamp, library_id, checksum) VALUES (?, ?, ?, ?, ?) ON CONFLICT (location, audience) DO UPDATE SET stamp = excluded.stamp, library_id = excluded.library_id, checksum = excluded.checksum',
  );
  const countOrigins = database.prepare('SELECT count(*) AS origins FROM origin WHERE library_id = ?');
  const deletion = prepareDeleteLibrary(database);
  const eviction = prepareEviction(database, deletion, { now, maxTextBytes });

  function find(
    name: string,
    version: string,
    contentHash: string,
  ): { id: number; chunker: number } | undefined {
    return selectLibrary.get(name, version, contentHash, audience) as
      | { id: number; chunker: number }
      | undefined;
  }

  function insertPages(libraryRowId: number, pages: readonly Page[]): void {
    const last = selectLastIds.get() as { page: number; section: number };
    const scope = scopeToken(libraryRowId);
    let pageId = last.page;
    let sectionId = last.section;
    for (const [place, page] of pages.entries()) {
      pageId += 1;
      const { path, title, kind: pageKind } = page;
      const headings = JSON.stringify(topHeadings(page));
      const pageSections = page.sections.length;
      const onPage = { path, title, pageKind, pageSections };
      const checksum = pageChecksum(libraryRowId, {
        path,
        title,
        kind: pageKind,
        headings,
        sections: pageSections,
        place,
      });
      insertPage.run(pageId, libraryRowId, path, title, pageKind, headings, pageSections, checksum);
      const file = fileWords(page);
      let lastTrail = '';
      let trailWords = '';
      for (const [ordinal, section] of page.sections.entries()) {
        const { line, kind, heading, trail, body, tokens } = section;
        sectionId += 1;
        // The names of what nobody says a word about are found as they are: their parts would fill the candidates.
        const isNameAlone = isUndocumented({ ...section, pageKind });
        const headingWords = isNameAlone ? heading : withIdentifierParts(heading);
        if (trail !== lastTrail) trailWords = withIdentifierParts(trail);
        lastTrail = trail;
        const checksum = sectionChecksum(libraryRowId, { ...section, ordinal, ...onPage });
        insertSection.run(sectionId, pageId, ordinal, line, kind, heading, trail, body, tokens, checksum);
        insertExact.run(sectionId, scope, headingWords, trailWords, file, body);
        insertStem.run(sectionId, scope, headingWords, body);
      }
    }
  }

  function insert(library: NewLibrary, keepUnder: string | undefined): number {
    const { name, version, contentHash, coverage } = library;
    const pages = library.pages.filter((page) => page.sections.length > 0).map(wellFormed);
    const sections = pages.flatMap((page) => page.sections);
    const textBytes = sections.reduce((sum, { body }) => sum + body.length, 0);
    // Before it is written, so that it takes the pages that become free and the file does not grow.
    eviction.makeRoom(textBytes, keepUnder);
    const time = now();
    const kept = JSON.stringify({ ...coverage, skipped: coverage.skipped.slice(0, 20) });
    const counts = { pages: pages.length, sections: sections.length };
    const checksum = libraryChecksum({ name, version, contentHash, audience, ...counts, coverage: kept });
    const { lastInsertRowid } = insertLibrary.run(
      name,
      version,
      contentHash,
      audience,
      chunkerVersion,
      counts.pages,
      counts.sections,
      textBytes,
      kept,
      time,
      time,
      checksum,
    );
    const libraryRowId = Number(lastInsertRowid);
    insertPages(libraryRowId, pages);
    return libraryRowId;
  }

  /** Nobody can ask any more for what no place points at: a package that was installed anew, a folder that is worked on. */
  function unlink(location: string, kept: number | undefined): void {
    const before = selectOrigin.get(location, audience) as { libraryId: number } | undefined;
    if (before === undefined || before.libraryId === kept) return;
    const { origins } = countOrigins.get(before.libraryId) as { origins: number };
    if (origins === 1) deletion.delete(before.libraryId);
  }

  return {
    findByContent(name, version, contentHash) {
      const row = find(name, version, contentHash);
      return row?.chunker === chunkerVersion ? row.id : undefined;
    },

    findByOrigin(location, stamp) {
      const row = selectRead.get(location, stamp, chunkerVersion, audience) as
        | { contentHash: string; coverage: string }
        | undefined;
      if (row === undefined) return undefined;
      return { contentHash: row.contentHash, skipped: (JSON.parse(row.coverage) as Coverage).skipped };
    },

    add(library, { origin, keepUnder } = {}) {
      const { name, version, contentHash } = library;
      return writeTransaction(database, () => {
        // Another child may have added it while this one was waiting for the lock.
        const found = find(name, version, contentHash);
        const known = found?.chunker === chunkerVersion ? found.id : undefined;
        if (found !== undefined && known === undefined) deletion.delete(found.id);
        if (origin !== undefined) unlink(origin.location, known);
        const libraryRowId = known ?? insert(library, keepUnder);
        if (origin !== undefined) {
          const { location, stamp } = origin;
          const checksum = originChecksum({ location, audience, stamp }, libraryRowId);
          upsertOrigin.run(location, audience, stamp, libraryRowId, checksum);
        }
        return libraryRowId;
      });
    },
  };
}

/** Folder and file names are topics ("Guides/Serverless.md"), and so is a title that the file's own headings lack. */
function fileWords({ path, title }: Page): string {
  return [...identifierParts(path.replace(/\.\w+$/, '')), withIdentifierParts(title)].join(' ');
}

import type { PageKind } from '../../library.ts';
import type { Database } from '../../sqlite.ts';
import { DamageFound } from '../../sqlite-file/sqlite-error.ts';
import type { FoundSection, Overview, PageSummary } from '../corpus.ts';
import { assertUndamaged, pageChecksum, sectionChecksum } from './checksum.ts';
import { chooseOpening } from './choose-opening.ts';

export interface ReadOverview {
  read(libraryRowId: number): Overview;
}

interface PageRow {
  readonly id: number;
  readonly path: string;
  readonly title: string;
  readonly kind: PageKind;
  readonly headings: string;
  readonly sections: number;
  readonly checksum: number;
}

interface SectionRow {
  readonly id: number;
  readonly ordinal: number;
  readonly line: number;
  readonly kind: 'code' | 'info';
  readonly heading: string;
  readonly trail: string;
  readonly body: string;
  readonly tokens: number;
  readonly checksum: number;
}

const order: readonly PageKind[] = ['guide', 'readme', 'api', 'internal', 'agent', 'changelog'];

/**
 * Prepares the overview of a library: what it says first about itself, how it is started, and what else there is, its pages in
 * the order in which its origin gave them.
 */
export function prepareOverview(database: Database): ReadOverview {
  const selectCount = database.prepare('SELECT pages FROM library WHERE id = ?');
  const selectPages = database.prepare(
    'SELECT id, path, title, kind, headings, sections, checksum FROM page WHERE library_id = ? ORDER BY id',
  );
  const selectSections = database.prepare(
    'SELECT id, ordinal, line, kind, heading, trail, body, tokens, checksum FROM section WHERE page_id = ? ORDER BY ordinal',
  );

  function openingOf(libraryRowId: number, page: PageRow): readonly FoundSection[] {
    const { path, title, kind: pageKind, sections: pageSections } = page;
    const rows = selectSections.all(page.id) as unknown as SectionRow[];
    if (rows.length !== pageSections) throw new DamageFound('A section is not there.');
    const onPage = { path, title, pageKind, pageSections };
    // All of them before one is looked at: damaged text may be no text.
    for (const row of rows)
      assertUndamaged(row.checksum, sectionChecksum(libraryRowId, { ...row, ...onPage }));
    const chosen = chooseOpening(rows);
    return chosen.map(({ id, line, heading, trail, body, tokens, kind }, index) => {
      const score = 1 - index / chosen.length;
      return { sectionIds: [id], path, pageKind, line, heading, trail, body, tokens, kind, score };
    });
  }

  return {
    read(libraryRowId) {
      const rows = selectPages.all(libraryRowId) as unknown as PageRow[];
      const library = selectCount.get(libraryRowId) as { pages: number } | undefined;
      if (library?.pages !== rows.length) throw new DamageFound('A page is not there.');
      for (const [place, page] of rows.entries())
        assertUndamaged(page.checksum, pageChecksum(libraryRowId, { ...page, place }));
      const pages = [...rows].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
      const first = pages.find((page) => page.kind === 'readme') ?? pages[0];
      const opening = first === undefined ? [] : openingOf(libraryRowId, first);
      return { opening, contents: pages.map(toSummary) };
    },
  };
}

function toSummary({ path, title, kind, headings }: PageRow): PageSummary {
  return { path, title, kind, headings: JSON.parse(headings) };
}

import type { PageKind } from '../../library.ts';
import type { Database } from '../../sqlite.ts';
import { DamageFound } from '../../sqlite-file/sqlite-error.ts';
import type { FoundSection, Overview, Page, PageSummary, Section } from '../corpus.ts';
import { assertUndamaged, pageChecksum, sectionChecksum } from './checksum.ts';

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
const opensWith = 2;
const maxOpening = 8;
const maxHeadings = 12;
const starts =
  /\b(?:install(?:ation|ing)?|usage|use|getting started|quick ?start|start|set ?up|basic|example)\b/i;

/** Prepares the overview of a library: what it says first about itself, how it is started, and what else there is. */
export function prepareOverview(database: Database): ReadOverview {
  const selectCount = database.prepare('SELECT pages FROM library WHERE id = ?');
  const selectPages = database.prepare(
    'SELECT id, path, title, kind, headings, sections, checksum FROM page WHERE library_id = ? ORDER BY path',
  );
  const selectSections = database.prepare(
    'SELECT id, ordinal, line, kind, heading, trail, body, tokens, checksum FROM section WHERE page_id = ? ORDER BY ordinal',
  );

  function openingOf(libraryRowId: number, page: PageRow): readonly FoundSection[] {
    const { path, title, kind: pageKind, sections: pageSections } = page;
    const rows = selectSections.all(page.id) as unknown as SectionRow[];
    if (rows.length !== pageSections) throw new DamageFound('A section is not there.');
    const onPage = { path, title, pageKind, pageSections };
    const chosen = rows
      .filter((row, index) => index < opensWith || starts.test(row.heading))
      .slice(0, maxOpening);
    return chosen.map((row, index) => {
      const { checksum, id, line, heading, trail, body, tokens, kind } = row;
      assertUndamaged(checksum, sectionChecksum(libraryRowId, { ...row, ...onPage }));
      const score = 1 - index / maxOpening;
      return { sectionIds: [id], path, pageKind, line, heading, trail, body, tokens, kind, score };
    });
  }

  return {
    read(libraryRowId) {
      const pages = (selectPages.all(libraryRowId) as unknown as PageRow[]).sort(
        (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind),
      );
      const library = selectCount.get(libraryRowId) as { pages: number } | undefined;
      if (library?.pages !== pages.length) throw new DamageFound('A page is not there.');
      for (const page of pages) assertUndamaged(page.checksum, pageChecksum(libraryRowId, page));
      const first = pages.find((page) => page.kind === 'readme') ?? pages[0];
      const opening = first === undefined ? [] : openingOf(libraryRowId, first);
      return { opening, contents: pages.map(toSummary) };
    },
  };
}

function toSummary({ path, title, kind, headings }: PageRow): PageSummary {
  return { path, title, kind, headings: JSON.parse(headings) };
}

/** The headings of a page that stand in the table of contents; worked out once, when it is written. */
export function topHeadings({ title, sections }: Page): readonly string[] {
  const first = new Map<string, Section>();
  for (const section of sections) {
    const key = JSON.stringify([section.heading, section.trail]);
    if (section.heading !== '' && !first.has(key)) first.set(key, section);
  }
  const depthOf = ({ trail }: Section) => (trail === '' ? 0 : trail.split(' > ').length);
  const depths = [...first.values()].map(depthOf).filter((depth) => depth > 0);
  const top = depths.reduce((least, depth) => Math.min(least, depth), Number.POSITIVE_INFINITY);
  return [...first.values()]
    .filter((section) => depthOf(section) <= Math.max(1, top) && section.heading !== title)
    .map(({ heading }) => heading)
    .slice(0, maxHeadings);
}

import type { PageKind } from '../../library.ts';
import type { Database } from '../../sqlite.ts';
import type { FoundSection, Overview, PageSummary } from '../corpus.ts';

export interface ReadOverview {
  read(libraryRowId: number): Overview;
}

interface PageRow {
  readonly id: number;
  readonly path: string;
  readonly title: string;
  readonly kind: PageKind;
}

interface SectionRow {
  readonly id: number;
  readonly line: number;
  readonly kind: 'code' | 'info';
  readonly heading: string;
  readonly trail: string;
  readonly body: string;
  readonly tokens: number;
}

const order: readonly PageKind[] = ['guide', 'readme', 'api', 'agent', 'changelog'];
const opensWith = 2;
const maxOpening = 8;
const maxHeadings = 12;
const starts =
  /\b(?:install(?:ation|ing)?|usage|use|getting started|quick ?start|start|set ?up|basic|example)\b/i;

/** Prepares the overview of a library: what it says first about itself, how it is started, and what else there is. */
export function prepareOverview(database: Database): ReadOverview {
  const selectPages = database.prepare(
    'SELECT id, path, title, kind FROM page WHERE library_id = ? ORDER BY path',
  );
  const selectSections = database.prepare(
    'SELECT id, line, kind, heading, trail, body, tokens FROM section WHERE page_id = ? ORDER BY ordinal',
  );
  const selectHeadings = database.prepare(
    "SELECT heading, trail FROM section WHERE page_id = ? AND heading <> '' GROUP BY heading, trail ORDER BY min(ordinal)",
  );

  function openingOf(page: PageRow): readonly FoundSection[] {
    const rows = selectSections.all(page.id) as unknown as SectionRow[];
    const chosen = rows
      .filter((row, index) => index < opensWith || starts.test(row.heading))
      .slice(0, maxOpening);
    return chosen.map((row, index) => ({
      sectionIds: [row.id],
      path: page.path,
      pageKind: page.kind,
      line: row.line,
      heading: row.heading,
      trail: row.trail,
      body: row.body,
      tokens: row.tokens,
      kind: row.kind,
      score: 1 - index / maxOpening,
    }));
  }

  function summaryOf(page: PageRow): PageSummary {
    const rows = selectHeadings.all(page.id) as { heading: string; trail: string }[];
    const depths = rows.map((row) => (row.trail === '' ? 0 : row.trail.split(' > ').length));
    const top = Math.max(1, Math.min(...depths.filter((depth) => depth > 0)));
    const headings = rows
      .filter((row, index) => (depths[index] ?? 0) <= top && row.heading !== page.title)
      .map((row) => row.heading);
    return { path: page.path, title: page.title, kind: page.kind, headings: headings.slice(0, maxHeadings) };
  }

  return {
    read(libraryRowId) {
      const pages = (selectPages.all(libraryRowId) as unknown as PageRow[]).sort(
        (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind),
      );
      const first = pages.find((page) => page.kind === 'readme') ?? pages[0];
      return { opening: first === undefined ? [] : openingOf(first), contents: pages.map(summaryOf) };
    },
  };
}

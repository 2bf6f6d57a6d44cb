import type { Listing } from '../sources/source.ts';
import type { Preparation } from './lookup.ts';
import { cleanInline } from './text/clean-text.ts';

/** Renders the project's direct dependencies as a table that reads well in a terminal. */
export function renderListing(listing: Listing): string {
  const notes = listing.notes.map((note) => cleanInline(note));
  if (listing.project === undefined) {
    return [
      'No project is known.',
      ...notes,
      'Start docpin in a folder with a package.json, or name one with --project.',
    ].join('\n');
  }
  if (listing.libraries.length === 0) return [`${listing.project} has no dependencies.`, ...notes].join('\n');
  const rows = listing.libraries.map((library) => [
    cleanInline(library.name, 100),
    cleanInline(library.version ?? `(${library.declared})`, 40),
    library.versionFrom === undefined ? library.origin : `${library.origin} (${library.versionFrom} version)`,
    cleanInline(library.coverage, 160),
  ]);
  return [
    listing.project,
    ...notes,
    '',
    ...renderTable([['library', 'version', 'from', 'docs'], ...rows]),
  ].join('\n');
}

/** Renders what an indexing run did, a line for each library. */
export function renderPreparation({ libraries }: Preparation['facts']): string {
  if (libraries.length === 0) return 'There is nothing to index.';
  const rows = libraries.map(({ name, state, detail }) => [
    cleanInline(name, 100),
    state,
    cleanInline(detail),
  ]);
  return renderTable([['library', 'state', 'docs'], ...rows]).join('\n');
}

/** Columns as wide as their widest cell, two spaces apart. */
function renderTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

import type { Listing } from '../sources/source.ts';
import { cleanInline } from './clean-text.ts';

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
    cleanInline(library.origin, 60),
    cleanInline(library.coverage, 120),
  ]);
  const head = ['library', 'version', 'from', 'docs'];
  const widths = head.map((word, column) =>
    Math.max(word.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [listing.project, ...notes, '', ...lines].join('\n');
}

import { crc32 } from 'node:zlib';
import { DamageFound } from '../../sqlite-file/sqlite-error.ts';

/**
 * A number that stands for what a row holds and is kept in it. SQLite checks how a file is built, not what is in it: of 200
 * damaged files 34 gave other text with `quick_check` = ok (measured). Against damage only; who may write the file may write this.
 */
function checksumOf(values: readonly (string | number)[]): number {
  // As JSON, so that no two rows run together into the same text.
  return crc32(JSON.stringify(values));
}

export interface LibraryRow {
  readonly name: string;
  readonly version: string;
  readonly contentHash: string;
  readonly pages: number;
  readonly sections: number;
  readonly coverage: string;
}

export interface PageRow {
  readonly path: string;
  readonly title: string;
  readonly kind: string;
  /** JSON. */
  readonly headings: string;
  readonly sections: number;
}

export interface SectionRow {
  readonly path: string;
  readonly title: string;
  readonly pageKind: string;
  /** How many sections its page has. */
  readonly pageSections: number;
  readonly ordinal: number;
  readonly line: number;
  readonly kind: string;
  readonly heading: string;
  readonly trail: string;
  readonly body: string;
  readonly tokens: number;
}

/** What a library says of itself, but for the times. */
export function libraryChecksum(row: LibraryRow): number {
  const { name, version, contentHash, pages, sections, coverage } = row;
  return checksumOf([name, version, contentHash, pages, sections, coverage]);
}

/** Which library a place means. */
export function originChecksum(location: string, stamp: string, libraryRowId: number): number {
  return checksumOf([location, stamp, libraryRowId]);
}

/** A page of a library, in its table of contents. */
export function pageChecksum(
  libraryRowId: number,
  { path, title, kind, headings, sections }: PageRow,
): number {
  return checksumOf([libraryRowId, path, title, kind, headings, sections]);
}

/** A section with the page and the library that it belongs to. */
export function sectionChecksum(libraryRowId: number, row: SectionRow): number {
  const { path, title, pageKind, pageSections, ordinal, line, kind, heading, trail, body, tokens } = row;
  return checksumOf([
    libraryRowId,
    path,
    title,
    pageKind,
    pageSections,
    ordinal,
    line,
    kind,
    heading,
    trail,
    body,
    tokens,
  ]);
}

/** Throws unless a row is what was written; the caller then trusts nothing else in the file either. */
export function assertUndamaged(stored: number, expected: number): void {
  if (stored !== expected) throw new DamageFound('A row is not what was written.');
}

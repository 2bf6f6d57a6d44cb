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
  readonly audience: string;
  readonly pages: number;
  readonly sections: number;
  readonly coverage: string;
}

export interface OriginRow {
  readonly location: string;
  readonly audience: string;
  readonly stamp: string;
}

export interface PageRow {
  readonly path: string;
  readonly title: string;
  readonly kind: string;
  /** JSON. */
  readonly headings: string;
  readonly sections: number;
  /** Which one of its library it is, from 0 on. */
  readonly place: number;
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
  const { name, version, contentHash, audience, pages, sections, coverage } = row;
  return checksumOf([name, version, contentHash, audience, pages, sections, coverage]);
}

/** Which library a place means. */
export function originChecksum({ location, audience, stamp }: OriginRow, libraryRowId: number): number {
  return checksumOf([location, audience, stamp, libraryRowId]);
}

/** A page of a library, in its table of contents. */
export function pageChecksum(
  libraryRowId: number,
  { path, title, kind, headings, sections, place }: PageRow,
): number {
  return checksumOf([libraryRowId, path, title, kind, headings, sections, place]);
}

/** A section with the page and the library that it belongs to. Sixty of them are checked for an answer. */
export function sectionChecksum(libraryRowId: number, row: SectionRow): number {
  const { path, title, pageKind, pageSections, ordinal, line, kind, heading, trail, body, tokens } = row;
  const page = [libraryRowId, path, title, pageKind, pageSections];
  // The body apart: turned into JSON it takes three times as long (measured).
  return crc32(body, checksumOf([...page, ordinal, line, kind, heading, trail, body.length, tokens]));
}

/** Throws unless a row is what was written; the caller then trusts nothing else in the file either. */
export function assertUndamaged(stored: number, expected: number): void {
  if (stored !== expected) throw new DamageFound('A row is not what was written.');
}

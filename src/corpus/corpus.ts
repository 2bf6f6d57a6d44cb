import type { PageKind } from '../library.ts';

/** One file of docs, cut into sections in reading order. */
export interface Page {
  /** Relative to the library's root, with forward slashes. */
  readonly path: string;
  readonly title: string;
  readonly kind: PageKind;
  readonly sections: readonly Section[];
}

/** A piece of a page under one heading. */
export interface Section {
  /** 1-based line in the file where it starts. */
  readonly line: number;
  /** Plain text: Markdown and HTML are taken out. */
  readonly heading: string;
  /** The headings above this one, outermost first, joined by " > "; empty at the top. */
  readonly trail: string;
  /** Markdown, without its own heading line. */
  readonly body: string;
  /** Estimated tokens of the body. */
  readonly tokens: number;
  /** `code` where the body holds a fence or a signature. */
  readonly kind: 'code' | 'info';
}

/** What a library version holds, in counts; kept beside it and shown in listings. */
export interface Coverage {
  readonly guides: number;
  readonly apiEntries: number;
  readonly readmeBytes: number;
  readonly agentGuides: number;
  readonly changelogs: number;
  /** Files that were passed over, and why; at most 20 are kept. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}

/** A library version in the corpus. One content hash is one row: a patched copy is another library. */
export interface IndexedLibrary {
  readonly rowId: number;
  readonly name: string;
  readonly version: string;
  readonly contentHash: string;
  readonly pages: number;
  readonly sections: number;
  readonly coverage: Coverage;
}

export interface SearchOptions {
  readonly mode: 'all' | 'code' | 'info';
  /** Sections at the most, after joining neighbours. */
  readonly limit: number;
}

/** A section, or joined neighbours of one page, that matched. */
export interface FoundSection {
  /** Row ids of the sections that it is made of, in reading order; the first one identifies it. */
  readonly sectionIds: readonly number[];
  readonly path: string;
  readonly pageKind: PageKind;
  readonly line: number;
  readonly heading: string;
  readonly trail: string;
  readonly body: string;
  readonly tokens: number;
  readonly kind: 'code' | 'info';
  readonly score: number;
}

/** What an overview is made from. */
export interface Overview {
  /** The opening sections of the README (or of the first guide), and its install and usage sections. */
  readonly opening: readonly FoundSection[];
  /** Every page with its top headings, guides first. */
  readonly contents: readonly PageSummary[];
}

export interface PageSummary {
  readonly path: string;
  readonly title: string;
  readonly kind: PageKind;
  readonly headings: readonly string[];
}

/** The read side. Synchronous: SQLite answers in milliseconds, and no other work could start in between. */
export interface CorpusReader {
  /** The library that the files at this location hashed to, if they were read in their present state. */
  findByOrigin(location: string, stamp: string): IndexedLibrary | undefined;
  /** The state in which this location was read last, where what was read is still here and `findByOrigin` would find it. */
  stampOf(location: string): string | undefined;
  /**
   * Sections that answer a query, best first; empty when no term matches, whatever the text. Throws `index-changed` when the
   * library is not there any longer: evicted by another process, or set aside with a damaged file. Who finds it again, or has
   * it read again, goes on.
   */
  search(libraryRowId: number, query: string, options: SearchOptions): readonly FoundSection[];
  /** What it is and holds; throws as `search` does. */
  overview(libraryRowId: number): Overview;
  /** Whether another holder has a lease on this, as far as can be told without waiting for a lock. */
  isLeased(key: string, holder: string): boolean;
  close(): void;
}

/** The write side, used by the indexing child alone. */
export interface CorpusWriter {
  /** The row of exactly this content, if it is there already. */
  findByContent(name: string, version: string, contentHash: string): number | undefined;
  /**
   * Adds a library whole, unless exactly this content is there, and points its place at it, in one transaction, or leaves the
   * corpus as it was. Returns its row id. What the place pointed at before goes when no other place points there; where the
   * corpus is over its cap, libraries that were not used for long go too.
   */
  add(library: NewLibrary, options?: AddOptions): number;
  /** What was read at a place in this state; undefined where that was not done yet. */
  findByOrigin(location: string, stamp: string): ReadBefore | undefined;
  readonly leases: Leases;
  /** Lets go of the leases that were taken here. */
  close(): void;
}

/**
 * Leases tell processes who does a piece of work, so that it is done once. They last ten seconds, unless they are renewed. All
 * of them are an optimisation: where one of these throws (locked, full disk), the work is done without.
 */
export interface Leases {
  /** Takes a lease that nobody else has; says whether it is the holder's now. */
  take(key: string, holder: string): boolean;
  /** The same for a lease that is one's own, without waiting for a lock. */
  renew(key: string, holder: string): boolean;
}

export interface ReadBefore {
  readonly contentHash: string;
  readonly skipped: Coverage['skipped'];
}

export interface AddOptions {
  /** Where it was found, and in which state. */
  readonly origin?: { readonly location: string; readonly stamp: string };
  /** No library goes that a location points at which starts with this. */
  readonly keepUnder?: string | undefined;
}

export interface NewLibrary {
  readonly name: string;
  readonly version: string;
  readonly contentHash: string;
  readonly pages: readonly Page[];
  readonly coverage: Coverage;
}

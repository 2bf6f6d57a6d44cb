import type { CallContext } from '../call.ts';
import type { DocpinError } from '../errors.ts';
import type { LibraryId, LibraryName } from '../library.ts';

/**
 * Something that answers: it finds libraries and gives ranked snippets of their docs. `indexed` covers every origin through
 * the corpus; each hosted API is a source of its own. To add one: a folder here, a line in `compose/`, and
 * `test/contracts/source-contract.ts` run against it.
 *
 * Every method rejects with a `DocpinError` and nothing else, stops soon after `call.signal` aborts (code `cancelled`), and
 * never lets text from outside into an error message unchecked.
 */
export interface Source {
  readonly name: SourceName;
  /** Whether ids of this form are answered here. */
  owns(library: LibraryId): boolean;
  /**
   * The library that exactly this name (and version, if given) means here, with the version that would be served where it is
   * known. Undefined when there is none: a likeness is never taken for a match. A name that exists, but not in the asked
   * version, rejects with `version-not-found`.
   */
  identify(name: LibraryName, call: CallContext): Promise<LibraryId | undefined>;
  /**
   * The same for what the project does not have, where this source knows it by its very name: asked after every source's
   * `identify`, so that a stranger's package never comes before what is really meant.
   */
  identifyElsewhere?(name: LibraryName, call: CallContext): Promise<LibraryId | undefined>;
  /**
   * What an answer from another source must say, because this one could not decide: that no project is known, mostly. One
   * sentence each.
   */
  caveats?(call: CallContext): Promise<readonly string[]>;
  /** Candidates for a name or description, best first, at most 10. Empty when nothing is like it. */
  resolve(request: ResolveRequest, call: CallContext): Promise<readonly Candidate[]>;
  /**
   * The same for what the project does not have and this source knows by its very name. A call of its own, so that its failure
   * takes nothing from what the project has. Rejects with `library-not-found` or `offline` where it was not asked on purpose.
   */
  resolveElsewhere?(request: ResolveRequest, call: CallContext): Promise<readonly Candidate[]>;
  /** Snippets for a query, best first, or an overview where there is no query. */
  answer(request: AnswerRequest, call: CallContext): Promise<SourceAnswer>;
  /**
   * What this source has of a library that another source knows and has hardly any docs of. Undefined where nothing here bears
   * that very name.
   */
  supplement?(
    lacked: LackedLibrary,
    request: Omit<AnswerRequest, 'library'>,
    call: CallContext,
  ): Promise<SourceAnswer | undefined>;
  /** How many libraries can be answered about now without asking anybody: installed ones, ones with copies in the cache. */
  readyLibraries?(call: CallContext): Promise<number>;
  /** Makes a library ready, so that the first answer need not wait. Only the indexed source has something to make ready. */
  prepare?(library: LibraryId, call: CallContext): Promise<Prepared>;
  /** The libraries that the project uses directly. Only the indexed source has projects. */
  list?(call: CallContext): Promise<Listing>;
  close(): Promise<void>;
}

export type SourceName = 'indexed' | 'context7' | 'context-repo';

export interface ResolveRequest {
  readonly name: string;
  /** What the library is wanted for, to rank by. */
  readonly query?: string;
}

export interface Candidate {
  /** A printed library id that `get-docs` takes. */
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  /** How it was found, strongest first: a dependency of the project, the very name, a likeness (typo, part), a search hit. */
  readonly match: 'dependency' | 'exact' | 'similar' | 'search';
  /** Why it is listed, in a few words: "dependency of this project", "name differs in one letter". */
  readonly why: string;
  /** Versions that can be served, newest first, at most 10; empty when unknown. */
  readonly versions: readonly string[];
  /** What there is to read: "41 guides", "README only, 4 KB", "312 snippets". */
  readonly coverage?: string;
  /** 0..1, comparable within one source only. */
  readonly popularity?: number;
  /** Where it is told from an old copy. */
  readonly freshness?: Freshness;
}

export interface AnswerRequest {
  readonly library: LibraryId;
  /** Undefined asks for an overview. */
  readonly query?: string;
  readonly mode: 'all' | 'code' | 'info';
  /** 1..10. Together with `tokens` it tells how much is needed: at least `page * tokens` tokens, where there are that many. */
  readonly page: number;
  readonly tokens: number;
}

export interface Snippet {
  /** Stable across calls and unique within the answer's library. */
  readonly id: string;
  readonly kind: 'code' | 'info';
  /** The heading trail, outermost first, joined by " > ". */
  readonly title: string;
  /** Where it stands: a path with a line (`node_modules/zod/README.md:12`) or a URL. */
  readonly location: string;
  /** Markdown as the library has it; not yet cleaned. */
  readonly text: string;
  /** Estimated tokens of `text`. */
  readonly tokens: number;
  /**
   * The upstream page that it came from, or the part of an answer that stops early, counted from 0. Answer pages never mix batches, so that a page stays the same when
   * further batches are fetched for a later page.
   */
  readonly batch: number;
  /** Whose it is, where an answer has snippets of several sources. */
  readonly from?: string;
}

export interface SourceAnswer {
  /** The printed id of what was served, with its version where that is known. */
  readonly id: string;
  /** Where it came from, for the first line: "installed in this project", "Context7". */
  readonly origin: string;
  /** Facts about the library that the first lines must carry, one sentence each. */
  readonly notes: readonly string[];
  /** Best first. */
  readonly snippets: readonly Snippet[];
  /** Whether the source has more snippets behind the ones given. */
  readonly hasMore: boolean;
  readonly freshness: Freshness;
  /** Set where there is hardly anything to read (a README at most) and other sources may be asked for the library by its name. */
  readonly lacks?: LackedLibrary;
  /** Why there are no snippets, where that is not the query's fault. */
  readonly emptyBecause?: DocpinError;
}

/** A library by the name and version that it has in the npm registry. */
export interface LackedLibrary {
  readonly name: string;
  readonly version: string;
}

export interface Freshness {
  readonly state: 'live' | 'cached' | 'stale';
  /** Age of the copy in milliseconds; 0 when live. */
  readonly ageMs: number;
  /** Why a stale copy was served. */
  readonly reason?: string;
}

export interface Prepared {
  /** The printed id with its version. */
  readonly id: string;
  /** What there is to read: "41 guides, 312 API entries". */
  readonly coverage: string;
  /** False where it was ready before. */
  readonly isNew: boolean;
}

export interface Listing {
  /** The folder of the project, or undefined when none is known (then `libraries` is empty). */
  readonly project: string | undefined;
  /** One sentence each on what could not be read. */
  readonly notes: readonly string[];
  readonly libraries: readonly ListedLibrary[];
}

export interface ListedLibrary {
  readonly name: string;
  /** Version in use: the installed one, else the one that the lockfile pins; undefined where neither has it. */
  readonly version: string | undefined;
  /** Set where the version is not that of an installed package. */
  readonly versionFrom?: 'lockfile';
  /** The range that the project declares. */
  readonly declared: string;
  /** Where its docs are read: from the package that is installed, or from the registry when it is asked for; or that they are not. */
  readonly origin: 'installed' | 'registry' | 'not installed' | 'not readable';
  readonly coverage: string;
}

import type { CallContext } from '../call.ts';
import type { DocpinError } from '../errors.ts';
import type { PageKind } from '../library.ts';
import type { EntryPoints } from './entry-points.ts';

/**
 * A place that has a library's files at a version: the installed package, a registry tarball, a repository tag, a folder.
 * To add one: a folder here, a line in `compose/` and one in `index-child.ts`, and `test/contracts/origin-contract.ts` run
 * against it.
 *
 * Nothing of a package is ever run or loaded as code. Every method rejects with a `DocpinError` and nothing else.
 */
export interface Origin {
  readonly name: OriginName;
  /** Where the library can be read, nearest to the project first; empty when this origin does not have it. */
  locate(wanted: Wanted, project: Project | undefined, signal: AbortSignal): Promise<readonly Located[]>;
  /** Names of libraries that are there for the project without being its direct dependencies; bounded, in no order. */
  present?(project: Project, signal: AbortSignal): Promise<readonly string[]>;
  /** The files of docs but for type declarations, without reading them: quick enough for a listing of many libraries. */
  survey(located: Located, signal: AbortSignal): Promise<Survey>;
  /**
   * Reads the files of docs one by one, in the order of their paths, and after them the type declarations, what
   * the bare name of the library means first. A file that cannot be read (binary, over the size cap, outside the package) is
   * passed to `onSkipped` instead of being given.
   */
  open(located: Located, signal: AbortSignal, hooks: OpenHooks): AsyncIterable<DocsFile>;
  /** Why `locate` found nothing, as an error to show; undefined when it does find it, or when there is nothing to say. */
  explain?(
    wanted: Wanted,
    project: Project | undefined,
    signal: AbortSignal,
  ): Promise<DocpinError | undefined>;
  /** What `locate` would do, told without the network. */
  foresee?(wanted: Wanted, project: Project | undefined, signal: AbortSignal): Promise<Outlook>;
  /** What is known of a library that was just located, beyond its files. */
  describe?(located: Located, signal: AbortSignal): Promise<OriginFacts | undefined>;
  /**
   * Brings the files to this machine, each time anew, and says where they are: what it returns is what another process can
   * `survey` and `open` without the network. Both do it by themselves where this process calls them.
   */
  prepare?(located: Located, signal: AbortSignal): Promise<Located>;
  /** Lets go of what `prepare` returned, once for each time; called when the library was read into the corpus, or could not be. */
  release?(located: Located): Promise<void>;
}

export interface OpenHooks {
  /** Told of each file that is left out. */
  readonly onSkipped: (file: SkippedFile) => void;
  /** Told before the first file how many come; one that then cannot be read is counted too. */
  readonly onExpected?: (files: number) => void;
}

export type OriginName = 'installed' | 'tarball';

export interface Outlook {
  /** Why the place would not be asked for the library. */
  readonly refusal?: DocpinError;
  /** What was read before, so that nobody has to be asked. */
  readonly remembered?: Located;
}

/** The state in which a location was read last (`Located.stamp`), where what was read is still there. Never rejects. */
export type StampOf = (location: string) => Promise<string | undefined>;

/** What an origin knows of a library beyond its files: for the first lines of an answer, and for listings. */
export interface OriginFacts {
  /** Host of the registry. */
  readonly place: string;
  /** Whether the project declares it. Invented package names get registered by attackers. */
  readonly isDependency: boolean;
  readonly isDeprecated: boolean;
  /** Epoch milliseconds, where the registry says it. */
  readonly firstPublishedMs?: number;
  /** How often it is downloaded, where the registry counts that. */
  readonly downloads?: Downloads;
  /** Versions that tags name (`latest`, `next`), newest first; at most 10, `latest` always among them. */
  readonly taggedVersions: readonly string[];
}

export interface Downloads {
  readonly count: number;
  readonly per: 'month' | 'week';
}

export interface Wanted {
  readonly name: string;
  /** Exact version, range or tag; undefined for the one in use. */
  readonly version?: string;
}

/** A library found at a version. Plain data: it travels to the indexing child as it is. */
export interface Located {
  readonly origin: OriginName;
  readonly name: string;
  readonly version: string;
  /** Identifies the place: `installed:<real path of the package folder>`, `tarball:<registry> <name>@<version>`. */
  readonly location: string;
  /** Changes whenever the files there may have changed; of a tarball, the hash of its bytes. */
  readonly stamp: string;
  /** Real path of the folder that holds the files; of a tarball that is prepared, its file. */
  readonly root: string;
  /** How the answer names the place of a file: shown path = `shownRoot` + "/" + path. */
  readonly shownRoot: string;
  /** The `@types` package that stands in for declarations that the library does not ship, where there is one. */
  readonly types?: Pick<Located, 'name' | 'version' | 'stamp' | 'root'>;
  /** The name that the project calls it by, where that is an alias (`"zod3": "npm:zod@3"`). */
  readonly alias?: string;
  readonly about?: About;
}

/** What a package says of itself. Text from outside: shown as such, never in an error. */
export interface About {
  readonly description?: string;
  readonly keywords: readonly string[];
  readonly entryPoints: EntryPoints;
}

export interface Survey {
  readonly files: readonly SurveyedFile[];
  /** Whether there are type declarations beside these files. Which ones shows only when they are read, so none is listed. */
  readonly hasTypes?: boolean;
  readonly skipped: readonly SkippedFile[];
}

export interface SurveyedFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly kind: PageKind;
  readonly bytes: number;
}

export interface DocsFile {
  readonly path: string;
  readonly kind: PageKind;
  readonly bytes: Uint8Array;
}

export interface SkippedFile {
  readonly path: string;
  readonly why: string;
}

/**
 * The project of a call, or undefined where none is known. Rejects with `bad-input` when a folder that was named on purpose
 * (by the call or by configuration) is no project.
 */
export type FindProject = (call: CallContext) => Promise<Project | undefined>;

/** A project: the folder whose dependencies decide which version is meant. */
export interface Project {
  /** Absolute path of the nearest folder with a package.json. */
  readonly folder: string;
  /** The workspace root that the folder belongs to; the folder itself where there is no workspace. */
  readonly workspaceRoot: string;
  /** Every package folder of the workspace, the nearest to `folder` first; `folder` itself is the first. */
  readonly packageFolders: readonly string[];
  /** Direct dependencies of `folder` (of every workspace package when `folder` is the workspace root), by name. */
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** One sentence each on what could not be read. */
  readonly notes: readonly string[];
  /** Whether it may declare dependencies that could not be read, so that one that is missing above says nothing. */
  readonly lacksDependencies?: boolean;
}

export interface Dependency {
  readonly name: string;
  /** As declared: a range, a tag, `workspace:*`, `file:...`. */
  readonly declared: string;
  readonly dev: boolean;
}

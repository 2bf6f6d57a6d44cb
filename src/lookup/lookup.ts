import type { CallContext } from '../call.ts';
import type { LibraryId } from '../library.ts';
import type { Log } from '../log.ts';
import type { Candidate, Freshness, Listing, ResolveRequest, Source } from '../sources/source.ts';
import { answerQuery } from './answer-query.ts';
import { prepareLibraries } from './prepare-libraries.ts';
import { renderListing, renderPreparation } from './render-listing.ts';
import { renderResolution } from './render-resolution.ts';
import { resolveLibrary } from './resolve-library.ts';
import { tellWhatIsLeft } from './tell-what-is-left.ts';
import type { CountTokens } from './text/cut-text.ts';
import { withinDeadline } from './within-deadline.ts';

export type { CallContext } from '../call.ts';
export type { ResolveRequest } from '../sources/source.ts';

/** The use cases of docpin. Every method rejects with a `DocpinError` and nothing else. */
export interface Lookup {
  /** Finds which library is meant. */
  resolve(request: ResolveRequest, call: CallContext): Promise<Resolution>;
  /** Answers a query from a library's docs, or gives an overview. */
  answer(request: DocsRequest, call: CallContext): Promise<Answer>;
  /** Indexes libraries ahead of the first question; every direct dependency when none is named. */
  prepare(names: readonly string[], call: CallContext): Promise<Preparation>;
  /** Lists the direct dependencies of the project and what docs there are. */
  list(call: CallContext): Promise<ListedProject>;
}

export interface DocsRequest {
  /** A library id, or a name with optional `@version`. */
  readonly library: string;
  /** Left out for an overview. */
  readonly query?: string;
  readonly mode: 'all' | 'code' | 'info';
  /** 1..10. */
  readonly page: number;
  /** Budget of the whole text, 500..20,000. */
  readonly tokens: number;
}

/** A text for a reader, and the same in data for a program. */
export interface Answer {
  readonly text: string;
  readonly facts: AnswerFacts;
}

export interface AnswerFacts {
  /** Printed id with the version that was served. */
  readonly library: string;
  readonly origin: string;
  readonly notes: readonly string[];
  readonly freshness: Freshness;
  readonly page: number;
  readonly pages: number;
  /** Whether the source has more behind the pages that are known. */
  readonly morePages: boolean;
  /** Sections that matched, on all pages. */
  readonly sections: number;
  /** Estimated tokens of the text. */
  readonly tokens: number;
  readonly snippets: readonly AnsweredSnippet[];
}

/** A snippet as it was shown: cleaned, and cut where it is larger than a page. */
export interface AnsweredSnippet {
  readonly title: string;
  readonly location: string;
  readonly kind: 'code' | 'info';
  readonly text: string;
}

export interface Resolution {
  readonly text: string;
  readonly facts: { readonly candidates: readonly Candidate[]; readonly failures: readonly string[] };
}

export interface Preparation {
  readonly text: string;
  readonly facts: { readonly libraries: readonly PreparedLibrary[] };
}

export interface PreparedLibrary {
  readonly name: string;
  readonly state: 'indexed' | 'ready' | 'nothing to do' | 'failed';
  /** What there is to read, or why it failed. */
  readonly detail: string;
}

export interface ListedProject {
  readonly text: string;
  readonly facts: Listing;
}

export interface LookupOptions {
  /** In the order in which they are asked for a plain name. */
  readonly sources: readonly Source[];
  /** For each kind of id that no source answers now: how to turn one on. */
  readonly offHints: Readonly<Partial<Record<LibraryId['kind'], string>>>;
  readonly countTokens: CountTokens;
  readonly log: Log;
}

/** Creates the use cases over the sources that are on. */
export function createLookup(options: LookupOptions): Lookup {
  return {
    async resolve(request, call) {
      const facts = await tellWhatIsLeft(options, call, () =>
        withinDeadline(call, (limited) => resolveLibrary(options, request, limited)),
      );
      return { text: renderResolution(request, facts), facts };
    },
    answer: (request, call) =>
      tellWhatIsLeft(options, call, () =>
        withinDeadline(call, (limited) => answerQuery(options, request, limited)),
      ),
    async prepare(names, call) {
      const facts = await prepareLibraries(options, names, call);
      return { text: renderPreparation(facts), facts };
    },
    async list(call) {
      const lister = options.sources.find((source) => source.list !== undefined);
      const facts = (await lister?.list?.(call)) ?? {
        project: undefined,
        notes: ['The indexed source is off.'],
        libraries: [],
      };
      return { text: renderListing(facts), facts };
    },
  };
}

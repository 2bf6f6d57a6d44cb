import * as z from 'zod';
import type { LibraryId } from '../../../library.ts';

export type Context7Id = Extract<LibraryId, { readonly kind: 'context7' }>;
export type Generation = 'context' | 'docs';

/** What may be asked of one page: both kinds of snippets at once, where the generation can do that, or one of them. */
export type PageKinds = 'all' | 'code' | 'info';

/** One generation of the Context7 API. Nothing is cached here. Every method rejects with a `DocpinError`. */
export interface Context7Api {
  readonly generation: Generation;
  /** How many pages a query has at most. */
  readonly maxPages: number;
  /** The requests that one page takes in this generation. */
  kindsFor(mode: PageKinds): readonly PageKinds[];
  /** Libraries for a name, as ranked by Context7; empty when there are none. */
  search(request: SearchRequest, signal: AbortSignal): Promise<readonly FoundLibrary[]>;
  /** One page of snippets, best first; no snippets when nothing matched. */
  readPage(request: PageRequest, signal: AbortSignal): Promise<DocsPage>;
}

export interface SearchRequest {
  readonly name: string;
  readonly query: string | undefined;
}

export interface PageRequest {
  readonly library: Context7Id;
  /** Undefined asks for an overview. */
  readonly topic: string | undefined;
  readonly kinds: PageKinds;
  /** Counted from 1. */
  readonly page: number;
}

/** A library as we keep it: ids parse, texts are short and of one line, versions are plain tags. */
export const foundLibrary = z.object({
  owner: z.string(),
  repo: z.string(),
  title: z.string(),
  description: z.string().optional(),
  isReady: z.boolean(),
  snippets: z.number().optional(),
  trustScore: z.number().optional(),
  versions: z.array(z.string()).readonly(),
});
export type FoundLibrary = z.infer<typeof foundLibrary>;

const pageSnippet = z.object({
  id: z.string(),
  kind: z.enum(['code', 'info']),
  title: z.string(),
  location: z.string(),
  text: z.string(),
  tokens: z.number(),
});
export type PageSnippet = z.infer<typeof pageSnippet>;

/** A page of docs as we keep it. `owner` and `repo` are of the library that was served, which a redirect may have changed. */
export const docsPage = z.object({
  owner: z.string(),
  repo: z.string(),
  snippets: z.array(pageSnippet).readonly(),
  hasNext: z.boolean(),
});
export type DocsPage = z.infer<typeof docsPage>;

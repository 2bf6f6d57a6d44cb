import * as z from 'zod';
import type { Cache, CacheAnswer, FreshnessPolicy } from '../../cache/cache.ts';
import { printLibrary } from '../../library.ts';
import type { QuotaFacts } from '../quota/quota-facts.ts';
import {
  type Context7Api,
  type DocsPage,
  docsPage,
  type FoundLibrary,
  foundLibrary,
  type PageRequest,
  type SearchRequest,
} from './client/api.ts';
import { readKeepingRefusals } from './keep-refusals.ts';

export interface CachedApiOptions {
  readonly cache: Cache;
  readonly baseUrl: string;
  readonly credentialId: string;
  readonly quota: Pick<QuotaFacts, 'mayRefresh'>;
}

/** A generation of the API behind the cache. */
export interface CachedApi extends Pick<Context7Api, 'generation' | 'maxPages' | 'kindsFor'> {
  search(request: SearchRequest, signal: AbortSignal): Promise<CacheAnswer<readonly FoundLibrary[]>>;
  readPage(request: PageRequest, signal: AbortSignal): Promise<CacheAnswer<DocsPage>>;
}

const hourMs = 3_600_000;
const emptyMs = 5 * 60_000;
/** How long copies may be served while Context7 does not answer. */
const staleMs = 7 * 24 * hourMs;
const searchPolicy: FreshnessPolicy = { freshMs: 6 * hourMs, emptyMs, staleMs };
const docsPolicy: FreshnessPolicy = { freshMs: 24 * hourMs, emptyMs, staleMs };
/** To be raised when the stored shapes change. */
const shapeVersion = 2;

const foundLibraries = z.array(foundLibrary).readonly();

/** Puts the cache before a generation of the API. A copy belongs to the base URL and the credential that it was got with. */
export function createCachedApi(api: Context7Api, options: CachedApiOptions): CachedApi {
  const place = {
    source: 'context7',
    generation: `${api.generation}-${shapeVersion}`,
    baseUrl: options.baseUrl,
    credentialId: options.credentialId,
  };

  const mayRefresh = () => options.quota.mayRefresh(options.credentialId);

  return {
    generation: api.generation,
    maxPages: api.maxPages,
    kindsFor: api.kindsFor,
    search: (request, signal) =>
      options.cache.read({
        key: { ...place, request: ['search', request.name, request.query] },
        label: `search ${request.name}${quoted(request.query)}`,
        policy: searchPolicy,
        parse: (stored) => foundLibraries.parse(stored),
        mayRefresh,
        async fetch(flightSignal) {
          const value = await api.search(request, flightSignal);
          return { value, isEmpty: value.length === 0 };
        },
        signal,
      }),
    readPage: (request, signal) =>
      readKeepingRefusals(options.cache, {
        key: {
          ...place,
          request: ['docs', ...libraryParts(request), request.topic, request.kinds, request.page],
        },
        label: labelOfPage(request),
        library: printLibrary(request.library),
        policy: docsPolicy,
        parse: (stored) => docsPage.parse(stored),
        mayRefresh,
        async fetch(flightSignal) {
          const value = await api.readPage(request, flightSignal);
          return { value, isEmpty: value.snippets.length === 0 };
        },
        signal,
      }),
  };
}

/** Owners and repositories are one in any case (upper or lower), versions are not. */
function libraryParts({ library }: PageRequest): (string | undefined)[] {
  return [library.owner.toLowerCase(), library.repo.toLowerCase(), library.version];
}

function labelOfPage({ library, topic, kinds, page }: PageRequest): string {
  const part = `${kinds === 'all' ? '' : ` ${kinds}`}${page === 1 ? '' : ` page ${page}`}`;
  return `${printLibrary(library)}${quoted(topic)}${part}`;
}

function quoted(query: string | undefined): string {
  return query === undefined ? '' : ` "${query}"`;
}

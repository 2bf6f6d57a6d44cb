import * as z from 'zod';
import type { Cache, CacheAnswer, FreshnessPolicy } from '../../cache/cache.ts';
import type { CallContext } from '../../call.ts';
import type { Parameters } from './client/create-ask.ts';
import type { ContextRepoClient } from './client/create-client.ts';
import type { AnswerOf, OperationName } from './client/operations.ts';
import {
  type WireChunk,
  type WireCollection,
  type WireDocument,
  type WireHit,
  type WireItem,
  type WireNeighbour,
  type WireSearch,
  wireChunk,
  wireCollection,
  wireDocument,
  wireHits,
  wireItem,
  wireNeighbours,
  wireSearch,
} from './client/wire.ts';

export interface CachedReadsOptions {
  readonly client: ContextRepoClient;
  readonly cache: Cache;
  readonly baseUrl: string;
  /** Whether copies may rest on a disk. */
  readonly keepsOnDisk: boolean;
}

/** The chunks that a search is limited to; all documents where neither is named. */
export interface SearchScope {
  readonly documentId?: string;
  readonly collectionId?: string;
}

/** One page of a list. */
export interface ListPage<T> {
  readonly rows: readonly T[];
  /** Undefined on the last page. */
  readonly cursor?: string | undefined;
}

/** What the source reads of Context Repo, behind the cache. A copy belongs to the credential that it was got with. */
export interface CachedReads {
  /** A document with its content. */
  document(id: string, call: CallContext): Promise<CacheAnswer<WireDocument>>;
  /** A document without its content: its title, state and revision. */
  documentHead(id: string, call: CallContext): Promise<CacheAnswer<WireDocument>>;
  documents(cursor: string | undefined, call: CallContext): Promise<CacheAnswer<ListPage<WireDocument>>>;
  collection(id: string, call: CallContext): Promise<CacheAnswer<WireCollection>>;
  collections(cursor: string | undefined, call: CallContext): Promise<CacheAnswer<ListPage<WireCollection>>>;
  items(
    collectionId: string,
    cursor: string | undefined,
    call: CallContext,
  ): Promise<CacheAnswer<ListPage<WireItem>>>;
  /** Documents and collections for some words, by their meaning or by their letters. */
  search(words: string, by: 'meaning' | 'letters', call: CallContext): Promise<CacheAnswer<WireSearch>>;
  /** Chunks that are like a query, best first. */
  hits(
    query: string,
    scope: SearchScope,
    limit: number | undefined,
    call: CallContext,
  ): Promise<CacheAnswer<{ readonly results: readonly WireHit[] }>>;
  chunk(id: string, call: CallContext): Promise<CacheAnswer<WireChunk>>;
  /** The first chunks right below a chunk, in reading order: at most `maxNeighbours`. */
  children(id: string, call: CallContext): Promise<CacheAnswer<Neighbours>>;
  /** Those that follow a chunk, in the same way. */
  following(id: string, call: CallContext): Promise<CacheAnswer<Neighbours>>;
}

export interface Neighbours {
  readonly chunks: readonly WireNeighbour[];
}

const minuteMs = 60_000;
const policy: FreshnessPolicy = { freshMs: 5 * minuteMs, emptyMs: minuteMs, staleMs: 60 * minuteMs };
/** To be raised when the stored shapes change. */
const shapeVersion = 1;
/** The most that lists give at once. */
const pageLimit = 100;
/** The most that are got at once. */
export const maxNeighbours = 50;

/** Puts the cache before the client. */
export function createCachedReads({ client, cache, baseUrl, keepsOnDisk }: CachedReadsOptions): CachedReads {
  async function read<Name extends OperationName, T>(
    operation: Name,
    parameters: Parameters,
    kept: Kept<AnswerOf<Name>, T>,
    call: CallContext,
  ): Promise<CacheAnswer<T>> {
    const { name, shape, keep, isEmpty = () => false } = kept;
    const fetch = async (signal: AbortSignal) => {
      const value = keep(await client.run(operation, parameters, { ...call, signal }));
      return { value, isEmpty: isEmpty(value) };
    };
    const credential = client.credentialOf(call);
    // Nobody's answer is kept: there is none, as the client says.
    if (credential === undefined)
      return { ...(await fetch(call.signal)), askedAtMs: 0, freshness: { state: 'live', ageMs: 0 } };
    const { id, query = {}, body = {} } = parameters;
    return cache.read({
      key: {
        source: 'context-repo',
        generation: `v1-${shapeVersion}`,
        baseUrl,
        credentialId: credential.id,
        request: [await client.epochOf(credential), name, operation, id, sorted(query), sorted(body)],
      },
      label: `${operation}${id === undefined ? '' : ` ${id}`}`,
      policy: { ...policy, staleOnlyOnFailure: true, isPrivate: !keepsOnDisk },
      parse: (stored) => shape.parse(stored),
      fetch,
      signal: call.signal,
    });
  }

  /** Keeps an answer as it is. */
  function whole<T>(shape: z.ZodType<T>, isEmpty?: (value: T) => boolean): Kept<T, T> {
    return { name: 'whole', shape, keep: (answer) => answer, ...(isEmpty === undefined ? {} : { isEmpty }) };
  }

  function pageOf<T>(row: z.ZodType<T>): Kept<ListPage<T>, ListPage<T>> {
    const shape = z.object({ rows: z.array(row), cursor: z.string().optional() });
    return whole<ListPage<T>>(shape, ({ rows }) => rows.length === 0);
  }

  const listQuery = (cursor: string | undefined) => ({ query: { limit: pageLimit, cursor } });
  const head: Kept<WireDocument, WireDocument> = {
    name: 'head',
    shape: wireDocument,
    keep: ({ content: _content, ...rest }) => rest,
  };

  const expand = (chunkId: string, direction: 'down' | 'next', call: CallContext) =>
    read('deep_expand', { body: { chunkId, direction, count: maxNeighbours } }, whole(wireNeighbours), call);

  return {
    document: (id, call) => read('get_document', { id }, whole(wireDocument), call),
    documentHead: (id, call) => read('get_document', { id }, head, call),
    documents: (cursor, call) => read('list_documents', listQuery(cursor), pageOf(wireDocument), call),
    collection: (id, call) => read('get_collection', { id }, whole(wireCollection), call),
    collections: (cursor, call) => read('list_collections', listQuery(cursor), pageOf(wireCollection), call),
    items: (id, cursor, call) =>
      read('list_collection_items', { id, ...listQuery(cursor) }, pageOf(wireItem), call),
    search: (words, by, call) =>
      read(
        'find_items',
        { query: { q: words, type: 'all', semantic: by === 'meaning' } },
        whole(wireSearch, ({ documents, collections }) => documents.length + collections.length === 0),
        call,
      ),
    hits: (query, scope, limit, call) =>
      read(
        'deep_search',
        { body: { query, limit, ...scope } },
        whole(wireHits, ({ results }) => results.length === 0),
        call,
      ),
    chunk: (id, call) => read('deep_read', { id }, whole(wireChunk), call),
    children: (id, call) => expand(id, 'down', call),
    following: (id, call) => expand(id, 'next', call),
  };
}

/** What is kept of an answer, and in which form. */
interface Kept<Answer, T> {
  /** Tells two forms of one answer apart. */
  readonly name: string;
  readonly shape: z.ZodType<T>;
  readonly keep: (answer: Answer) => T;
  readonly isEmpty?: (value: T) => boolean;
}

/** The same for the same values, in whatever order they were written. */
function sorted(values: object): string {
  return JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

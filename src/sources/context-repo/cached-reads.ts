import * as z from 'zod';
import type { Cache, CacheAnswer, FreshnessPolicy } from '../../cache/cache.ts';
import type { CallContext } from '../../call.ts';
import type { OperationRequest } from './client/create-ask.ts';
import type { ContextRepoClient } from './client/create-client.ts';
import {
  enveloped,
  listed,
  type WireChunk,
  type WireCollection,
  type WireDocument,
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

export type Hit = z.infer<typeof wireHits>['results'][number];

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
  ): Promise<CacheAnswer<readonly Hit[]>>;
  chunk(id: string, call: CallContext): Promise<CacheAnswer<WireChunk>>;
  /** The chunks right below a chunk, in reading order. */
  children(id: string, call: CallContext): Promise<CacheAnswer<readonly WireNeighbour[]>>;
}

const minuteMs = 60_000;
const policy: FreshnessPolicy = { freshMs: 5 * minuteMs, emptyMs: minuteMs, staleMs: 60 * minuteMs };
/** To be raised when the stored shapes change. */
const shapeVersion = 1;
/** The most that lists give at once. */
const pageLimit = 100;
/** Of a section; more than these are in no section that anybody reads. */
const maxChildren = 50;

/** Puts the cache before the client. */
export function createCachedReads({ client, cache, baseUrl, keepsOnDisk }: CachedReadsOptions): CachedReads {
  async function read<T>(
    request: OperationRequest<T>,
    /** What is kept of the answer, in the form in which it is kept. */
    kept: { readonly name: string; readonly shape: z.ZodType<T>; isEmpty?(value: T): boolean },
    call: CallContext,
  ): Promise<CacheAnswer<T>> {
    const credential = client.credentialOf(call);
    // Nobody's answer is kept: there is none, as the client says.
    if (credential === undefined)
      return { value: await client.run(request, call), freshness: { state: 'live', ageMs: 0 } };
    const { operation, id, query = {}, body = {} } = request;
    return cache.read({
      key: {
        source: 'context-repo',
        generation: `v1-${shapeVersion}`,
        baseUrl,
        credentialId: credential.id,
        request: [client.epochOf(credential), kept.name, operation, id, sorted(query), sorted(body)],
      },
      label: `${operation}${id === undefined ? '' : ` ${id}`}`,
      policy: { ...policy, staleOnlyOnFailure: true, isPrivate: !keepsOnDisk },
      parse: (stored) => kept.shape.parse(stored),
      async fetch(signal) {
        const value = await client.run(request, { ...call, signal });
        return { value, isEmpty: kept.isEmpty?.(value) ?? false };
      },
      signal: call.signal,
    });
  }

  function list<T>(
    operation: OperationRequest<unknown>['operation'],
    row: z.ZodType<T>,
    { id, cursor, call }: { id?: string; cursor: string | undefined; call: CallContext },
  ): Promise<CacheAnswer<ListPage<T>>> {
    return read(
      {
        operation,
        ...(id === undefined ? {} : { id }),
        query: { limit: pageLimit, cursor },
        shape: listed(row),
      },
      {
        name: 'page',
        shape: z.object({ rows: z.array(row), cursor: z.string().optional() }),
        isEmpty: ({ rows }) => rows.length === 0,
      },
      call,
    );
  }

  const head = wireDocument.transform(({ content: _content, ...rest }): WireDocument => rest);

  return {
    document: (id, call) =>
      read(
        { operation: 'get_document', id, shape: enveloped(wireDocument) },
        { name: 'whole', shape: wireDocument },
        call,
      ),
    documentHead: (id, call) =>
      read(
        { operation: 'get_document', id, shape: enveloped(head) },
        { name: 'head', shape: wireDocument },
        call,
      ),
    documents: (cursor, call) => list('list_documents', wireDocument, { cursor, call }),
    collection: (id, call) =>
      read(
        { operation: 'get_collection', id, shape: enveloped(wireCollection) },
        { name: 'whole', shape: wireCollection },
        call,
      ),
    collections: (cursor, call) => list('list_collections', wireCollection, { cursor, call }),
    items: (id, cursor, call) => list('list_collection_items', wireItem, { id, cursor, call }),
    search: (words, by, call) =>
      read(
        {
          operation: 'find_items',
          query: { q: words, type: 'all', semantic: by === 'meaning' },
          shape: enveloped(wireSearch),
        },
        {
          name: 'found',
          shape: wireSearch,
          isEmpty: ({ documents, collections }) => documents.length + collections.length === 0,
        },
        call,
      ),
    async hits(query, scope, limit, call) {
      const answer = await read(
        { operation: 'deep_search', body: { query, limit, ...scope }, shape: enveloped(wireHits) },
        { name: 'hits', shape: wireHits, isEmpty: ({ results }) => results.length === 0 },
        call,
      );
      return { ...answer, value: answer.value.results };
    },
    chunk: (id, call) =>
      read(
        { operation: 'deep_read', id, shape: enveloped(wireChunk) },
        { name: 'whole', shape: wireChunk },
        call,
      ),
    async children(id, call) {
      const answer = await read(
        {
          operation: 'deep_expand',
          body: { chunkId: id, direction: 'down', count: maxChildren },
          shape: enveloped(wireNeighbours),
        },
        { name: 'neighbours', shape: wireNeighbours },
        call,
      );
      return { ...answer, value: answer.value.chunks };
    },
  };
}

/** The same for the same values, in whatever order they were written. */
function sorted(values: object): string {
  return JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

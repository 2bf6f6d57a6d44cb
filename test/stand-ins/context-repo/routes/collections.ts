import type { Answer } from '../../fault-engine/exchange.ts';
import type { StoredCollection } from '../account.ts';
import { data, noContent, refuse } from '../answers.ts';
import { anyText, ids, oneOf, optional, required, text, texts } from '../fields.ts';
import { page, pageFields } from '../pages.ts';
import type { Call, Route } from '../route.ts';
import { hasTags, matches } from './versions.ts';

const read = ['documents.read'] as const;
const write = ['documents.write'] as const;

const shape = {
  description: optional(anyText),
  color: optional(anyText),
  icon: optional(anyText),
  tags: optional(texts),
};
const itemFields = { itemIds: required(ids), itemType: required(oneOf('document', 'prompt')) };

export const collectionRoutes: readonly Route[] = [
  {
    operation: 'list_collections',
    method: 'GET',
    path: '/v1/collections',
    scopes: read,
    family: 'readonly',
    query: { ...pageFields, search: optional(text), tags: optional(text) },
    handle({ account, query }) {
      const rows = [...account.collections.values()].filter(
        (collection) =>
          matches(query.search, collection.name, collection.description) &&
          hasTags(collection.tags, query.tags),
      );
      return page(rows.map(collectionOf), query, `collections ${query.search} ${query.tags}`);
    },
  },
  {
    operation: 'get_collection',
    method: 'GET',
    path: '/v1/collections/{id}',
    scopes: read,
    family: 'readonly',
    handle: (call) => withCollection(call, (collection) => data(collectionOf(collection))),
  },
  {
    operation: 'create_collection',
    method: 'POST',
    path: '/v1/collections',
    scopes: write,
    family: 'api',
    body: { name: required(text), ...shape },
    handle({ account, body }) {
      const collection: StoredCollection = {
        id: account.newId('c'),
        description: '',
        tags: [],
        ...(body as { name: string }),
        items: [],
      };
      account.collections.set(collection.id, collection);
      return data(collectionOf(collection), {}, 201);
    },
  },
  {
    operation: 'update_collection',
    method: 'PATCH',
    path: '/v1/collections/{id}',
    scopes: write,
    family: 'api',
    body: { name: optional(text), ...shape },
    handle: (call) =>
      withCollection(call, (collection) => {
        if (Object.keys(call.body).length === 0) return refuse(400, 'Nothing to update.');
        Object.assign(collection, call.body);
        return data(collectionOf(collection));
      }),
  },
  {
    operation: 'delete_collection',
    method: 'DELETE',
    path: '/v1/collections/{id}',
    scopes: write,
    family: 'api',
    handle: (call) =>
      withCollection(call, (collection) => {
        call.account.collections.delete(collection.id);
        return noContent;
      }),
  },
  {
    operation: 'list_collection_items',
    method: 'GET',
    path: '/v1/collections/{id}/items',
    scopes: read,
    family: 'readonly',
    query: pageFields,
    handle: (call) =>
      withCollection(call, ({ id, items }) => {
        const rows = items.map((item) => ({ ...item, title: titleOf(call, item.itemId) }));
        return page(rows, call.query, `items of ${id}`);
      }),
  },
  {
    operation: 'add_to_collection',
    method: 'POST',
    path: '/v1/collections/{id}/items',
    scopes: write,
    family: 'api',
    body: itemFields,
    handle: (call) =>
      withCollection(call, (collection) => {
        const { itemIds, itemType } = itemsOf(call);
        const known = itemType === 'document' ? call.account.documents : call.account.prompts;
        if (itemIds.some((itemId) => !known.has(itemId))) return refuse(404, 'Item not found.');
        const added = itemIds.filter((itemId) => collection.items.every((item) => item.itemId !== itemId));
        collection.items = [...collection.items, ...added.map((itemId) => ({ itemId, itemType }))];
        return data({ added: added.length, alreadyInCollection: itemIds.length - added.length });
      }),
  },
  {
    operation: 'remove_from_collection',
    method: 'PUT',
    path: '/v1/collections/{id}/items',
    scopes: write,
    family: 'api',
    body: itemFields,
    handle: (call) =>
      withCollection(call, (collection) => {
        const { itemIds } = itemsOf(call);
        const kept = collection.items.filter(({ itemId }) => !itemIds.includes(itemId));
        const removed = collection.items.length - kept.length;
        collection.items = kept;
        return data({ removed });
      }),
  },
];

function withCollection(call: Call, handle: (collection: StoredCollection) => Answer): Answer {
  const collection = call.account.collections.get(call.id);
  return collection === undefined ? refuse(404, 'Collection not found.') : handle(collection);
}

function collectionOf({ items, ...collection }: StoredCollection): object {
  return { ...collection, itemCount: items.length };
}

function titleOf({ account }: Call, itemId: string): string {
  return account.documents.get(itemId)?.title ?? account.prompts.get(itemId)?.title ?? '';
}

function itemsOf({ body }: Call): { itemIds: readonly string[]; itemType: 'document' | 'prompt' } {
  return body as { itemIds: string[]; itemType: 'document' | 'prompt' };
}

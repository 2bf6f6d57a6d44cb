import type { Answer } from '../../fault-engine/exchange.ts';
import type { StoredDocument } from '../account.ts';
import { data, refuse } from '../answers.ts';
import type { Chunk } from '../chunk-tree.ts';
import { mayDo } from '../credentials.ts';
import { id, oneOf, optional, required, text, wholeNumber } from '../fields.ts';
import type { Call, Route } from '../route.ts';
import { hasTags, matches } from './versions.ts';

/** Weaker likenesses are dropped by the server. */
const minScore = 0.35;
const maxHits = 20;

export const searchRoutes: readonly Route[] = [
  {
    operation: 'find_items',
    method: 'GET',
    path: '/v1/search',
    scopes: ['prompts.read', 'documents.read'],
    family: 'readonly',
    query: {
      q: required(text),
      type: optional(oneOf('prompts', 'documents', 'collections', 'all')),
      semantic: optional(oneOf('true', 'false')),
      tags: optional(text),
    },
    handle(call) {
      const { query, caller } = call;
      const isSemantic = query.semantic !== 'false';
      const type = query.type ?? 'all';
      const wants = (kind: string) => type === 'all' || type === kind;
      const seesPrompts = wants('prompts') && mayDo(caller, ['prompts.read']);
      const seesDocuments = mayDo(caller, ['documents.read']);
      return data(
        {
          prompts: seesPrompts ? promptsFor(call, isSemantic) : [],
          documents: seesDocuments && wants('documents') ? documentsFor(call, isSemantic) : [],
          collections: seesDocuments && wants('collections') ? collectionsFor(call, isSemantic) : [],
        },
        { meta: { semantic: isSemantic, query: query.q } },
      );
    },
  },
  {
    operation: 'reason',
    method: 'POST',
    path: '/v1/reason',
    scopes: ['documents.read'],
    family: 'api',
    body: {
      query: required(text),
      limit: optional(wholeNumber(1, 50)),
      documentId: optional(id),
      collectionId: optional(id),
    },
    handle(call) {
      const scoped = documentsInScope(call);
      if (!Array.isArray(scoped)) return scoped;
      const { account, body } = call;
      const hits = rankChunks(
        scoped.flatMap((document) => account.chunksOf(document)),
        String(body.query),
      ).slice(0, Number(body.limit ?? 8));
      const [best] = hits;
      return data({
        answer: best === undefined ? '' : `${best.chunk.content} [[${best.chunk.chunkId}]].`,
        citations: hits.map(({ chunk, score }) => ({
          chunkId: chunk.chunkId,
          documentId: chunk.documentId,
          documentTitle: chunk.documentTitle,
          score,
        })),
        gaps: best === undefined ? ['Nothing was found.'] : [],
        conflicts: [],
        meta: { chunksGathered: hits.length, citationsDropped: 0, latencyMs: 42 },
      });
    },
  },
];

/** The documents that a body names, by themselves and as a collection; all where it names none. A refusal where one is missing. */
export function documentsInScope({ account, body }: Call): StoredDocument[] | Answer {
  const members = account.collections.get(String(body.collectionId))?.items.map(({ itemId }) => itemId);
  if (body.collectionId !== undefined && members === undefined) return refuse(404, 'Collection not found.');
  if (body.documentId !== undefined && !account.documents.has(String(body.documentId)))
    return refuse(404, 'Document not found.');
  return [...account.documents.values()].filter(
    (document) =>
      (members === undefined || members.includes(document.id)) &&
      (body.documentId === undefined || document.id === body.documentId),
  );
}

/** Chunks that are like a query, best first; the share of its words that they hold stands in for a likeness of meaning. */
export function rankChunks(
  chunks: readonly Chunk[],
  query: string,
): readonly { readonly chunk: Chunk; readonly score: number }[] {
  return chunks
    .map((chunk) => ({ chunk, score: likeness(`${chunk.sectionPath} ${chunk.content}`, query) }))
    .filter(({ score }) => score >= minScore)
    .sort((a, b) => b.score - a.score || a.chunk.content.length - b.chunk.content.length);
}

function promptsFor({ account, query }: Call, isSemantic: boolean): object[] {
  const { q = '' } = query;
  return [...account.prompts.values()]
    .filter((prompt) => hasTags(prompt.tags, query.tags))
    .map((prompt) => ({
      prompt,
      score: likeness(`${prompt.title} ${prompt.description} ${prompt.content}`, q),
    }))
    .filter(({ prompt, score }) =>
      isSemantic ? score >= minScore : matches(q, prompt.title, prompt.description),
    )
    .sort((a, b) => b.score - a.score)
    .slice(0, maxHits)
    .map(({ prompt, score }) => ({
      promptId: prompt.id,
      title: prompt.title,
      description: prompt.description,
      ...(isSemantic ? { score } : {}),
    }));
}

function documentsFor({ account, query }: Call, isSemantic: boolean): object[] {
  const { q = '' } = query;
  return [...account.documents.values()]
    .filter((document) => hasTags(document.tags, query.tags))
    .map((document) => ({ document, score: likeness(`${document.title} ${document.content}`, q) }))
    .filter(({ document, score }) =>
      isSemantic ? score >= minScore : matches(q, document.title, document.content),
    )
    .sort((a, b) => b.score - a.score)
    .slice(0, maxHits)
    .map(({ document, score }) => {
      const base = { documentId: document.id, title: document.title };
      if (isSemantic) return { ...base, score };
      const hit = account
        .chunksOf(document)
        .find((chunk) => chunk.level === 'paragraph' && matches(q, chunk.content));
      return {
        ...base,
        status: document.status,
        ...(hit === undefined ? {} : { highlight: `…${hit.content}…`, chunkId: hit.chunkId }),
      };
    });
}

function collectionsFor({ account, query }: Call, isSemantic: boolean): object[] {
  const { q = '' } = query;
  return [...account.collections.values()]
    .filter((collection) => hasTags(collection.tags, query.tags))
    .map((collection) => ({ collection, score: likeness(`${collection.name} ${collection.description}`, q) }))
    .filter(({ collection, score }) =>
      isSemantic ? score >= minScore : matches(q, collection.name, collection.description),
    )
    .sort((a, b) => b.score - a.score)
    .map(({ collection, score }) => ({
      collectionId: collection.id,
      name: collection.name,
      description: collection.description,
      ...(isSemantic ? { score, matchedItems: collection.items.length } : {}),
    }));
}

function likeness(value: string, query: string): number {
  const words = query
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);
  const lower = value.toLowerCase();
  if (words.length === 0) return 0;
  return words.filter((word) => lower.includes(word)).length / words.length;
}

import type { Answer } from '../../fault-engine/exchange.ts';
import { data, refuse } from '../answers.ts';
import type { Chunk } from '../chunk-tree.ts';
import { id, oneOf, optional, required, text, wholeNumber } from '../fields.ts';
import type { Call, Route } from '../route.ts';
import { documentsInScope, rankChunks } from './search.ts';

const read = ['documents.read'] as const;
const sessionMs = 3_600_000;
const latencyMs = 42;

export const disclosureRoutes: readonly Route[] = [
  {
    operation: 'start_session',
    method: 'POST',
    path: '/v1/pd/session',
    scopes: read,
    family: 'api',
    body: {},
    handle({ account, now }) {
      const createdAt = now();
      const sessionId = account.newId('s');
      account.sessions.set(sessionId, { expiresAt: createdAt + sessionMs, shown: new Set() });
      return data({ sessionId, createdAt, expiresAt: createdAt + sessionMs });
    },
  },
  {
    operation: 'deep_search',
    method: 'POST',
    path: '/v1/pd/search',
    scopes: read,
    family: 'api',
    body: {
      query: required(text),
      limit: optional(wholeNumber(1, 256)),
      sessionId: optional(id),
      collectionId: optional(id),
      documentId: optional(id),
    },
    handle: search,
  },
  {
    operation: 'deep_read',
    method: 'GET',
    path: '/v1/pd/read/{id}',
    scopes: read,
    family: 'readonly',
    handle: (call) =>
      withChunk(call, call.id, (chunk) =>
        data({
          chunkId: chunk.chunkId,
          level: chunk.level,
          content: chunk.content,
          hierarchy: {
            documentTitle: chunk.documentTitle,
            documentId: chunk.documentId,
            sectionPath: chunk.sectionPath,
            position: {
              chunkIndex: chunk.chunkIndex,
              parentChunkId: chunk.parentId,
              prevSiblingId: chunk.previousId,
              nextSiblingId: chunk.nextId,
            },
          },
          metadata: {
            wordCount: chunk.content.split(/\s+/).length,
            startIndex: chunk.startIndex,
            endIndex: chunk.endIndex,
            ...(chunk.headingText === undefined ? {} : { headingText: chunk.headingText }),
          },
        }),
      ),
  },
  {
    operation: 'deep_expand',
    method: 'POST',
    path: '/v1/pd/expand',
    scopes: read,
    family: 'api',
    body: {
      chunkId: required(id),
      direction: required(oneOf('up', 'down', 'next', 'previous', 'surrounding')),
      count: optional(wholeNumber(1, 50)),
    },
    handle: (call) =>
      withChunk(call, String(call.body.chunkId), (chunk) =>
        data({ chunks: neighbours(call, chunk).map(toRow) }),
      ),
  },
];

function search(call: Call): Answer {
  const { account, body, options, now } = call;
  const limit = Number(body.limit ?? 10);
  if (limit > options.maxSearchLimit) return refuse(400, `limit must be 1 to ${options.maxSearchLimit}.`);
  const session = account.sessions.get(String(body.sessionId));
  const isOver = session === undefined || session.expiresAt <= now();
  if (body.sessionId !== undefined && isOver && options.expiredSession === 'refused')
    return refuse(404, 'Session not found.');
  const scoped = documentsInScope(call);
  if (!Array.isArray(scoped)) return scoped;
  const hits = rankChunks(
    scoped.flatMap((document) => account.chunksOf(document)),
    String(body.query),
  )
    .filter(({ chunk }) => isOver || !session.shown.has(chunk.chunkId))
    .slice(0, limit);
  if (!isOver) for (const { chunk } of hits) session.shown.add(chunk.chunkId);
  return data({
    results: hits.map(({ chunk, score }) => ({
      chunkId: chunk.chunkId,
      score,
      level: chunk.level,
      documentTitle: chunk.documentTitle,
      documentId: chunk.documentId,
      content: chunk.content,
      parentId: chunk.parentId,
      siblingIds: { prev: chunk.previousId, next: chunk.nextId },
    })),
    meta: { query: body.query, totalResults: hits.length, latencyMs },
  });
}

function neighbours({ account, body }: Call, chunk: Chunk): readonly Chunk[] {
  const document = account.documents.get(chunk.documentId);
  const tree = document === undefined ? [] : account.chunksOf(document);
  const count = Number(body.count ?? 2);
  const children = (parent: Chunk) => tree.filter(({ parentId }) => parentId === parent.chunkId);
  const siblings = tree.filter(({ parentId, level }) => parentId === chunk.parentId && level === chunk.level);
  const at = siblings.indexOf(chunk);
  switch (body.direction) {
    case 'up':
      return tree.filter(({ chunkId }) => chunkId === chunk.parentId);
    case 'down':
      return children(chunk).slice(0, count);
    case 'next':
      return siblings.slice(at + 1, at + 1 + count);
    case 'previous':
      return siblings.slice(Math.max(0, at - count), at);
    default: {
      if (siblings.length > 1) return siblings.slice(Math.max(0, at - count), at + 1 + count);
      // An only child borrows from the sections beside its own.
      const parent = tree.find(({ chunkId }) => chunkId === chunk.parentId);
      const before = tree.find(({ chunkId }) => chunkId === parent?.previousId);
      const after = tree.find(({ chunkId }) => chunkId === parent?.nextId);
      return [
        ...(before === undefined ? [] : children(before).slice(-1)),
        chunk,
        ...(after === undefined ? [] : children(after).slice(0, 1)),
      ];
    }
  }
}

function toRow(chunk: Chunk): object {
  return {
    _id: chunk.chunkId,
    level: chunk.level,
    chunkIndex: chunk.chunkIndex,
    documentTitle: chunk.documentTitle,
    documentId: chunk.documentId,
    parentId: chunk.parentId,
    content: chunk.content,
  };
}

function withChunk({ account }: Call, chunkId: string, handle: (chunk: Chunk) => Answer): Answer {
  const chunk = account.chunk(chunkId);
  return chunk === undefined ? refuse(404, 'Chunk not found.') : handle(chunk);
}

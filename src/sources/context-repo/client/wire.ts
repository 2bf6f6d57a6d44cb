import * as z from 'zod';

// What comes over the wire. Fields that are not named here are dropped; those that Context Repo does not promise are optional,
// and one of the wrong type counts as missing rather than costing the whole answer.

const text = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const texts = z
  .array(z.string())
  .optional()
  .catch(undefined)
  .transform((value) => value ?? []);

/** Some rows name their id as the database does. */
function withId<T extends z.ZodRawShape>(shape: T) {
  return z.preprocess(
    (row) =>
      typeof row === 'object' && row !== null && '_id' in row && !('id' in row)
        ? { ...row, id: row._id }
        : row,
    z.object({ id: z.string().min(1), ...shape }),
  );
}

/** The envelope of an answer. */
export function enveloped<T>(shape: z.ZodType<T>): z.ZodType<T> {
  return z.object({ data: shape }).transform((envelope): T => envelope.data);
}

const pagination = z
  .object({ cursor: text.nullable(), hasMore: z.boolean().optional().catch(undefined) })
  .nullish()
  .catch(undefined);

/** The envelope of a page of a list. `cursor` is undefined on the last one. */
export function listed<T extends z.ZodType>(row: T) {
  return z.object({ data: z.array(row), pagination }).transform(({ data: rows, pagination: page }) => ({
    rows,
    cursor: page?.hasMore === false ? undefined : (page?.cursor ?? undefined),
  }));
}

/** Of an answer without a body. */
export const nothing = z.undefined();
/** Of an answer whose shape is not documented. */
export const anything = z.unknown();

export const wireUser = z.object({
  id: text,
  name: text,
  authMethod: text,
  permissions: z.array(z.string()).optional().catch(undefined),
});
export type WireUser = z.infer<typeof wireUser>;

export const wireDocument = withId({
  title: text,
  status: text,
  sourceType: text,
  sourceUrl: text,
  content: text,
  tags: texts,
  createdAt: number,
  currentVersion: number,
  revision: number,
});
export type WireDocument = z.infer<typeof wireDocument>;

/** What scraping answers is not documented; a document is the likeliest. */
export const wireScraped = z.object({ id: text, documentId: text, _id: text, title: text, status: text });

/** Newest first. */
export const wireVersions = z.array(
  withId({ version: number, userName: text, changeLog: text, title: text, content: text }),
);

export const wirePrompt = withId({
  title: text,
  description: text,
  content: text,
  variables: z
    .array(z.object({ name: z.string(), type: text, description: text }))
    .optional()
    .catch(undefined)
    .transform((value) => value ?? []),
  tags: texts,
  isPublic: z.boolean().optional().catch(undefined),
  currentVersion: number,
});
export type WirePrompt = z.infer<typeof wirePrompt>;

export const wireCollection = withId({
  name: text,
  description: text,
  itemCount: number,
  tags: texts,
});
export type WireCollection = z.infer<typeof wireCollection>;

export const wireItem = z.object({ itemId: z.string().min(1), itemType: text, title: text });
export type WireItem = z.infer<typeof wireItem>;

const score = number;
const found = <T extends z.ZodType>(row: T) =>
  z
    .array(row)
    .optional()
    .transform((rows) => rows ?? []);
export const wireSearch = z.object({
  documents: found(
    z.object({ documentId: z.string().min(1), title: text, score, status: text, highlight: text }),
  ),
  collections: found(
    z.object({ collectionId: z.string().min(1), name: text, description: text, score, matchedItems: number }),
  ),
});
export type WireSearch = z.infer<typeof wireSearch>;

export const wireCounts = z.object({ added: number, alreadyInCollection: number, removed: number });

export const wireSession = z.object({ sessionId: z.string().min(1), expiresAt: number });

const linkedId = z.string().min(1).nullish().catch(undefined);

export const wireHits = z.object({
  results: z.array(
    z.object({
      chunkId: z.string().min(1),
      score,
      level: text,
      documentTitle: text,
      documentId: z.string().min(1),
      content: z.string(),
      parentId: linkedId,
      siblingIds: z.object({ prev: linkedId, next: linkedId }).nullish().catch(undefined),
    }),
  ),
});
export type WireHit = z.infer<typeof wireHits>['results'][number];

export const wireChunk = z.object({
  chunkId: z.string().min(1),
  level: text,
  content: z.string(),
  hierarchy: z.object({
    documentTitle: text,
    documentId: text,
    sectionPath: text,
    position: z
      .object({
        chunkIndex: number,
        parentChunkId: linkedId,
        prevSiblingId: linkedId,
        nextSiblingId: linkedId,
      })
      .optional()
      .catch(undefined),
  }),
  metadata: z
    .object({ wordCount: number, startIndex: number, endIndex: number, headingText: text })
    .optional()
    .catch(undefined),
});
export type WireChunk = z.infer<typeof wireChunk>;

export const wireNeighbours = z.object({
  chunks: z.array(
    withId({
      level: text,
      chunkIndex: number,
      documentTitle: text,
      documentId: text,
      parentId: linkedId,
      content: z.string(),
    }),
  ),
});
export type WireNeighbour = z.infer<typeof wireNeighbours>['chunks'][number];

export const wireReason = z.object({
  answer: z.string(),
  citations: z.array(
    z.object({ chunkId: z.string().min(1), documentId: text, documentTitle: text, score: number }),
  ),
  gaps: texts,
  conflicts: texts,
});

/** The envelope of errors, and the two other shapes that were seen. Nothing of it is believed but that it is one. */
export const wireRefusal = z.union([z.object({ error: z.unknown() }), z.object({ message: z.string() })]);

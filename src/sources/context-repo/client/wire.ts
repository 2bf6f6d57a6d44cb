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

/** Ids are opaque; what has a space or a line break in it is none, and would be read as something else where it is printed. */
const id = z.string().regex(/^[\x21-\x7e]{1,200}$/);
const linkedId = id.nullish().catch(undefined);

/** Some rows name their id as the database does. */
function withId<T extends z.ZodRawShape>(shape: T) {
  return z.preprocess(
    (row) =>
      typeof row === 'object' && row !== null && '_id' in row
        ? { ...row, id: ('id' in row ? row.id : undefined) ?? row._id }
        : row,
    z.object({ id, ...shape }),
  );
}

/** Rows of a list. One that is broken does not cost the others; where all of them are, the answer is something else. */
function rowsOf<T extends z.ZodType>(row: T) {
  return z.array(z.unknown()).transform((given, context): z.output<T>[] => {
    const rows = given.flatMap((one) => {
      const parsed = row.safeParse(one);
      return parsed.success ? [parsed.data] : [];
    });
    if (given.length > 0 && rows.length === 0)
      context.addIssue({ code: 'custom', message: 'holds nothing that is documented' });
    return rows;
  });
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
  return z.object({ data: rowsOf(row), pagination }).transform(({ data: rows, pagination: page }) => ({
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
export const wireScraped = z.object({
  id: linkedId,
  documentId: linkedId,
  _id: linkedId,
  title: text,
  status: text,
});

/** Newest first. */
export const wireVersions = rowsOf(
  withId({ version: number, userName: text, changeLog: text, title: text, content: text }),
);

export const wirePrompt = withId({
  title: text,
  description: text,
  content: text,
  variables: rowsOf(z.object({ name: z.string(), type: text, description: text }))
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

export const wireItem = z.object({ itemId: id, itemType: text, title: text });
export type WireItem = z.infer<typeof wireItem>;

const score = number;
const found = <T extends z.ZodType>(row: T) =>
  rowsOf(row)
    .nullish()
    .transform((rows) => rows ?? []);
export const wireSearch = z.object({
  prompts: found(z.object({ promptId: id, title: text, description: text, score })),
  documents: found(
    z.object({ documentId: id, title: text, score, status: text, highlight: text, chunkId: linkedId }),
  ),
  collections: found(
    z.object({ collectionId: id, name: text, description: text, score, matchedItems: number }),
  ),
});
export type WireSearch = z.infer<typeof wireSearch>;

export const wireCounts = z.object({ added: number, alreadyInCollection: number, removed: number });

export const wireSession = z.object({ sessionId: id, expiresAt: number });

export const wireHits = z.object({
  results: rowsOf(
    z.object({
      chunkId: id,
      score,
      level: text,
      documentTitle: text,
      documentId: id,
      content: z.string(),
      parentId: linkedId,
      siblingIds: z.object({ prev: linkedId, next: linkedId }).nullish().catch(undefined),
    }),
  ),
});
export type WireHit = z.infer<typeof wireHits>['results'][number];

export const wireChunk = z.object({
  chunkId: id,
  level: text,
  content: z.string(),
  hierarchy: z.object({
    documentTitle: text,
    documentId: linkedId,
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
  chunks: rowsOf(
    withId({
      level: text,
      chunkIndex: number,
      documentTitle: text,
      documentId: linkedId,
      parentId: linkedId,
      content: z.string(),
    }),
  ),
});
export type WireNeighbour = z.infer<typeof wireNeighbours>['chunks'][number];

export const wireReason = z.object({
  answer: z.string(),
  citations: rowsOf(z.object({ chunkId: id, documentId: linkedId, documentTitle: text, score: number })),
  gaps: texts,
  conflicts: texts,
});

/** The envelope of errors, and the two other shapes that were seen. Nothing of it is believed but that it is one. */
export const wireRefusal = z.union([z.object({ error: z.unknown() }), z.object({ message: z.string() })]);

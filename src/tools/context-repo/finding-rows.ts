import * as z from 'zod';
import { cursor, limit, query, tagFilter, text } from './arguments.ts';
import { listText } from './list-text.ts';
import { type ToolRow, toolRow } from './tool-row.ts';

export const findingRows: readonly ToolRow[] = [
  toolRow({
    operation: 'find_items',
    title: 'Find prompts, documents and collections',
    description: "Searches titles and texts of the user's prompts, documents and collections.",
    inputSchema: z.object({
      query,
      type: z
        .enum(
          ['prompts', 'documents', 'collections', 'all'],
          'must be prompts, documents, collections or all',
        )
        .optional(),
      semantic: z
        .preprocess(
          (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
          z.boolean('must be true or false').optional(),
        )
        .describe('By meaning, or by letters; by meaning when left out'),
      tags: tagFilter,
    }),
    async run({ query: q, tags, ...how }, ask, show) {
      const data = await ask('find_items', { query: { ...how, q, tags: tags?.join(',') } });
      const entry = (title: string | undefined, place: string, words: string | undefined) =>
        `- ${show.line(title) || 'Untitled'}\n  ${place}${words === undefined || words === '' ? '' : `\n  ${show.line(words, 240)}`}`;
      const entries = [
        ...data.prompts.map((row) => entry(row.title, `prompt ${row.promptId}`, row.description)),
        ...data.documents.map((row) =>
          entry(
            row.title,
            `context-repo:document/${row.documentId}${typeof row.chunkId === 'string' ? `, chunk ${row.chunkId}` : ''}`,
            row.highlight,
          ),
        ),
        ...data.collections.map((row) =>
          entry(row.name, `context-repo:collection/${row.collectionId}`, row.description),
        ),
      ];
      return { text: listText({ kind: 'item', entries, cursor: undefined }), data };
    },
  }),
  toolRow({
    operation: 'list_collections',
    title: 'List collections',
    description: "Lists the user's collections in Context Repo, with their ids.",
    inputSchema: z.object({
      search: text(500).describe('Words in name or description').optional(),
      tags: tagFilter,
      limit,
      cursor,
    }),
    async run({ tags, ...page }, ask, show) {
      const data = await ask('list_collections', { query: { ...page, tags: tags?.join(',') } });
      const entries = data.rows.map(
        (row) =>
          `- ${show.line(row.name) || 'Untitled'}\n  context-repo:collection/${row.id}${row.itemCount === undefined ? '' : ` (items: ${row.itemCount})`}`,
      );
      return { text: listText({ kind: 'collection', entries, cursor: data.cursor }), data };
    },
  }),
];

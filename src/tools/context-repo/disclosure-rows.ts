import * as z from 'zod';
import type { AnswerOf } from '../../sources/context-repo/client/operations.ts';
import { id, page, query, wholeNumber } from './arguments.ts';
import { type Show, type ToolRow, toolRow } from './tool-row.ts';

/** Asks for a session that begins with this search. */
const newSession = 'new';

export const disclosureRows: readonly ToolRow[] = [
  toolRow({
    operation: 'deep_search',
    title: 'Search the pieces of documents',
    description:
      "Searches the pieces (chunks) of the user's documents in Context Repo by meaning, for going on with deep_read and deep_expand. " +
      'To have a question answered use get-docs.',
    inputSchema: z.object({
      query,
      limit: wholeNumber(1, 50).optional(),
      documentId: id('document').describe('Only in this document').optional(),
      collectionId: id('collection').describe('Only in this collection').optional(),
      sessionId: id('session')
        .describe(`Leaves out what the session has shown; "${newSession}" begins one`)
        .optional(),
    }),
    async run({ sessionId, ...body }, ask, show) {
      const session =
        sessionId === newSession ? (await ask('start_session', { body: {} })).sessionId : sessionId;
      const data = await ask('deep_search', { body: { ...body, sessionId: session } });
      const excerpts = data.results.map((hit) => ({
        head: heading([
          `${show.line(hit.documentTitle) || hit.documentId} > ${show.line(hit.level, 40) || 'chunk'} ${hit.chunkId}${hit.score === undefined ? '' : ` (score ${hit.score.toFixed(2)})`}`,
          `context-repo:document/${hit.documentId}`,
          links({ parent: hit.parentId, previous: hit.siblingIds?.prev, next: hit.siblingIds?.next }),
        ]),
        text: show.asWritten(hit.content),
      }));
      const begun = session === undefined ? [] : [`Session: ${session}`];
      return {
        text: [
          excerpts.length === 0
            ? `Nothing found${session === undefined ? '' : ' that this session has not shown'}.`
            : `${excerpts.length} chunk${excerpts.length === 1 ? '' : 's'}, best first:`,
          ...begun,
        ].join('\n'),
        // All of them, as a session does not show them a second time.
        excerpts: { entries: excerpts, whenCut: '(Cut: deep_read gives all of it.)' },
        data: session === undefined ? data : { ...data, sessionId: session },
      };
    },
  }),
  toolRow({
    operation: 'deep_read',
    title: 'Read a piece of a document',
    description: 'Gives a chunk that deep_search found, and where it stands in its document.',
    inputSchema: z.object({ chunkId: id('chunk'), page }),
    aliases: { id: 'chunkId' },
    async run({ chunkId }, ask, show) {
      const data = await ask('deep_read', { id: chunkId });
      return { text: headOf(data, show), content: show.asWritten(data.content), data };
    },
  }),
  toolRow({
    operation: 'deep_expand',
    title: 'Read around a piece of a document',
    description:
      'Gives the chunks around a chunk: the one above it (up), those in it (down), beside it (next, previous) or on both sides (surrounding).',
    inputSchema: z.object({
      chunkId: id('chunk'),
      direction: z.enum(
        ['up', 'down', 'next', 'previous', 'surrounding'],
        'must be up, down, next, previous or surrounding',
      ),
      count: wholeNumber(1, 50).describe('Chunks on each side; 2 when left out').optional(),
      page,
    }),
    aliases: { id: 'chunkId' },
    async run({ page: _page, ...body }, ask, show) {
      const data = await ask('deep_expand', { body });
      const blocks = data.chunks.map((chunk) =>
        [
          heading([
            `${show.line(chunk.documentTitle) || 'Document'} > ${show.line(chunk.level, 40) || 'chunk'} ${chunk.id}`,
            links({ parent: chunk.parentId, previous: undefined, next: undefined }),
          ]),
          show.asWritten(chunk.content),
        ].join('\n\n'),
      );
      return {
        text:
          blocks.length === 0
            ? `Nothing in the direction "${body.direction}". If there should be: chunk ids change whenever their document is written, so search again.`
            : `${blocks.length} chunk${blocks.length === 1 ? '' : 's'}, direction "${body.direction}":`,
        content: blocks.join('\n\n'),
        data,
      };
    },
  }),
];

function headOf({ chunkId, level, hierarchy }: AnswerOf<'deep_read'>, show: Show): string {
  const { documentId, documentTitle, sectionPath, position } = hierarchy;
  return [
    `${show.line(documentTitle) || 'Document'} > ${show.line(level, 40) || 'chunk'} ${chunkId}`,
    ...(typeof documentId === 'string' ? [`context-repo:document/${documentId}`] : []),
    ...(sectionPath === undefined || sectionPath === '' ? [] : [`Section: ${show.line(sectionPath)}`]),
    links({
      parent: position?.parentChunkId,
      previous: position?.prevSiblingId,
      next: position?.nextSiblingId,
    }),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function heading(lines: readonly string[]): string {
  return `### ${lines.filter((line) => line !== '').join('\n')}`;
}

function links(ids: Readonly<Record<'parent' | 'previous' | 'next', string | null | undefined>>): string {
  return Object.entries(ids)
    .filter(([, chunkId]) => chunkId !== null && chunkId !== undefined)
    .map(([name, chunkId]) => `${name} ${chunkId}`)
    .join(', ');
}

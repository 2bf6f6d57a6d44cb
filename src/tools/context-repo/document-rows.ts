import * as z from 'zod';
import { DocpinError } from '../../errors.ts';
import type { AnswerOf } from '../../sources/context-repo/client/operations.ts';
import { cursor, id, limit, page, tagFilter, tags, text, wholeNumber } from './arguments.ts';
import { listText } from './list-text.ts';
import { type Show, type ToolRow, toolRow } from './tool-row.ts';

type Document = AnswerOf<'get_document'>;

/** Of a request; what is larger the server would refuse after all of it was sent. */
const maxContentLength = 1_000_000;
const title = text(500);
const content = text(maxContentLength).describe('Markdown');
/** Whoever sends "" for what they leave out must not empty a document. */
const keepIt = 'is empty: leave it out to keep what is there';
const aliases = { id: 'documentId' };

export const documentRows: readonly ToolRow[] = [
  toolRow({
    operation: 'list_documents',
    title: 'List documents',
    description: "Lists the user's own documents in Context Repo, with their ids.",
    inputSchema: z.object({
      search: text(500).describe('Words in the title').optional(),
      collectionId: id('collection').describe('Only of this collection').optional(),
      tags: tagFilter,
      limit,
      cursor,
    }),
    async run({ tags: wanted, ...query }, ask, show) {
      const data = await ask('list_documents', { query: { ...query, tags: wanted?.join(',') } });
      const entries = data.rows.map(
        (row) => `- ${show.line(row.title) || 'Untitled'}\n  ${placeOf(row)}${facts(row, show)}`,
      );
      return { text: listText({ kind: 'document', entries, cursor: data.cursor }), data };
    },
  }),
  toolRow({
    operation: 'get_document',
    title: 'Get a document',
    description:
      'Gives a document of Context Repo whole, as it was written, with its revision. To ask about documents use get-docs.',
    inputSchema: z.object({ documentId: id('document'), page }),
    aliases,
    async run({ documentId }, ask, show) {
      const data = await ask('get_document', { id: documentId });
      const { content: body = '', ...head } = data;
      return {
        text: [
          `${show.line(head.title) || 'Untitled'}: ${placeOf(head)}${facts(head, show)}`,
          ...(head.sourceUrl === undefined ? [] : [`From: ${show.line(head.sourceUrl, 500)}`]),
          ...(head.tags.length === 0 ? [] : [`Tags: ${show.line(head.tags.join(', '), 500)}`]),
          ...(body.trim() === '' ? ['It has no text.'] : []),
        ].join('\n'),
        content: show.asWritten(body),
        data,
      };
    },
  }),
  toolRow({
    operation: 'create_document',
    title: 'Create a document',
    description: "Saves a text as a new document in the user's Context Repo.",
    inputSchema: z.object({
      title: title.min(1, 'is empty'),
      content: content.min(1, 'is empty'),
      tags: tags.optional(),
    }),
    async run(body, ask, show) {
      const data = await ask('create_document', { body });
      return { text: `Created ${nameOf(data, show)}.`, data };
    },
  }),
  toolRow({
    operation: 'update_document',
    title: 'Update a document',
    description:
      'Changes a document of Context Repo: what is given replaces what was there. Pass the revision that get_document gave as ' +
      'expectedRevision, so that nothing that somebody wrote meanwhile is lost.',
    inputSchema: z.object({
      documentId: id('document'),
      title: title.min(1, keepIt).optional(),
      content: content.min(1, keepIt).optional(),
      tags: tags.optional(),
      changeLog: text(1_000).describe('What was changed, in a few words').optional(),
      expectedRevision: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
    }),
    aliases: { ...aliases, revision: 'expectedRevision' },
    async run({ documentId, ...body }, ask, show) {
      if (body.title === undefined && body.content === undefined && body.tags === undefined)
        throw nothingToChange();
      const data = await ask('update_document', { id: documentId, body });
      return { text: `Updated ${nameOf(data, show)}.`, data };
    },
  }),
  toolRow({
    operation: 'scrape_document',
    title: 'Save a web page',
    description:
      "Has Context Repo read a public web page into a new document of the user's. At most 10 a minute.",
    inputSchema: z.object({
      url: text(2_000).refine(isPublicPage, 'must be an http or https address without a user name'),
    }),
    async run(body, ask, show) {
      const data = await ask('scrape_document', { body });
      const documentId = data.id ?? data.documentId ?? data._id ?? undefined;
      return {
        text:
          documentId === undefined
            ? 'The page was taken. Context Repo did not say as which document: list_documents shows it.'
            : `Saved ${show.line(data.title) || 'the page'} as context-repo:document/${documentId}${data.status === undefined ? '' : ` (${show.line(data.status, 40)})`}.`,
        data,
      };
    },
  }),
];

function placeOf(document: Pick<Document, 'id'>): string {
  return `context-repo:document/${document.id}`;
}

function nameOf(document: Document, show: Show): string {
  return `${show.line(document.title) || 'the document'}: ${placeOf(document)}${facts(document, show)}`;
}

function facts(
  { revision, currentVersion, status, sourceType }: Omit<Document, 'content'>,
  show: Show,
): string {
  const known = [
    ...(revision === undefined ? [] : [`revision ${revision}`]),
    ...(currentVersion === undefined ? [] : [`version ${currentVersion}`]),
    ...(status === undefined ? [] : [show.line(status, 40)]),
    ...(sourceType === undefined ? [] : [show.line(sourceType, 40)]),
  ];
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
}

function isPublicPage(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}

function nothingToChange(): DocpinError {
  return new DocpinError('bad-input', {
    what: 'Nothing was given to change.',
    next: 'Give a title, content or tags; an empty list of tags takes all of them away.',
  });
}

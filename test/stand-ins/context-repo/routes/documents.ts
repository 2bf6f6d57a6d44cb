import type { Answer } from '../../fault-engine/exchange.ts';
import type { StoredDocument } from '../account.ts';
import { data, noContent, refuse } from '../answers.ts';
import { anyText, id, optional, required, text, texts, webAddress, wholeNumber } from '../fields.ts';
import { page, pageFields } from '../pages.ts';
import type { Call, Route } from '../route.ts';
import { changesOf, hasTags, matches, nextVersion } from './versions.ts';

const read = ['documents.read'] as const;
const write = ['documents.write'] as const;
const revision = optional(wholeNumber(0, 1_000_000_000));

export const documentRoutes: readonly Route[] = [
  {
    operation: 'list_documents',
    method: 'GET',
    path: '/v1/documents',
    scopes: read,
    family: 'readonly',
    query: { ...pageFields, collectionId: optional(id), search: optional(text), tags: optional(text) },
    handle({ account, query }) {
      const members = account.collections.get(query.collectionId ?? '')?.items.map(({ itemId }) => itemId);
      if (query.collectionId !== undefined && members === undefined)
        return refuse(404, 'Collection not found.');
      const rows = [...account.documents.values()].filter(
        (document) =>
          (members === undefined || members.includes(document.id)) &&
          matches(query.search, document.title) &&
          hasTags(document.tags, query.tags),
      );
      return page(
        rows.map(({ id: documentId, title, status, sourceType }) => ({
          id: documentId,
          title,
          status,
          sourceType,
        })),
        query,
        `documents ${query.collectionId} ${query.search} ${query.tags}`,
      );
    },
  },
  {
    operation: 'get_document',
    method: 'GET',
    path: '/v1/documents/{id}',
    scopes: read,
    family: 'readonly',
    handle: (call) => withDocument(call, (document) => data(documentOf(document, call))),
  },
  {
    operation: 'create_document',
    method: 'POST',
    path: '/v1/documents',
    scopes: write,
    family: 'api',
    body: { title: required(text), content: required(text), tags: optional(texts) },
    handle(call) {
      const { title, content, tags } = call.body;
      return add(call, { title: String(title), content: String(content), tags: (tags as string[]) ?? [] });
    },
  },
  {
    operation: 'update_document',
    method: 'PATCH',
    path: '/v1/documents/{id}',
    scopes: write,
    family: 'api',
    body: {
      title: optional(text),
      content: optional(text),
      changeLog: optional(anyText),
      tags: optional(texts),
      expectedRevision: revision,
    },
    handle: (call) =>
      withDocument(call, (document) => {
        const changes = changesOf(call.body);
        if (changes === undefined) return refuse(400, 'Nothing to update.');
        const conflict = conflictOf(document, call);
        if (conflict !== undefined) return conflict;
        if (changes.content !== undefined)
          nextVersion(document, call, String(changes.content), call.body.changeLog);
        Object.assign(document, changes);
        document.revision += 1;
        return data(documentOf(document, call));
      }),
  },
  {
    operation: 'delete_document',
    method: 'DELETE',
    path: '/v1/documents/{id}',
    scopes: write,
    family: 'api',
    handle: (call) =>
      withDocument(call, (document) => {
        call.account.documents.delete(document.id);
        for (const collection of call.account.collections.values())
          collection.items = collection.items.filter(({ itemId }) => itemId !== document.id);
        return noContent;
      }),
  },
  {
    operation: 'get_document_versions',
    method: 'GET',
    path: '/v1/documents/{id}/versions',
    scopes: read,
    family: 'readonly',
    handle: (call) => withDocument(call, (document) => data(document.versions)),
  },
  {
    operation: 'restore_document_version',
    method: 'POST',
    path: '/v1/documents/{id}/restore',
    scopes: write,
    family: 'api',
    body: { versionId: required(id), expectedRevision: revision },
    handle: (call) =>
      withDocument(call, (document) => {
        const version = document.versions.find((one) => one.id === call.body.versionId);
        if (version === undefined) return refuse(404, 'Version not found.');
        const conflict = conflictOf(document, call);
        if (conflict !== undefined) return conflict;
        nextVersion(document, call, version.content, `Restored version ${version.version}`);
        document.revision += 1;
        return data({ id: document.id, title: document.title, currentVersion: document.currentVersion });
      }),
  },
  {
    operation: 'scrape_document',
    method: 'POST',
    path: '/v1/documents/scrape',
    scopes: write,
    family: 'scrape',
    body: { url: required(webAddress) },
    handle(call) {
      const sourceUrl = String(call.body.url);
      const title = `Scraped from ${new URL(sourceUrl).hostname}`;
      const content = `# ${title}\n\nOf ${call.account.user}.`;
      return add(call, { title, content, tags: [], sourceType: 'url', sourceUrl });
    },
  },
];

function add(
  call: Call,
  given: Pick<StoredDocument, 'title' | 'content' | 'tags' | 'sourceType' | 'sourceUrl'>,
): Answer {
  const document: StoredDocument = {
    sourceType: 'text',
    ...given,
    id: call.account.newId('d'),
    status: 'pending',
    createdAt: call.now(),
    currentVersion: 1,
    revision: 1,
    versions: [],
    treeGeneration: 0,
  };
  call.account.documents.set(document.id, document);
  return data(documentOf(document, call), {}, 201);
}

/** A write that names another revision than the current one, or a document that is written by leases alone. */
function conflictOf(document: StoredDocument, { body, options }: Call): Answer | undefined {
  if (document.isManaged === true) return refuse(409, 'Document is lease_required.', { lease: 'required' });
  if (body.expectedRevision === undefined || body.expectedRevision === document.revision) return undefined;
  const details = { currentRevision: document.revision };
  if (options.mismatchIn === 'message') return refuse(409, 'REVISION_MISMATCH: the document has changed.');
  if (options.mismatchIn === 'details')
    return refuse(409, 'The document has changed.', { reason: 'REVISION_MISMATCH', ...details });
  const answer = refuse(409, 'The document has changed.', details);
  return {
    ...answer,
    body: { error: { code: 'REVISION_MISMATCH', message: 'The document has changed.', details } },
  };
}

function withDocument(call: Call, handle: (document: StoredDocument) => Answer): Answer {
  const document = call.account.documents.get(call.id);
  // Missing, or somebody else's: it does not say which.
  return document === undefined ? refuse(404, 'Document not found.') : handle(document);
}

function documentOf(document: StoredDocument, { options }: Call): object {
  const {
    versions: _versions,
    treeGeneration: _generation,
    isSparse: _sparse,
    isManaged: _managed,
    revision: current,
    ...shown
  } = document;
  return options.tellsRevision ? { ...shown, revision: current } : shown;
}

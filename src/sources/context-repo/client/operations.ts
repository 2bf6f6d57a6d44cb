import type * as z from 'zod';
import {
  anything,
  enveloped,
  listed,
  nothing,
  wireChunk,
  wireCollection,
  wireCounts,
  wireDocument,
  wireHits,
  wireItem,
  wireNeighbours,
  wirePrompt,
  wireReason,
  wireScraped,
  wireSearch,
  wireSession,
  wireUser,
  wireVersions,
} from './wire.ts';

/** What a key may be allowed. A write scope includes its read scope; a session token is restricted by none. */
export type Scope = 'prompts.read' | 'prompts.write' | 'documents.read' | 'documents.write';

/** Requests are limited by family, in windows of 60 s for all keys of a user together. */
export type Family = 'readonly' | 'api' | 'scrape';

export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL; `{id}` stands for an id. */
  readonly path: string;
  /** One of these is needed. */
  readonly scopes: readonly Scope[] | 'any credential' | 'public';
  readonly family: Family;
  readonly effect: Effect;
  /** What comes over the wire, and what of it is kept. */
  readonly answer: z.ZodType;
}

/** A `write` changes something, a `delete` takes it away. An idempotent write changes nothing more the second time. */
export type Effect = 'read' | 'write' | 'idempotent write' | 'delete';

const [readPrompts, writePrompts] = [['prompts.read'], ['prompts.write']] as const;
const [readDocuments, writeDocuments] = [['documents.read'], ['documents.write']] as const;
const readAny = ['prompts.read', 'documents.read'] as const;

/**
 * Every operation of the API: what it is called, where it is, what it needs and what it does. The client, the tools and the
 * scope table of docs/context-repo.md are read off this list.
 */
export const operations = [
  op('get_user_info', 'GET /v1/user/me', 'any credential', 'read', enveloped(wireUser)),
  op('search_prompts', 'GET /v1/prompts', readPrompts, 'read', listed(wirePrompt)),
  op('read_prompt', 'GET /v1/prompts/{id}', readPrompts, 'read', enveloped(wirePrompt)),
  op('create_prompt', 'POST /v1/prompts', writePrompts, 'write', enveloped(wirePrompt)),
  op('update_prompt', 'PATCH /v1/prompts/{id}', writePrompts, 'write', enveloped(wirePrompt)),
  op('delete_prompt', 'DELETE /v1/prompts/{id}', writePrompts, 'delete', nothing),
  op('get_prompt_versions', 'GET /v1/prompts/{id}/versions', readPrompts, 'read', enveloped(wireVersions)),
  op('restore_prompt_version', 'POST /v1/prompts/{id}/restore', writePrompts, 'write', enveloped(wirePrompt)),
  op('list_documents', 'GET /v1/documents', readDocuments, 'read', listed(wireDocument)),
  op('get_document', 'GET /v1/documents/{id}', readDocuments, 'read', enveloped(wireDocument)),
  op('create_document', 'POST /v1/documents', writeDocuments, 'write', enveloped(wireDocument)),
  op('update_document', 'PATCH /v1/documents/{id}', writeDocuments, 'write', enveloped(wireDocument)),
  op('delete_document', 'DELETE /v1/documents/{id}', writeDocuments, 'delete', nothing),
  op(
    'get_document_versions',
    'GET /v1/documents/{id}/versions',
    readDocuments,
    'read',
    enveloped(wireVersions),
  ),
  op(
    'restore_document_version',
    'POST /v1/documents/{id}/restore',
    writeDocuments,
    'write',
    enveloped(wireDocument),
  ),
  op('scrape_document', 'POST /v1/documents/scrape', writeDocuments, 'write', enveloped(wireScraped)),
  op('list_collections', 'GET /v1/collections', readDocuments, 'read', listed(wireCollection)),
  op('get_collection', 'GET /v1/collections/{id}', readDocuments, 'read', enveloped(wireCollection)),
  op('create_collection', 'POST /v1/collections', writeDocuments, 'write', enveloped(wireCollection)),
  op(
    'update_collection',
    'PATCH /v1/collections/{id}',
    writeDocuments,
    'idempotent write',
    enveloped(wireCollection),
  ),
  op('delete_collection', 'DELETE /v1/collections/{id}', writeDocuments, 'delete', nothing),
  op('list_collection_items', 'GET /v1/collections/{id}/items', readDocuments, 'read', listed(wireItem)),
  op(
    'add_to_collection',
    'POST /v1/collections/{id}/items',
    writeDocuments,
    'idempotent write',
    enveloped(wireCounts),
  ),
  op(
    'remove_from_collection',
    'PUT /v1/collections/{id}/items',
    writeDocuments,
    'idempotent write',
    enveloped(wireCounts),
  ),
  op('find_items', 'GET /v1/search', readAny, 'read', enveloped(wireSearch)),
  op('start_session', 'POST /v1/pd/session', readDocuments, 'read', enveloped(wireSession)),
  op('deep_search', 'POST /v1/pd/search', readDocuments, 'read', enveloped(wireHits)),
  op('deep_read', 'GET /v1/pd/read/{id}', readDocuments, 'read', enveloped(wireChunk)),
  op('deep_expand', 'POST /v1/pd/expand', readDocuments, 'read', enveloped(wireNeighbours)),
  op('reason', 'POST /v1/reason', readDocuments, 'read', enveloped(wireReason)),
  op('get_capabilities', 'GET /v1/mcp/capabilities', 'public', 'read', anything),
] as const;

export type OperationName = (typeof operations)[number]['name'];

/** What an operation answers. */
export type AnswerOf<Name extends OperationName> = z.infer<
  Extract<(typeof operations)[number], { readonly name: Name }>['answer']
>;

/** The row of an operation. */
export function operationOf(name: OperationName): Operation {
  const operation = operations.find((row) => row.name === name);
  if (operation === undefined) throw new Error(`${name} is no operation`);
  return operation;
}

/** Whether somebody with these scopes may do what needs one of `needed`. */
export function covers(scopes: readonly Scope[], needed: Operation['scopes']): boolean {
  if (typeof needed === 'string') return true;
  return needed.some((scope) => scopes.includes(scope) || scopes.includes(writing(scope)));
}

/** The scope that includes a scope: the one for writing. */
function writing(scope: Scope): Scope {
  return scope.startsWith('prompts.') ? 'prompts.write' : 'documents.write';
}

function op<Name extends string, Answer extends z.ZodType>(
  name: Name,
  line: `${Operation['method']} /${string}`,
  scopes: Operation['scopes'],
  effect: Effect,
  answer: Answer,
): Operation & { readonly name: Name; readonly answer: Answer } {
  const at = line.indexOf(' ');
  const method = line.slice(0, at) as Operation['method'];
  const path = line.slice(at + 1);
  return { name, method, path, scopes, family: familyOf(method, path), effect, answer };
}

/** Which family an operation is counted to is not documented, but for scraping; a wrong guess costs a refused request. */
function familyOf(method: Operation['method'], path: string): Family {
  if (path.endsWith('/scrape')) return 'scrape';
  return method === 'GET' ? 'readonly' : 'api';
}

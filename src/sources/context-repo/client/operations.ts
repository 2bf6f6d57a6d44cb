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
  op('get_user_info', 'GET /v1/user/me', 'any credential', 'read'),
  op('search_prompts', 'GET /v1/prompts', readPrompts, 'read'),
  op('read_prompt', 'GET /v1/prompts/{id}', readPrompts, 'read'),
  op('create_prompt', 'POST /v1/prompts', writePrompts, 'write'),
  op('update_prompt', 'PATCH /v1/prompts/{id}', writePrompts, 'write'),
  op('delete_prompt', 'DELETE /v1/prompts/{id}', writePrompts, 'delete'),
  op('get_prompt_versions', 'GET /v1/prompts/{id}/versions', readPrompts, 'read'),
  op('restore_prompt_version', 'POST /v1/prompts/{id}/restore', writePrompts, 'write'),
  op('list_documents', 'GET /v1/documents', readDocuments, 'read'),
  op('get_document', 'GET /v1/documents/{id}', readDocuments, 'read'),
  op('create_document', 'POST /v1/documents', writeDocuments, 'write'),
  op('update_document', 'PATCH /v1/documents/{id}', writeDocuments, 'write'),
  op('delete_document', 'DELETE /v1/documents/{id}', writeDocuments, 'delete'),
  op('get_document_versions', 'GET /v1/documents/{id}/versions', readDocuments, 'read'),
  op('restore_document_version', 'POST /v1/documents/{id}/restore', writeDocuments, 'write'),
  op('scrape_document', 'POST /v1/documents/scrape', writeDocuments, 'write'),
  op('list_collections', 'GET /v1/collections', readDocuments, 'read'),
  op('get_collection', 'GET /v1/collections/{id}', readDocuments, 'read'),
  op('create_collection', 'POST /v1/collections', writeDocuments, 'write'),
  op('update_collection', 'PATCH /v1/collections/{id}', writeDocuments, 'idempotent write'),
  op('delete_collection', 'DELETE /v1/collections/{id}', writeDocuments, 'delete'),
  op('list_collection_items', 'GET /v1/collections/{id}/items', readDocuments, 'read'),
  op('add_to_collection', 'POST /v1/collections/{id}/items', writeDocuments, 'idempotent write'),
  op('remove_from_collection', 'PUT /v1/collections/{id}/items', writeDocuments, 'idempotent write'),
  op('find_items', 'GET /v1/search', readAny, 'read'),
  op('start_session', 'POST /v1/pd/session', readDocuments, 'read'),
  op('deep_search', 'POST /v1/pd/search', readDocuments, 'read'),
  op('deep_read', 'GET /v1/pd/read/{id}', readDocuments, 'read'),
  op('deep_expand', 'POST /v1/pd/expand', readDocuments, 'read'),
  op('reason', 'POST /v1/reason', readDocuments, 'read'),
  op('get_capabilities', 'GET /v1/mcp/capabilities', 'public', 'read'),
] as const;

export type OperationName = (typeof operations)[number]['name'];

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

function op<Name extends string>(
  name: Name,
  line: `${Operation['method']} /${string}`,
  scopes: Operation['scopes'],
  effect: Effect,
): Operation & { readonly name: Name } {
  const at = line.indexOf(' ');
  const method = line.slice(0, at) as Operation['method'];
  const path = line.slice(at + 1);
  return { name, method, path, scopes, family: familyOf(method, path), effect };
}

/** Which family an operation is counted to is not documented, but for scraping; a wrong guess costs a refused request. */
function familyOf(method: Operation['method'], path: string): Family {
  if (path.endsWith('/scrape')) return 'scrape';
  return method === 'GET' ? 'readonly' : 'api';
}

import { toDocpinError } from '../../../src/errors.ts';
import type { CallerOfMatrix } from '../../sources/context-repo/credentials.ts';
import type { Tried } from '../../sources/context-repo/figures/try-operations.ts';
import { call } from '../../sources/context-repo/start-context-repo.ts';
import { routes } from '../../stand-ins/context-repo/context-repo-stand-in.ts';
import { mayDo, type Scope } from '../../stand-ins/context-repo/credentials.ts';
import { openTools } from './open-tools.ts';

/** What each tool asks for, as the contract says which scopes that needs; and arguments that it takes, with ids of nothing. */
export const toolsOfContract: Readonly<Record<string, readonly [line: string, args: object]>> = {
  list_documents: ['GET /v1/documents', {}],
  get_document: ['GET /v1/documents/{id}', { documentId: 'dNothing' }],
  create_document: ['POST /v1/documents', { title: 'T', content: 'C' }],
  update_document: ['PATCH /v1/documents/{id}', { documentId: 'dNothing', title: 'T' }],
  scrape_document: ['POST /v1/documents/scrape', { url: 'https://example.com/' }],
  search_prompts: ['GET /v1/prompts', {}],
  read_prompt: ['GET /v1/prompts/{id}', { promptId: 'pNothing' }],
  find_items: ['GET /v1/search', { query: 'deploy' }],
  list_collections: ['GET /v1/collections', {}],
  deep_search: ['POST /v1/pd/search', { query: 'deploy' }],
  deep_read: ['GET /v1/pd/read/{id}', { chunkId: 'kNothing' }],
  deep_expand: ['POST /v1/pd/expand', { chunkId: 'kNothing', direction: 'up' }],
  get_user_info: ['GET /v1/user/me', {}],
  get_capabilities: ['GET /v1/mcp/capabilities', {}],
};
export const writingTools: readonly string[] = ['create_document', 'update_document', 'scrape_document'];

/** Lists every tool for a caller, and calls it all the same where it is not listed. */
export async function tryTools({ scopes, make }: CallerOfMatrix, allowsWrites: boolean): Promise<Tried> {
  const { tools, asked, standIn, close } = await openTools({ own: make, allowsWrites });
  const wrong: string[] = [];
  for (const tool of tools) {
    const { name } = tool;
    const isOn = allowsWrites || !writingTools.includes(name);
    const mustList = isOn && isAllowed(name, scopes);
    const isListed = await tool.isOffered?.(call());
    // What Context Repo tells everybody is listed beside the other tools and given to everybody.
    const mayUse = mustList || name === 'get_capabilities';
    const refusal = isOn && scopes === undefined ? 'unauthorized' : 'forbidden';
    const expected: readonly string[] = mayUse ? ['done', 'library-not-found'] : [refusal];
    standIn.forget();
    const outcome = await tool.call(toolsOfContract[name]?.[1], call()).then(
      () => 'done',
      (thrown) => toDocpinError(thrown).code,
    );
    const isAskedRight = name === 'get_user_info' || asked().length === (mayUse ? 1 : 0);
    if (isListed !== mustList || !expected.includes(outcome) || !isAskedRight)
      wrong.push(`${name}: listed ${isListed}, ${outcome}, asked ${asked().length} times`);
  }
  await close();
  return { cells: tools.length, wrong };
}

function isAllowed(name: string, scopes: readonly Scope[] | undefined): boolean {
  const route = routes.find(({ method, path }) => `${method} ${path}` === toolsOfContract[name]?.[0]);
  if (route === undefined) throw new Error(`${name} is in no contract`);
  if (scopes === undefined || typeof route.scopes === 'string') return scopes !== undefined;
  return mayDo({ user: 'ann', scopes, method: 'api-key' }, route.scopes);
}

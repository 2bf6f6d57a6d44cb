import { describe, expect, it } from 'vitest';
import { toDocpinError } from '../../../src/errors.ts';
import { callersOfMatrix } from '../../sources/context-repo/credentials.ts';
import { call, credential } from '../../sources/context-repo/start-context-repo.ts';
import { routes } from '../../stand-ins/context-repo/context-repo-stand-in.ts';
import { allScopes, mayDo, type Scope } from '../../stand-ins/context-repo/credentials.ts';
import { plainArguments, startTools } from './start-tools.ts';

/** What each tool asks for, as the contract says which scopes that needs. */
const lines: Readonly<Record<string, string>> = {
  list_documents: 'GET /v1/documents',
  get_document: 'GET /v1/documents/{id}',
  create_document: 'POST /v1/documents',
  update_document: 'PATCH /v1/documents/{id}',
  scrape_document: 'POST /v1/documents/scrape',
  search_prompts: 'GET /v1/prompts',
  read_prompt: 'GET /v1/prompts/{id}',
  find_items: 'GET /v1/search',
  list_collections: 'GET /v1/collections',
  deep_search: 'POST /v1/pd/search',
  deep_read: 'GET /v1/pd/read/{id}',
  deep_expand: 'POST /v1/pd/expand',
  get_user_info: 'GET /v1/user/me',
  get_capabilities: 'GET /v1/mcp/capabilities',
};
const writing = ['create_document', 'update_document', 'scrape_document'];

function isAllowed(name: string, scopes: readonly Scope[] | undefined): boolean {
  const route = routes.find(({ method, path }) => `${method} ${path}` === lines[name]);
  if (route === undefined) throw new Error(`${name} is in no contract`);
  if (scopes === undefined || typeof route.scopes === 'string') return scopes !== undefined;
  return mayDo({ user: 'ann', scopes, method: 'api-key' }, route.scopes);
}

describe('every credential with every tool', () => {
  it('is fourteen tools', async () => {
    const { tools } = await startTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual(Object.keys(lines).toSorted());
    expect(Object.keys(plainArguments).toSorted()).toEqual(Object.keys(lines).toSorted());
  });

  it.each(callersOfMatrix)(
    'is listed, and refused when it is called all the same: $name',
    async ({ scopes, make }) => {
      for (const allowsWrites of [true, false]) {
        const { tools, use, asked, standIn } = await startTools({ own: make, allowsWrites });
        for (const tool of tools) {
          const { name } = tool;
          const isOn = allowsWrites || !writing.includes(name);
          const isListed = isOn && isAllowed(name, scopes);
          expect(await tool.isOffered?.(call()), `${name} listed`).toBe(isListed);
          // What Context Repo tells everybody is listed beside the other tools and given to everybody.
          const mayUse = isListed || name === 'get_capabilities';
          standIn.forget();
          const outcome = await use(name, plainArguments[name]).then(
            () => 'done',
            (thrown) => toDocpinError(thrown).code,
          );
          if (mayUse) expect(['done', 'library-not-found'], name).toContain(outcome);
          else if (isOn) expect(outcome, name).toBe(scopes === undefined ? 'unauthorized' : 'forbidden');
          else expect(outcome, name).toBe('forbidden');
          if (name !== 'get_user_info') expect(asked(), name).toHaveLength(mayUse ? 1 : 0);
        }
      }
    },
  );
});

describe('the list', () => {
  it('is asked for once, and stays as it was when the scopes change', async () => {
    const { tools, fail, standIn, key } = await startTools();
    const list = async () => Promise.all(tools.map((tool) => tool.isOffered?.(call())));
    const before = await list();
    standIn.setScopes(key, ['prompts.read']);
    expect(await list()).toEqual(before);
    expect(before).toEqual(tools.map(() => true));
    expect(standIn.requests.map(({ path }) => path)).toEqual(['/v1/user/me']);
    // A refusal tells the client that it knows too little; the list goes on as it began.
    expect(await fail('list_documents')).toMatchObject({ code: 'forbidden' });
    expect(await list()).toEqual(before);
  });

  it('is what the settings allow where the scopes cannot be read, and stays that', async () => {
    const { tools, standIn } = await startTools({
      upstreamLimits: { maxAttempts: 1 },
      own: (own) => credential(own.addKey('ann', ['prompts.read'])),
    });
    standIn.failNext([{ kind: 'answer', status: 503, body: 'down' }]);
    const list = async () => Promise.all(tools.map((tool) => tool.isOffered?.(call())));
    expect(await list()).toEqual(tools.map(() => true));
    expect(await list()).toEqual(tools.map(() => true));
  });

  it('is of each caller their own', async () => {
    const { tools, standIn } = await startTools();
    const prompts = standIn.addKey('bob', ['prompts.read']);
    const list = async (key?: string) => {
      const offered = await Promise.all(
        tools.map(async (tool) => [tool.name, await tool.isOffered?.(call(key))] as const),
      );
      return offered.flatMap(([name, isOffered]) => (isOffered ? [name] : []));
    };
    expect(await list()).toHaveLength(14);
    expect(await list(prompts)).toEqual([
      'search_prompts',
      'read_prompt',
      'find_items',
      'get_user_info',
      'get_capabilities',
    ]);
  });

  it('of a key that is lent is another one than that of its owner, whoever asks first', async () => {
    for (const order of [
      [14, 11],
      [11, 14],
    ]) {
      let asks = 14;
      const { tools } = await startTools({
        // The same key, lent to callers without one and sent by its owner.
        own: (own) => credential(own.addKey('ann', allScopes)),
        lends: () => asks === 11,
      });
      for (asks of order) {
        const offered = await Promise.all(tools.map((tool) => tool.isOffered?.(call())));
        expect(offered.filter(Boolean)).toHaveLength(asks);
      }
    }
  });

  it('of a credential that is lent is for reading', async () => {
    const { tools, use, fail, asked, standIn } = await startTools({
      own: (own) => ({ ...credential(own.addToken('ann'), 'token'), isLent: true }),
    });
    for (const tool of tools)
      expect(await tool.isOffered?.(call()), tool.name).toBe(!writing.includes(tool.name));
    await use('list_documents');
    for (const name of writing)
      expect(await fail(name, plainArguments[name])).toMatchObject({
        code: 'forbidden',
        next: expect.stringContaining('X-Context-Repo-Api-Key'),
      });
    expect(asked()).toEqual(['GET /v1/documents']);
    expect(standIn.requests.length).toBeGreaterThan(1);
  });
});

import { describe, expect, it } from 'vitest';
import { toDocpinError } from '../../../src/errors.ts';
import { callersOfMatrix } from '../../sources/context-repo/credentials.ts';
import { call, credential } from '../../sources/context-repo/start-context-repo.ts';
import { routes } from '../../stand-ins/context-repo/context-repo-stand-in.ts';
import { mayDo, type Scope } from '../../stand-ins/context-repo/credentials.ts';
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
  deep_search: 'POST /v1/pd/search',
  deep_read: 'GET /v1/pd/read/{id}',
  deep_expand: 'POST /v1/pd/expand',
};
const writing = ['create_document', 'update_document', 'scrape_document'];

function isAllowed(name: string, scopes: readonly Scope[] | undefined): boolean {
  const route = routes.find(({ method, path }) => `${method} ${path}` === lines[name]);
  if (route === undefined || typeof route.scopes === 'string') throw new Error(`${name} is in no contract`);
  return scopes !== undefined && mayDo({ user: 'ann', scopes, method: 'api-key' }, route.scopes);
}

describe('every credential with every tool', () => {
  it('is ten tools', async () => {
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
          const mayUse = isOn && isAllowed(name, scopes);
          expect(await tool.isOffered?.(call()), `${name} listed`).toBe(mayUse);
          standIn.forget();
          const outcome = await use(name, plainArguments[name]).then(
            () => 'done',
            (thrown) => toDocpinError(thrown).code,
          );
          if (mayUse) expect(['done', 'library-not-found'], name).toContain(outcome);
          else if (isOn) expect(outcome, name).toBe(scopes === undefined ? 'unauthorized' : 'forbidden');
          else expect(outcome, name).toBe('forbidden');
          expect(asked(), name).toHaveLength(mayUse ? 1 : 0);
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
    expect(await list()).toHaveLength(10);
    expect(await list(prompts)).toEqual(['search_prompts', 'read_prompt']);
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

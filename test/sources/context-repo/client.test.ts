import { describe, expect, it, onTestFinished } from 'vitest';
import { DocpinError } from '../../../src/errors.ts';
import type { Parameters } from '../../../src/sources/context-repo/client/create-ask.ts';
import { type OperationName, operations } from '../../../src/sources/context-repo/client/operations.ts';
import { upstreamText } from '../../stand-ins/context-repo/answers.ts';
import { routes } from '../../stand-ins/context-repo/context-repo-stand-in.ts';
import {
  documentedRefusals,
  leakingFault,
  oddRefusals,
  throttled,
} from '../../stand-ins/context-repo/faults.ts';
import { ids } from '../../stand-ins/context-repo/seed.ts';
import type { Fault } from '../../stand-ins/fault-engine/fault.ts';
import { redirectTo } from '../../stand-ins/fault-engine/fault.ts';
import { writeUnderResets } from './figures/write-under-resets.ts';
import { call, credential, type StartOptions, startContextRepo } from './start-context-repo.ts';

async function start(options?: StartOptions) {
  const started = await startContextRepo(options);
  onTestFinished(() => started.close());
  return started;
}

type Request = readonly [OperationName, Parameters];

const getHandbook: Request = ['get_document', { id: ids.handbook }];
const create: Request = ['create_document', { body: { title: 'T', content: 'C' } }];
const update: Request = [
  'update_document',
  { id: ids.handbook, body: { content: 'New', expectedRevision: 3 } },
];
const scrape: Request = ['scrape_document', { body: { url: 'https://example.com' } }];

async function errorOf(promise: Promise<unknown>): Promise<DocpinError> {
  const error = await promise.catch((thrown: unknown) => thrown);
  if (error instanceof DocpinError) return error;
  throw new Error('no DocpinError', { cause: error });
}

describe('the list of operations', () => {
  it('is that of the contract: methods, paths and scopes', () => {
    // The contract names nothing; these are called after what they list.
    const renamed: Record<string, OperationName> = {
      list_prompts: 'search_prompts',
      get_prompt: 'read_prompt',
      capabilities: 'get_capabilities',
    };
    const contract = routes.map(({ operation, method, path, scopes, family }) => ({
      name: renamed[operation] ?? operation,
      line: `${method} ${path}`,
      scopes: scopes === 'any caller' ? 'any credential' : scopes,
      family,
    }));
    const ours = operations.map(({ name, method, path, scopes, family }) => ({
      name,
      line: `${method} ${path}`,
      scopes,
      family,
    }));
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(ours.toSorted(byName)).toEqual(contract.toSorted(byName));
  });
});

describe('what is sent', () => {
  it('carries the key in its scheme, our User-Agent, and no more', async () => {
    const { client, standIn, key } = await start();
    await client.run(...getHandbook, call());
    for (const { headers } of standIn.requests) {
      expect(headers.authorization).toBe(`API-Key ${key}`);
      expect(headers['user-agent']).toBe('docpin/0.0.0-test');
      expect(headers['content-type']).toBeUndefined();
    }
  });

  it('carries a token as a bearer', async () => {
    let token = '';
    const { client, standIn } = await start({
      own(own) {
        token = own.addToken('ann');
        return credential(token, 'token');
      },
    });
    await client.run(...getHandbook, call());
    expect(standIn.requests.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it('has no credential where the operation is public', async () => {
    const { client, standIn } = await start();
    await client.run('get_capabilities', {}, call());
    expect(standIn.requests).toMatchObject([{ path: '/v1/mcp/capabilities' }]);
    expect(standIn.requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each(['a/b', '..', '../user/me', 'a.b', 'a?x=1', 'a#b', 'a%2Fb', '', ' ', 'ä', 'x'.repeat(201)])(
    'is nothing for the id %j',
    async (id) => {
      const { client, standIn } = await start();
      const error = await errorOf(client.run('get_document', { id }, call()));
      expect(error).toMatchObject({ code: 'bad-input' });
      expect(standIn.requests.filter(({ path }) => path !== '/v1/user/me')).toEqual([]);
    },
  );
});

describe('what a credential may do', () => {
  it('is asked once for each, however many calls there are', async () => {
    const { client, standIn } = await start();
    const other = standIn.addKey('bob', ['documents.read']);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        client.run(...getHandbook, call(index % 2 ? other : undefined)),
      ),
    );
    const asked = standIn.requests.filter(({ path }) => path === '/v1/user/me');
    expect(asked).toHaveLength(2);
    expect(new Set(asked.map(({ headers }) => headers.authorization)).size).toBe(2);
  });

  it('is known before a request: what it lacks is refused without one, with the scope and how to get it', async () => {
    const { client, standIn } = await start();
    const reader = standIn.addKey('ann', ['documents.read']);
    const error = await errorOf(client.run(...create, call(reader)));
    expect(error).toMatchObject({ code: 'forbidden', what: expect.stringContaining('documents.write') });
    expect(error.next).toMatch(/key with documents\.write.*CONTEXTREPO_API_KEY/);
    expect(standIn.requests.map(({ path }) => path)).toEqual(['/v1/user/me']);
    expect(standIn.account('ann').documents.size).toBe(standIn.account('bob').documents.size - 1);
  });

  it('is asked again when a refusal is old, or when the server knows better', async () => {
    const { client, standIn, clock } = await start();
    const key = standIn.addKey('ann', ['documents.read']);
    await expect(client.run(...create, call(key))).rejects.toMatchObject({ code: 'forbidden' });
    standIn.setScopes(key, ['documents.write']);
    await expect(client.run(...create, call(key))).rejects.toMatchObject({ code: 'forbidden' });
    clock.nowMs += 5 * 60_000;
    await client.run(...create, call(key));
    standIn.setScopes(key, ['prompts.read']);
    await expect(client.run(...create, call(key))).rejects.toMatchObject({ code: 'forbidden' });
    standIn.forget();
    await expect(client.run(...create, call(key))).rejects.toMatchObject({ code: 'forbidden' });
    expect(standIn.requests.map(({ path }) => path)).toEqual(['/v1/user/me']);
  });

  it('holds nothing up when it cannot be found out: the server decides', async () => {
    const { client, standIn } = await start({ sleep: async () => undefined });
    const reader = standIn.addKey('ann', ['documents.read']);
    standIn.failAlways({ kind: 'hang' }, { path: /user/ });
    await client.run(...getHandbook, call(reader));
    const error = await errorOf(client.run(...create, call(reader)));
    expect(error).toMatchObject({ code: 'forbidden', what: expect.stringContaining('documents.write') });
    expect(error.message).not.toContain(upstreamText);
  });

  it.each([{}, { permissions: null }, { permissions: ['admin:*'] }, { permissions: 'all' }])(
    'is for the server to say where %j does not tell it',
    async (user) => {
      const { client, standIn } = await start();
      const reader = standIn.addKey('ann', ['documents.read']);
      standIn.failAlways({ kind: 'answer', status: 200, body: { data: user } }, { path: /user/ });
      expect(await client.mayRun('create_document', call(reader))).toBe(true);
      await client.run(...getHandbook, call(reader));
      expect(await errorOf(client.run(...create, call(reader)))).toMatchObject({ code: 'forbidden' });
      expect(standIn.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    },
  );

  it('is not asked by every call of an outage', async () => {
    const { client, standIn, clock } = await start({ upstreamLimits: { maxAttempts: 1 } });
    standIn.failAlways({ kind: 'answer', status: 503, body: 'down' }, { path: /user/ });
    for (let count = 0; count < 5; count++) await client.run(...getHandbook, call());
    expect(standIn.requests.filter(({ path }) => path === '/v1/user/me')).toHaveLength(1);
    clock.nowMs += 30_000;
    await client.run(...getHandbook, call());
    expect(standIn.requests.filter(({ path }) => path === '/v1/user/me')).toHaveLength(2);
  });
});

describe('without a credential that is good', () => {
  it('nothing is sent where there is none', async () => {
    const { client, standIn } = await start({ own: () => undefined });
    const error = await errorOf(client.run(...getHandbook, call()));
    expect(error).toMatchObject({
      code: 'unauthorized',
      next: expect.stringContaining('CONTEXTREPO_API_KEY'),
    });
    expect(standIn.requests).toEqual([]);
  });

  it.each(['api-key', 'token'] as const)('a bad %s is said to be bad, with its setting', async (kind) => {
    const value = kind === 'token' ? 'aaa.bbb.ccc' : 'gm_wrongwrong_wrongwrongwrong';
    const { client } = await start({ own: () => credential(value, kind) });
    const error = await errorOf(client.run(...getHandbook, call()));
    expect(error.code).toBe('unauthorized');
    expect(error.next).toContain(kind === 'token' ? 'CONTEXTREPO_TOKEN' : 'CONTEXTREPO_API_KEY');
    expect(error.message).not.toContain(value);
  });
});

describe('refusals', () => {
  it.each([...documentedRefusals.map(({ fault }) => fault), ...oddRefusals, leakingFault])(
    'of %j are told in our own words',
    async (fault) => {
      for (const request of [getHandbook, update]) {
        const { client, standIn, key, close } = await startContextRepo({
          upstreamLimits: { maxAttempts: 1 },
        });
        standIn.failAlways(fault, { path: /documents/ });
        const { message, next } = await errorOf(client.run(...request, call()));
        expect(message).not.toContain(upstreamText);
        expect(message).not.toContain(key);
        expect(message).not.toContain('TypeError');
        expect(next).toMatch(/\S[.]$/);
        await close();
      }
    },
  );

  it('of each status have a message of their own', async () => {
    const messages = new Set<string>();
    for (const { fault } of documentedRefusals) {
      const { client, standIn, close } = await startContextRepo({ upstreamLimits: { maxAttempts: 1 } });
      standIn.failAlways(fault, { path: /documents/ });
      messages.add((await errorOf(client.run(...update, call()))).message);
      await close();
    }
    expect(messages.size).toBe(documentedRefusals.length);
  });

  it('of the edge are told apart from a scope that is missing', async () => {
    const { client, standIn } = await start();
    const edge: Fault = {
      kind: 'answer',
      status: 403,
      headers: { 'content-type': 'text/plain; charset=UTF-8' },
      body: 'error code: 1010',
    };
    standIn.failNext([edge], { path: /documents/ });
    const error = await errorOf(client.run(...getHandbook, call()));
    expect(error).toMatchObject({ code: 'rejected', what: expect.stringContaining('User-Agent') });
    expect(error.message).not.toContain('scope');
    standIn.failNext([{ kind: 'answer', status: 403, body: '<html>no</html>' }], { path: /documents/ });
    expect(await errorOf(client.run(...getHandbook, call()))).toMatchObject({ code: 'bad-answer' });
  });

  it('of what is missing may mean no access', async () => {
    const { client } = await start();
    for (const id of [ids.nothing, ids.onlyBobs]) {
      const error = await errorOf(client.run('get_document', { id }, call()));
      expect(error).toMatchObject({
        code: 'library-not-found',
        what: expect.stringContaining('does not show it'),
      });
    }
    const chunk = await errorOf(client.run('deep_read', { id: 'kGone' }, call()));
    expect(chunk.next).toContain('Search again');
  });

  it('of what a query or a body names are of that, and of a path alone of the address', async () => {
    const { client, standIn } = await start();
    const requests: readonly Request[] = [
      ['list_documents', { query: { collectionId: ids.nothing } }],
      ['reason', { body: { query: 'deploy', collectionId: ids.nothing } }],
      ['reason', { body: { query: 'deploy', documentId: ids.nothing } }],
    ];
    for (const request of requests)
      expect(await errorOf(client.run(...request, call()))).toMatchObject({
        code: 'library-not-found',
        what: expect.stringMatching(/has no (?:document|collection) "dNothing00001"/),
      });
    standIn.failNext([{ kind: 'answer', status: 404, body: { error: {} } }], { path: /documents/ });
    expect(await errorOf(client.run('list_documents', {}, call()))).toMatchObject({
      code: 'bad-config',
      next: expect.stringContaining('CONTEXTREPO_API_URL'),
    });
  });

  it("of a key that is not the caller's send the caller to their own", async () => {
    const { client, standIn } = await start({
      own: (own) => ({ ...credential(own.addKey('ann', ['prompts.read'])), isLent: true }),
    });
    const lacking = await errorOf(client.run(...getHandbook, call()));
    standIn.failAlways({ kind: 'answer', status: 401, body: { error: {} } }, { path: /prompts/ });
    const refused = await errorOf(client.run('search_prompts', {}, call()));
    for (const error of [lacking, refused]) {
      expect(error.next).toContain('X-Context-Repo-Api-Key');
      expect(error.message).not.toContain('CONTEXTREPO_API_KEY');
    }
  });

  it('have words that fit the operation', async () => {
    const { client, standIn } = await start();
    const answered = async (status: number, ...request: Request) => {
      const path = request[0] === 'get_user_info' ? /user/ : /^(?!\/v1\/user)/;
      standIn.failNext([{ kind: 'answer', status, body: { error: { code: status } } }], { path });
      return errorOf(client.run(...request, call()));
    };
    await client.run(...getHandbook, call());
    const user = await answered(403, 'get_user_info', {});
    expect(user.message).not.toMatch(/scope|undefined/);
    expect((await answered(409, ...create)).what).not.toMatch(/managed|being edited/);
    expect((await answered(413, 'deep_search', { body: { query: 'x' } })).what).not.toContain('written');
  });

  it('that redirect are not followed', async () => {
    const { client, standIn } = await start();
    const elsewhere = await start();
    standIn.failNext([redirectTo(`${elsewhere.standIn.baseUrl}/v1/documents/${ids.handbook}`)], {
      path: /documents/,
    });
    expect(await errorOf(client.run(...getHandbook, call()))).toMatchObject({ code: 'bad-answer' });
    expect(elsewhere.standIn.requests).toEqual([]);
  });

  it.each(['message', 'details', 'code'] as const)(
    'of another revision (said in the %s) tell what to do, and nothing is written',
    async (mismatchIn) => {
      const { client, standIn } = await start({ mismatchIn });
      const before = standIn.account('ann').documents.get(ids.handbook)?.content;
      const error = await errorOf(client.run(...update, call()));
      expect(error).toMatchObject({ code: 'conflict', what: expect.stringContaining('since revision 3') });
      expect(error.next).toContain('expectedRevision');
      expect(standIn.account('ann').documents.get(ids.handbook)?.content).toBe(before);
      const managed = await errorOf(
        client.run('update_document', { id: ids.managed, body: { title: 'T' } }, call()),
      );
      expect(managed).toMatchObject({ code: 'conflict', what: expect.stringContaining('managed editing') });
    },
  );

  it('of content that is too large say so', async () => {
    const { client } = await start({ maxBodyBytes: 1_000 });
    const body = { title: 'T', content: 'x'.repeat(2_000) };
    expect(await errorOf(client.run('create_document', { body }, call()))).toMatchObject({
      code: 'rejected',
      what: expect.stringContaining('Nothing was written'),
    });
  });
});

describe('limits on requests', () => {
  it('of one family close that family alone, until they are over', async () => {
    const { client, standIn, clock } = await start({ limits: { scrape: 1, api: 100, readonly: 100 } });
    await client.run(...scrape, call());
    const error = await errorOf(client.run(...scrape, call()));
    expect(error).toMatchObject({ code: 'throttled', retryAtMs: clock.nowMs + 60_000 });
    expect(error.what).toContain('Nothing was written');
    const before = standIn.requests.length;
    await expect(client.run(...scrape, call())).rejects.toMatchObject({ code: 'throttled' });
    expect(standIn.requests).toHaveLength(before);
    await client.run(...create, call());
    await client.run(...getHandbook, call());
    clock.nowMs += 60_000;
    await client.run(...scrape, call());
  });

  it('that are over in a moment are waited for by reads, and told by writes', async () => {
    const { client, standIn, clock } = await start();
    standIn.failNext([throttled('2')], { path: /documents/ });
    await client.run(...getHandbook, call());
    expect(clock.sleptMs).toEqual([2_000]);
    standIn.failNext([throttled('2')], { path: /documents/ });
    const error = await errorOf(client.run(...create, call()));
    expect(error).toMatchObject({ code: 'throttled', retryAtMs: clock.nowMs + 2_000 });
  });
});

describe('writes', () => {
  const writes = operations.filter(({ effect }) => effect !== 'read');

  it('are many', () => expect(writes).toHaveLength(14));

  it.each(writes.map(({ name }) => name))(
    '%s is tried exactly once under resets, and may have been done',
    async (name) => {
      const { attempts, outcome } = await writeUnderResets(name);
      expect(attempts).toBe(1);
      expect(outcome).toMatchObject({
        code: 'unavailable',
        what: expect.stringContaining('may have been done'),
        next: expect.stringContaining('before you do it again'),
      });
    },
  );

  it('are tried once however they fail', async () => {
    const faults: readonly Fault[] = [
      { kind: 'reset' },
      { kind: 'hang' },
      { kind: 'cut' },
      { kind: 'answer', status: 503, body: '' },
      { kind: 'answer', status: 500, body: '' },
      { kind: 'answer', status: 408, body: '' },
      throttled('1'),
      redirectTo('/v1/documents', 308),
      { kind: 'answer', status: 200, body: { data: {} } },
      { kind: 'answer', status: 200, body: 'fine' },
    ];
    for (const fault of faults) {
      const { client, standIn, close } = await startContextRepo({
        upstreamLimits: { attemptTimeoutMs: 300 },
      });
      standIn.failAlways(fault, { path: /documents/ });
      const error = await errorOf(client.run(...create, call()));
      expect(error.code, JSON.stringify(fault)).not.toBe('internal');
      expect(standIn.requests.filter(({ path }) => path === '/v1/documents')).toHaveLength(1);
      const isOpen = !('status' in fault && (fault.status === 429 || fault.status === 308));
      expect(error.what.includes('may have been done'), JSON.stringify(fault)).toBe(isOpen);
      await close();
    }
  });

  it('that are cancelled may have been done, those that were never sent were not', async () => {
    const { client, standIn } = await start();
    standIn.failAlways({ kind: 'hang' }, { path: /documents/ });
    const caller = new AbortController();
    const running = errorOf(client.run(...create, call(undefined, caller.signal)));
    await expect.poll(() => standIn.requests.length).toBe(2);
    caller.abort();
    expect(await running).toMatchObject({
      code: 'cancelled',
      what: expect.stringContaining('may have been done'),
      next: expect.stringContaining('before you do it again'),
    });
    await standIn.close();
    expect(await errorOf(client.run(...create, call()))).toMatchObject({
      code: 'unavailable',
      what: expect.stringContaining('Nothing was written'),
    });
  });

  it('begin a new epoch, as a refused credential does', async () => {
    const { client, standIn, key } = await start();
    const own = credential(key);
    const epochs = [await client.epochOf(own)];
    await client.run(...getHandbook, call());
    epochs.push(await client.epochOf(own));
    await client.run(...create, call());
    epochs.push(await client.epochOf(own));
    standIn.revoke(key);
    await expect(client.run(...getHandbook, call())).rejects.toMatchObject({ code: 'unauthorized' });
    epochs.push(await client.epochOf(own));
    const [first, second, third, fourth] = epochs;
    expect(second).toBe(first);
    expect(new Set([first, third, fourth]).size).toBe(3);
  });
});

describe('reads', () => {
  it('are repeated, POSTs included', async () => {
    const { client, standIn } = await start();
    standIn.failNext([{ kind: 'reset' }, { kind: 'answer', status: 503, body: '' }], { path: /pd/ });
    const found = await client.run('deep_search', { body: { query: 'deploy' } }, call());
    expect(found.results.length).toBeGreaterThan(0);
    expect(standIn.requests.filter(({ path }) => path === '/v1/pd/search')).toHaveLength(3);
  });

  it('stop when the call is cancelled', async () => {
    const { client, standIn } = await start();
    standIn.failAlways({ kind: 'hang' }, { path: /documents/ });
    const caller = new AbortController();
    const running = errorOf(client.run(...getHandbook, call(undefined, caller.signal)));
    await expect.poll(() => standIn.requests.length).toBe(2);
    caller.abort();
    expect(await running).toMatchObject({ code: 'cancelled' });
  });
});

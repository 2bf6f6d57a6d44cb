import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ContextRepoStandIn,
  type ContextRepoStandInOptions,
  routes,
  startContextRepoStandIn,
} from './context-repo-stand-in.ts';
import { allScopes, type Scope } from './credentials.ts';
import { ids } from './seed.ts';

const plenty = { limits: { scrape: 1_000, api: 10_000, readonly: 10_000 } };

async function start(options: ContextRepoStandInOptions = {}) {
  const standIn = await startContextRepoStandIn({ ...plenty, ...options });
  onTestFinished(() => standIn.close());
  return { standIn, ask: askWith(standIn, standIn.addKey('ann', allScopes)) };
}

function askWith(standIn: ContextRepoStandIn, key: string) {
  return async (line: string, body?: unknown, headers: Record<string, string> = {}) => {
    const [method = '', path = ''] = line.split(' ');
    const response = await fetch(`${standIn.baseUrl}${path}`, {
      method,
      headers: {
        authorization: `API-Key ${key}`,
        'user-agent': 'a-test/1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
}

/** A request that each operation answers with success. */
async function examples(
  ask: ReturnType<typeof askWith>,
): Promise<Record<string, readonly [string, object?]>> {
  const found = await ask('POST /v1/pd/search', { query: 'deploy', documentId: ids.handbook });
  const chunkId = found.body.data.results[0].chunkId;
  const versions = await ask('GET /v1/documents/dNote001/versions');
  const updated = await ask(`PATCH /v1/prompts/${ids.review}`, { content: 'Other' });
  const promptVersions = await ask(`GET /v1/prompts/${updated.body.data.id}/versions`);
  const items = { itemIds: ['dNote001'], itemType: 'document' };
  return {
    get_user_info: ['GET /v1/user/me'],
    capabilities: ['GET /v1/mcp/capabilities'],
    list_prompts: ['GET /v1/prompts?q=review&limit=5'],
    get_prompt: [`GET /v1/prompts/${ids.review}`],
    create_prompt: ['POST /v1/prompts', { title: 'T', description: '', content: 'C' }],
    update_prompt: [`PATCH /v1/prompts/${ids.review}`, { tags: [] }],
    get_prompt_versions: [`GET /v1/prompts/${ids.review}/versions`],
    restore_prompt_version: [
      `POST /v1/prompts/${ids.review}/restore`,
      { versionId: promptVersions.body.data[0].id },
    ],
    delete_prompt: ['DELETE /v1/prompts/pExtra1'],
    list_documents: ['GET /v1/documents?search=note&tags=howto'],
    get_document: [`GET /v1/documents/${ids.handbook}`],
    create_document: ['POST /v1/documents', { title: 'T', content: 'C' }],
    update_document: [`PATCH /v1/documents/${ids.runbook}`, { title: 'Other' }],
    get_document_versions: [`GET /v1/documents/${ids.handbook}/versions`],
    restore_document_version: [
      'POST /v1/documents/dNote001/restore',
      { versionId: versions.body.data[0].id },
    ],
    delete_document: ['DELETE /v1/documents/dNote130'],
    scrape_document: ['POST /v1/documents/scrape', { url: 'https://example.com/page' }],
    list_collections: ['GET /v1/collections'],
    get_collection: [`GET /v1/collections/${ids.team}`],
    create_collection: ['POST /v1/collections', { name: 'N' }],
    update_collection: [`PATCH /v1/collections/${ids.team}`, { color: '#fff' }],
    delete_collection: [`DELETE /v1/collections/${ids.notes}`],
    list_collection_items: [`GET /v1/collections/${ids.team}/items`],
    add_to_collection: [`POST /v1/collections/${ids.team}/items`, items],
    remove_from_collection: [`PUT /v1/collections/${ids.team}/items`, items],
    find_items: ['GET /v1/search?q=handbook&semantic=false'],
    reason: ['POST /v1/reason', { query: 'deploy' }],
    start_session: ['POST /v1/pd/session', {}],
    deep_search: ['POST /v1/pd/search', { query: 'deploy' }],
    deep_read: [`GET /v1/pd/read/${chunkId}`],
    deep_expand: ['POST /v1/pd/expand', { chunkId, direction: 'up' }],
  };
}

describe('the Context Repo stand-in', () => {
  it('answers every operation of the contract', async () => {
    const { standIn, ask } = await start();
    const requests = await examples(ask);
    expect(Object.keys(requests).toSorted()).toEqual(routes.map(({ operation }) => operation).toSorted());
    expect(routes).toHaveLength(31);
    // What deletes comes last.
    const order = routes.toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));
    for (const { operation, method } of order) {
      const [line, body] = requests[operation] ?? ['', undefined];
      const answer = await ask(line, body);
      expect(answer.status, operation).toBe(
        method === 'DELETE' ? 204 : /^create|^scrape/.test(operation) ? 201 : 200,
      );
      if (method !== 'DELETE') expect(answer.body, operation).toHaveProperty('data');
    }
    expect(standIn.account('ann').documents.has('dNote130')).toBe(false);
    expect(standIn.account('bob').documents.has('dNote130')).toBe(true);
  });

  it('lets a key do what its scopes say, and nothing else', async () => {
    const { standIn, ask } = await start();
    const requests = await examples(ask);
    for (const scope of allScopes) {
      const asked = askWith(standIn, standIn.addKey('ann', [scope]));
      for (const { operation, scopes } of routes.filter(({ method }) => method !== 'DELETE')) {
        const [line, body] = requests[operation] ?? ['', undefined];
        const implied: readonly Scope[] = [scope, scope.replace('write', 'read') as Scope];
        const isAllowed = typeof scopes === 'string' || scopes.some((one) => implied.includes(one));
        const { status, text } = await asked(line, body);
        expect(status < 300, `${operation} with ${scope}: ${status} ${text}`).toBe(isAllowed);
        if (!isAllowed) expect(status).toBe(403);
      }
    }
  });

  it('tells a bad credential, a bad scheme and a nameless agent apart', async () => {
    const { standIn, ask } = await start();
    const [key, token] = [standIn.addKey('ann', allScopes), standIn.addToken('ann')];
    const me = 'GET /v1/user/me';
    expect(
      (await ask(me, undefined, { authorization: `Bearer ${token}` })).body.data.permissions,
    ).toHaveLength(4);
    for (const authorization of ['', `api-key ${key}`, `Bearer ${key}`, `API-Key ${token}`, 'API-Key gm_a_b'])
      expect((await ask(me, undefined, { authorization })).status, authorization).toBe(401);
    standIn.revoke(key);
    expect((await ask(me, undefined, { authorization: `API-Key ${key}` })).status).toBe(401);
    const edge = await ask(me, undefined, { 'user-agent': 'node' });
    expect([edge.status, edge.text, edge.body]).toEqual([403, 'error code: 1010', undefined]);
  });

  it.each([
    ['GET /v1/documents?limit=0'],
    ['GET /v1/documents?limit=101'],
    ['GET /v1/documents?limit=ten'],
    ['GET /v1/documents?q=x'],
    ['GET /v1/documents?cursor=made-up'],
    ['GET /v1/documents?search=a&search=b'],
    ['GET /v1/documents/a%2Fb'],
    ['GET /v1/documents/a.b'],
    ['GET /v1/documents/%zz'],
    ['GET /v1/search'],
    ['GET /v1/search?q=x&limit=5'],
    ['GET /v1/search?q=x&semantic=maybe'],
    ['GET /v1/prompts?search=x'],
    ['POST /v1/documents', { title: 'T' }],
    ['POST /v1/documents', { title: 'T', content: 'C', id: 'x' }],
    ['POST /v1/documents', { title: 'T', content: 'C', tags: 'a' }],
    ['POST /v1/documents', '{"title":'],
    ['POST /v1/documents', []],
    [`PATCH /v1/documents/${ids.handbook}`, {}],
    [`PATCH /v1/documents/${ids.handbook}`, { changeLog: 'alone' }],
    [`PATCH /v1/documents/${ids.handbook}`, { title: 'T', expectedRevision: '7' }],
    [`PUT /v1/collections/${ids.team}/items`, { itemIds: [], itemType: 'document' }],
    [`POST /v1/collections/${ids.team}/items`, { itemIds: ['dNote001'], itemType: 'note' }],
    ['POST /v1/documents/scrape', { url: 'ftp://example.com' }],
    ['POST /v1/pd/search', { query: '' }],
    ['POST /v1/pd/expand', { chunkId: 'k1', direction: 'sideways' }],
    ['POST /v1/pd/expand', { chunkId: 'k/1', direction: 'up' }],
  ])('refuses %s %j with 400', async (line, body?: unknown) => {
    const { ask } = await start();
    const answer = await ask(line, body);
    expect([answer.status, answer.body?.error?.code]).toEqual([400, 400]);
  });

  it('says 404 for what is missing and for what is of somebody else, in the same words', async () => {
    const { ask } = await start();
    const [missing, foreign] = [
      await ask(`GET /v1/documents/${ids.nothing}`),
      await ask(`GET /v1/documents/${ids.onlyBobs}`),
    ];
    expect(missing.status).toBe(404);
    expect(foreign.text).toBe(missing.text);
    expect((await ask('GET /v1/elsewhere')).status).toBe(404);
    expect((await ask('POST /v1/pd/expand', { chunkId: 'kGone', direction: 'up' })).status).toBe(404);
  });

  it('gives lists page by page, each row once', async () => {
    const { ask } = await start();
    const seen: string[] = [];
    let line = `GET /v1/collections/${ids.notes}/items?limit=50`;
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const { body } = await ask(cursor === '' ? line : `${line}&cursor=${cursor}`);
      seen.push(...body.data.map(({ itemId }: { itemId: string }) => itemId));
      cursor = body.pagination?.cursor;
    }
    expect(new Set(seen).size).toBe(130);
    expect(seen).toHaveLength(130);
    line = 'GET /v1/collections';
    expect((await ask(line)).body.pagination).toBeNull();
    const other = (await ask('GET /v1/documents?limit=5')).body.pagination.cursor;
    expect((await ask(`GET /v1/prompts?cursor=${other}`)).status).toBe(400);
  });

  it('limits each family of requests in a window that slides, for all keys of a user together', async () => {
    let nowMs = Date.UTC(2026, 10, 1);
    const { standIn, ask } = await start({ now: () => nowMs, limits: { scrape: 2, api: 3, readonly: 4 } });
    const scrape = () => ask('POST /v1/documents/scrape', { url: 'https://example.com' });
    expect([(await scrape()).status, (await scrape()).status]).toEqual([201, 201]);
    nowMs += 20_000;
    const refused = await scrape();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
    const other = askWith(standIn, standIn.addKey('ann', allScopes));
    expect((await other('POST /v1/documents/scrape', { url: 'https://example.com' })).status).toBe(429);
    expect((await ask('GET /v1/user/me')).status).toBe(200);
    const bob = askWith(standIn, standIn.addKey('bob', allScopes));
    expect((await bob('POST /v1/documents/scrape', { url: 'https://example.com' })).status).toBe(201);
    nowMs += 40_001;
    expect((await scrape()).status).toBe(201);
  });

  it.each(['message', 'details', 'code'] as const)(
    'refuses another revision with 409, said in the %s',
    async (mismatchIn) => {
      const { standIn, ask } = await start({ mismatchIn });
      const line = `PATCH /v1/documents/${ids.handbook}`;
      const conflict = await ask(line, { content: 'New', expectedRevision: 3 });
      expect(conflict.status).toBe(409);
      expect(conflict.text).toContain('REVISION_MISMATCH');
      expect(standIn.account('ann').documents.get(ids.handbook)?.content).not.toBe('New');
      const { body } = await ask(line, { content: 'New', expectedRevision: 7 });
      expect(body.data).toMatchObject({ revision: 8, currentVersion: 3, content: 'New' });
      expect((await ask(`PATCH /v1/documents/${ids.managed}`, { title: 'T' })).status).toBe(409);
    },
  );

  it('refuses a body that is too large with 413', async () => {
    const { ask } = await start({ maxBodyBytes: 1_000 });
    expect((await ask('POST /v1/documents', { title: 'T', content: 'x'.repeat(1_001) })).status).toBe(413);
  });

  it('leaves out of a session what it has shown, until the session is over', async () => {
    let nowMs = Date.UTC(2026, 10, 1);
    const { ask } = await start({ now: () => nowMs, expiredSession: 'refused' });
    const { sessionId, expiresAt } = (await ask('POST /v1/pd/session', {})).body.data;
    const search = async () =>
      (await ask('POST /v1/pd/search', { query: 'deploy', limit: 2, sessionId })).body.data?.results as
        | { chunkId: string }[]
        | undefined;
    const [first, second] = [await search(), await search()];
    expect(first).toHaveLength(2);
    const shown = (first ?? []).map(({ chunkId }) => chunkId);
    expect(second?.filter(({ chunkId }) => shown.includes(chunkId))).toEqual([]);
    nowMs = expiresAt;
    expect(await search()).toBeUndefined();
  });

  it('rebuilds the tree of a document that is written, so that its chunk ids die', async () => {
    const { ask } = await start();
    const { body } = await ask('POST /v1/pd/search', { query: 'deploy', documentId: ids.handbook });
    const { chunkId, parentId } = body.data.results[0];
    const read = await ask(`GET /v1/pd/read/${chunkId}`);
    expect(read.body.data).toMatchObject({
      hierarchy: { documentId: ids.handbook, sectionPath: expect.stringContaining('Team Handbook') },
    });
    expect(read.body.data.hierarchy.position.parentChunkId).toBe(parentId);
    await ask(`PATCH /v1/documents/${ids.handbook}`, { content: '# Other\n\nText' });
    expect((await ask(`GET /v1/pd/read/${chunkId}`)).status).toBe(404);
  });

  it('reasons about the documents that are named', async () => {
    const { ask } = await start();
    const reason = async (scope: object) => ask('POST /v1/reason', { query: 'deploy', ...scope });
    const { citations } = (await reason({ documentId: ids.handbook })).body.data;
    expect(new Set(citations.map(({ documentId }: { documentId: string }) => documentId))).toEqual(
      new Set([ids.handbook]),
    );
    expect((await reason({ collectionId: ids.nothing })).status).toBe(404);
  });

  it('answers oddly where it is told to: an empty page, ids as the database has them, null, a broken row', async () => {
    const { ask } = await start({ isOdd: true });
    const empty = (await ask('GET /v1/documents')).body;
    expect(empty).toMatchObject({ data: [], pagination: { hasMore: true } });
    const { data } = (await ask(`GET /v1/documents?cursor=${empty.pagination.cursor}`)).body;
    expect(data.slice(0, 2)).toEqual([
      { title: null },
      expect.objectContaining({ id: null, _id: ids.handbook, status: null }),
    ]);
    const hits = (await ask('POST /v1/pd/search', { query: 'deploy' })).body.data.results;
    expect(hits[1].chunkId).toMatch(/^k:1\.\w{16}$/);
  });

  it('is failed by the shared fault engine, after it has done what was asked', async () => {
    const { standIn, ask } = await start();
    standIn.failNext([{ kind: 'reset' }]);
    const before = standIn.account('ann').documents.size;
    await expect(ask('POST /v1/documents', { title: 'T', content: 'C' })).rejects.toThrow();
    expect(standIn.account('ann').documents.size).toBe(before + 1);
    expect(standIn.requests).toHaveLength(1);
    expect(JSON.parse(standIn.requests[0]?.body ?? '')).toEqual({ title: 'T', content: 'C' });
  });
});

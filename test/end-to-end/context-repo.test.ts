import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  cleanEnv,
  connectClient,
  mainFile,
  runDocpin,
  runDocpinLater,
  spawnDocpin,
} from '../setup/built-docpin.ts';
import { connectCaller, startBuiltHttp } from '../setup/built-http.ts';
import { temporaryFolder } from '../setup/fixture-projects.ts';
import {
  type ContextRepoStandIn,
  type ContextRepoStandInOptions,
  routes,
  startContextRepoStandIn,
} from '../stand-ins/context-repo/context-repo-stand-in.ts';
import { allScopes, type Scope } from '../stand-ins/context-repo/credentials.ts';
import { ids } from '../stand-ins/context-repo/seed.ts';

const handbook = `context-repo:document/${ids.handbook}`;
const usual = ['resolve-library', 'get-docs'];
/** Of nobody. */
const anyKey = 'gm_abcdefghijkl_0123456789abcdef0123456789abcdef0123';

async function standIn(options: ContextRepoStandInOptions = {}): Promise<ContextRepoStandIn> {
  const started = await startContextRepoStandIn(options);
  onTestFinished(() => started.close());
  return started;
}

function envFor(upstream: ContextRepoStandIn, key: string | undefined, more: Record<string, string> = {}) {
  return cleanEnv({
    CONTEXTREPO_API_URL: upstream.baseUrl,
    ...(key === undefined ? {} : { CONTEXTREPO_API_KEY: key }),
    ...more,
  });
}

const namesOf = (tools: readonly { readonly name: string }[]) => tools.map(({ name }) => name);

/** The very bytes that a server answers `tools/list` with. */
async function listedBytes(env: Record<string, string>, args: readonly string[] = []): Promise<string> {
  const { child, stdout } = spawnDocpin({ cwd: temporaryFolder(), env, args });
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'test', version: '1' };
  send({
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
  });
  send({ method: 'notifications/initialized' });
  send({ id: 2, method: 'tools/list' });
  await expect.poll(() => stdout().split('\n').length, { timeout: 15_000 }).toBeGreaterThan(2);
  return stdout().split('\n')[1] ?? '';
}

describe('Context Repo as a source, over MCP', () => {
  it('finds, answers and lists contents beside the usual tools, and asks once', async () => {
    const upstream = await standIn();
    const env = envFor(upstream, upstream.addKey('ann', ['documents.read']));
    const client = await connectClient('v2 auto', { cwd: temporaryFolder(), env });
    expect(upstream.requests).toEqual([]);
    expect(namesOf(await client.listTools())).toEqual(usual);
    expect(upstream.requests).toEqual([]);
    const resolved = await client.callTool('resolve-library', { name: 'team handbook' });
    expect(resolved.text).toContain(`${handbook} - Team Handbook`);
    expect(resolved.text).toContain('context-repo:all');
    const ask = () =>
      client.callTool('get-docs', { library: handbook, query: 'roll back a deploy', tokens: 1_000 });
    const answer = await ask();
    expect(answer).toMatchObject({ isError: false });
    expect(answer.text).toMatch(/^context-repo:document\/dHandbook01 \(Context Repo\) - \d+ of \d+ sections/);
    expect(answer.text).toMatch(
      /### Team Handbook > Deploying(?: > Rolling back)?\n\nSource: context-repo:document\/dHandbook01 \(revision 7\), chunk k\w+\n/,
    );
    const before = upstream.requests.length;
    expect((await ask()).text.split('\n')[0]).toContain('cached');
    expect(upstream.requests).toHaveLength(before);
    const named = await client.callTool('get-docs', { library: 'Team Docs' });
    expect(named.text).toContain(`Review a change: prompt ${ids.review}`);
    const nothing = await client.callTool('get-docs', { library: `context-repo:document/${ids.nothing}` });
    expect(nothing).toMatchObject({ isError: true });
    expect(nothing.text).toContain('does not show it');
  });

  it('is not on without a key, and says how it gets on', async () => {
    const client = await connectClient('v1', { cwd: temporaryFolder() });
    const answer = await client.callTool('get-docs', { library: handbook });
    expect(answer).toMatchObject({ isError: true });
    expect(answer.text).toContain('CONTEXTREPO_API_KEY');
  });

  it('writes no private copy to the disk, unless it is told to', async () => {
    const upstream = await standIn();
    const key = upstream.addKey('ann', allScopes);
    for (const [args, isKept] of [
      [[], false],
      [['--cache-private'], true],
    ] as const) {
      const env = envFor(upstream, key);
      const run = () =>
        runDocpinLater({ cwd: temporaryFolder(), env, args: ['docs', handbook, 'deploy', ...args] });
      expect((await run()).status).toBe(0);
      upstream.forget();
      expect((await run()).stdout.split('\n')[0]?.includes('cached')).toBe(isKept);
      expect(upstream.requests.length === 0).toBe(isKept);
      const { stdout } = runDocpin({ cwd: '/', env, args: ['cache', 'list'] });
      expect(stdout.includes('deep_search')).toBe(isKept);
    }
  });
});

describe('copies that rest on the disk', () => {
  const start = async () => {
    const upstream = await standIn();
    const key = upstream.addKey('ann', allScopes);
    const env = envFor(upstream, key, { DOCPIN_CACHE_PRIVATE: '1' });
    const run = (...args: string[]) => runDocpinLater({ cwd: temporaryFolder(), env, args });
    return { upstream, key, run };
  };

  it('are not served by the next process once this one has written', async () => {
    const { run } = await start();
    expect((await run('docs', handbook)).stdout).toContain('revision 7');
    const update = ['update_document', `documentId=${ids.handbook}`, 'content=# New', '--allow-writes'];
    expect((await run('context-repo', ...update)).status).toBe(0);
    const after = await run('docs', handbook);
    expect(after.stdout).toContain('revision 8');
    expect(after.stdout.split('\n')[0]).not.toContain('cached');
  });

  it('are not served by the next process once the key was refused', async () => {
    const { upstream, key, run } = await start();
    expect((await run('docs', handbook)).status).toBe(0);
    upstream.revoke(key);
    expect((await run('docs', `context-repo:document/${ids.runbook}`)).status).toBe(1);
    expect(await run('docs', handbook)).toMatchObject({ status: 1, stdout: '' });
  });
});

describe('the list of tools', () => {
  it('is byte for byte the same with and without Context Repo, as long as its toolset is off', async () => {
    const upstream = await standIn();
    const key = upstream.addKey('ann', allScopes);
    const plain = await listedBytes(cleanEnv());
    expect(namesOf(JSON.parse(plain).result.tools)).toEqual(usual);
    expect(await listedBytes(envFor(upstream, key))).toBe(plain);
    expect(await listedBytes(envFor(upstream, key), ['--allow-writes', '--cache-private'])).toBe(plain);
    expect(await listedBytes(cleanEnv({ DOCPIN_TOOLSETS: 'context-repo' }), ['--offline'])).toBe(plain);
    expect(upstream.requests).toEqual([]);
  });

  it.each<[name: string, scopes: readonly Scope[], args: readonly string[], count: number]>([
    ['all scopes', allScopes, ['--allow-writes'], 14],
    ['all scopes, no word for writing', allScopes, [], 11],
    ['documents.read', ['documents.read'], ['--allow-writes'], 9],
    ['documents.write', ['documents.write'], ['--allow-writes'], 12],
    ['prompts.read', ['prompts.read'], ['--allow-writes'], 5],
    ['no scope', [], ['--allow-writes'], 2],
  ])('shows what the key may do: %s', async (_name, scopes, args, count) => {
    const upstream = await standIn();
    const key = upstream.addKey('ann', scopes);
    const client = await connectClient('v2 auto', {
      cwd: temporaryFolder(),
      env: envFor(upstream, key),
      args: ['--toolsets', 'context-repo', ...args],
    });
    // Connecting asks nobody.
    expect(upstream.requests).toEqual([]);
    const before = await client.listTools();
    expect(namesOf(before).slice(0, 2)).toEqual(usual);
    expect(before).toHaveLength(2 + count);
    upstream.setScopes(key, ['prompts.write']);
    expect(await client.listTools()).toEqual(before);
    expect(upstream.requests.map(({ path }) => path)).toEqual(['/v1/user/me']);
  });

  it('may be kept by a proxy for everybody only where it is the same for everybody', async () => {
    for (const [args, cacheScope] of [
      [[], 'public'],
      [['--toolsets', 'context-repo'], 'private'],
    ] as const) {
      const client = new Client(
        { name: 'docpin-tests', version: '1.0.0' },
        { versionNegotiation: { mode: { pin: '2026-07-28' } } },
      );
      await client.connect(
        new StdioClientTransport({
          command: process.execPath,
          args: [mainFile, ...args],
          cwd: temporaryFolder(),
          env: cleanEnv({ CONTEXTREPO_API_KEY: anyKey }),
        }),
      );
      expect(await client.listTools()).toMatchObject({ cacheScope });
      await client.close();
    }
  });

  it('describes each tool of the toolset exactly so, for 2,500 tokens at most', async () => {
    const upstream = await standIn();
    const env = envFor(upstream, upstream.addKey('ann', allScopes));
    const args = ['--toolsets', 'context-repo', '--allow-writes'];
    const client = await connectClient('v2 auto', { cwd: temporaryFolder(), env, args });
    const tools = (await client.listTools()).slice(2);
    expect(tools).toMatchSnapshot();
    expect(encode(JSON.stringify(tools)).length).toBeLessThanOrEqual(2_500);
  });
});

/** One call of each group of the contract, as a tool of MCP and as a command say it. */
const groups: readonly (readonly [
  group: string,
  tool: string,
  args: Record<string, string>,
  path: string,
])[] = [
  ['prompts', 'search_prompts', { search: 'diff' }, '/v1/prompts'],
  ['prompts', 'read_prompt', { promptId: ids.review }, `/v1/prompts/${ids.review}`],
  ['documents', 'list_documents', { search: 'handbook' }, '/v1/documents'],
  ['documents', 'get_document', { documentId: ids.handbook }, `/v1/documents/${ids.handbook}`],
  ['documents', 'create_document', { title: 'T', content: 'C' }, '/v1/documents'],
  [
    'documents',
    'update_document',
    { documentId: ids.runbook, title: 'New name' },
    `/v1/documents/${ids.runbook}`,
  ],
  ['scraping', 'scrape_document', { url: 'https://example.com/' }, '/v1/documents/scrape'],
  ['collections', 'list_collections', {}, '/v1/collections'],
  ['search', 'find_items', { query: 'handbook' }, '/v1/search'],
  ['progressive disclosure', 'deep_search', { query: 'deploy' }, '/v1/pd/search'],
  ['user', 'get_user_info', {}, '/v1/user/me'],
  ['capabilities', 'get_capabilities', {}, '/v1/mcp/capabilities'],
];

describe('every group of the contract', () => {
  it('is among what is asked for', () => {
    const ofContract = new Set(routes.map(({ path }) => path.split('/')[2]));
    expect(new Set(groups.map(([, , , path]) => path.split('/')[2]))).toEqual(
      // Reasoning costs a call of a model on the other side, and has no tool.
      new Set([...ofContract].filter((group) => group !== 'reason')),
    );
  });

  it('is reached over MCP', async () => {
    const upstream = await standIn();
    const env = envFor(upstream, upstream.addKey('ann', allScopes));
    const args = ['--toolsets', 'context-repo', '--allow-writes'];
    const client = await connectClient('v1', { cwd: temporaryFolder(), env, args });
    for (const [, tool, given, path] of groups) {
      upstream.forget();
      const result = await client.callTool(tool, given);
      expect(result, `${tool}: ${result.text}`).toMatchObject({ isError: false });
      expect(upstream.requests.map((asked) => asked.path)).toContain(path);
    }
    const found = await client.callTool('deep_search', { query: 'deploy', limit: 1 });
    const chunkId = /(k[0-9a-f]{16}) \(score/.exec(found.text)?.[1];
    expect((await client.callTool('deep_read', { chunkId })).isError).toBe(false);
    expect((await client.callTool('deep_expand', { chunkId, direction: 'surrounding' })).isError).toBe(false);
    upstream.forget();
    await client.callTool('get-docs', { library: `context-repo:collection/${ids.team}` });
    await client.callTool('resolve-library', { name: 'handbook' });
    const reached = new Set(upstream.requests.map(({ path }) => path.split('/')[2]));
    for (const group of ['collections', 'search']) expect(reached).toContain(group);
  });

  it('is reached from the command line', async () => {
    const upstream = await standIn();
    const env = envFor(upstream, upstream.addKey('ann', allScopes));
    const run = (...args: string[]) => runDocpinLater({ cwd: temporaryFolder(), env, args });
    for (const [, tool, given, path] of groups) {
      upstream.forget();
      const words = Object.entries(given).map(([name, value]) => `${name}=${value}`);
      const { status, stderr } = await run('context-repo', tool, ...words, '--allow-writes');
      expect([status, stderr], tool).toEqual([0, '']);
      expect(upstream.requests.map((asked) => asked.path)).toContain(path);
    }
    upstream.forget();
    expect((await run('docs', `context-repo:collection/${ids.team}`)).status).toBe(0);
    expect((await run('resolve', 'handbook')).stdout).toContain(handbook);
    const doctor = await run('doctor');
    expect(doctor.stdout).toMatch(
      /^ok {5}Context Repo +on, http:\S+ answers, the credential has prompts\.read, .*documents\.write$/m,
    );
    const reached = new Set(upstream.requests.map(({ path }) => path.split('/')[2]));
    for (const group of ['collections', 'search', 'user', 'mcp']) expect(reached).toContain(group);
  }, 60_000);

  it('would go to the real address with nothing else changed', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as AddressInfo;
    const env = cleanEnv({
      CONTEXTREPO_API_KEY: anyKey,
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
    });
    const { status, stderr } = await runDocpinLater({
      cwd: temporaryFolder(),
      env,
      args: ['context-repo', 'create_document', 'title=T', 'content=C', '--allow-writes'],
    });
    expect(new Set(asked)).toEqual(new Set(['api.contextrepo.com:443']));
    expect(status).toBe(1);
    expect(stderr).toContain('may have been done');
  });
});

describe('the command', () => {
  it('lists what the key may use, with the arguments', async () => {
    const upstream = await standIn();
    const env = envFor(upstream, upstream.addKey('ann', ['prompts.read']));
    const { stdout } = await runDocpinLater({ cwd: temporaryFolder(), env, args: ['context-repo'] });
    expect(stdout).toContain('docpin context-repo read_prompt promptId=... [page=...]');
    expect(stdout).not.toContain('get_document');
  });

  it('takes a content from a file or from what is piped in, and several tags', async () => {
    const upstream = await standIn();
    const env = envFor(upstream, upstream.addKey('ann', allScopes));
    const cwd = temporaryFolder();
    // More than a shell hands over in one argument.
    const content = `# Long\n\n${'words '.repeat(40_000)}`;
    writeFileSync(join(cwd, 'notes.md'), content);
    const create = ['context-repo', 'create_document', 'title=T', '--allow-writes'];
    const saved = async () => {
      const { body } = upstream.requests.at(-1) ?? {};
      return JSON.parse(body ?? '{}');
    };
    await runDocpinLater({ cwd, env, args: [...create, 'content=@notes.md', 'tags=a, b'] });
    expect(await saved()).toEqual({ title: 'T', content, tags: ['a', 'b'] });
    const { child, exited } = spawnDocpin({ cwd, env, args: [...create, 'content=@-'] });
    child.stdin.end('@ piped');
    await exited;
    expect(await saved()).toEqual({ title: 'T', content: '@ piped' });
    upstream.forget();
    const missing = await runDocpinLater({ cwd, env, args: [...create, 'content=@none.md'] });
    expect(missing).toMatchObject({ status: 2, stdout: '' });
    expect(missing.stderr).toContain('(ENOENT)');
    expect(upstream.requests).toEqual([]);
  });

  it('asks nobody where Context Repo is off, as the doctor says', async () => {
    const upstream = await standIn();
    const key = upstream.addKey('ann', allScopes);
    for (const env of [envFor(upstream, key, { DOCPIN_SOURCES: 'indexed' }), cleanEnv()]) {
      const run = (...args: string[]) => runDocpinLater({ cwd: temporaryFolder(), env, args });
      expect((await run('doctor', '--toolsets', 'context-repo')).stdout).toMatch(/Context Repo +off/);
      for (const tool of ['list_documents', 'get_capabilities']) {
        const { status, stderr } = await run('context-repo', tool);
        expect([status !== 0, stderr]).toEqual([true, expect.stringContaining('Context Repo is off')]);
      }
      expect(await listedBytes(env, ['--toolsets', 'context-repo'])).toBe(await listedBytes(cleanEnv()));
    }
    expect(upstream.requests).toEqual([]);
  });

  it.each([
    [{ id: 'x' }, 'what the credential may do is not told'],
    [{ id: 'x', permissions: ['admin:*'] }, 'what the credential may do is not told'],
    [{ id: 'x', permissions: [] }, 'the credential has no scope'],
  ])('is told by the doctor what a key of %j may do', async (user, words) => {
    const upstream = await standIn();
    upstream.failAlways({ kind: 'answer', status: 200, body: { data: user } }, { path: /user/ });
    const env = envFor(upstream, upstream.addKey('ann', allScopes));
    const { stdout } = await runDocpinLater({ cwd: temporaryFolder(), env, args: ['doctor'] });
    expect(stdout).toContain(words);
  });

  it.each([
    [['context-repo', 'create_document', 'title=T', 'content=C'], 1, '--allow-writes'],
    [['context-repo', 'drop_everything'], 2, 'has no tool "drop_everything"'],
    [['context-repo', 'get_document', 'dHandbook01'], 2, 'not of the form name=value'],
    [['context-repo', 'get_document', 'documentId=a', 'documentId=b'], 2, 'stands there twice'],
    [['context-repo', 'get_document', 'documentId=../user/me'], 2, 'not the id of a document'],
    [['context-repo', 'get_document', `documentId=${ids.nothing}`], 1, 'does not show it'],
    [['context-repo', 'list_documents', '--offline'], 1, '--offline'],
  ])('%j ends with %s and says why', async (args, code, words) => {
    const upstream = await standIn();
    const env = envFor(upstream, upstream.addKey('ann', allScopes));
    const { status, stdout, stderr } = await runDocpinLater({ cwd: temporaryFolder(), env, args });
    expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      status: code,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toContain(words);
  });

  it('gives a program what came, whole', async () => {
    const upstream = await standIn();
    const env = envFor(upstream, upstream.addKey('ann', allScopes));
    const { stdout } = await runDocpinLater({
      cwd: temporaryFolder(),
      env,
      args: ['context-repo', 'get-document', `documentId=${ids.handbook}`, '--json'],
    });
    const content = upstream.account('ann').documents.get(ids.handbook)?.content;
    expect(JSON.parse(stdout)).toMatchObject({ operation: 'get_document', data: { revision: 7, content } });
  });

  it('takes the old name of the variable with one warning, and no key that is none', async () => {
    const upstream = await standIn();
    const key = upstream.addKey('ann', allScopes);
    const env = envFor(upstream, undefined, { CONTEXT_REPO_API_KEY: key });
    const args = ['context-repo', 'list_documents', 'limit=1'];
    const old = await runDocpinLater({ cwd: temporaryFolder(), env, args });
    expect(old.status).toBe(0);
    expect(old.stderr).toBe(
      'docpin warn: CONTEXT_REPO_API_KEY is now called CONTEXTREPO_API_KEY: rename it.\n',
    );
    const bad = runDocpin({
      cwd: '/',
      env: cleanEnv({ CONTEXTREPO_API_KEY: 'cr_not-a-key-of-today' }),
      args,
    });
    expect(bad).toMatchObject({ status: 2, stdout: '' });
    expect(bad.stderr).not.toContain('cr_not');
  });

  it('never shows a key, whatever happens', async () => {
    const upstream = await standIn();
    const key = upstream.addKey('ann', allScopes);
    upstream.revoke(key);
    const env = envFor(upstream, key, { DOCPIN_LOG_LEVEL: 'debug' });
    for (const args of [
      ['context-repo'],
      ['context-repo', 'list_documents'],
      ['docs', handbook],
      ['doctor'],
    ]) {
      const { stdout, stderr } = await runDocpinLater({ cwd: temporaryFolder(), env, args });
      expect(stdout + stderr).not.toContain(key);
      expect(stdout + stderr).toMatch(/CONTEXTREPO_API_KEY/);
    }
  });
});

describe('Context Repo over HTTP', () => {
  const args = ['--toolsets', 'context-repo', '--allow-writes'];
  const header = 'x-context-repo-api-key';

  it('is of each caller by the key that they send', async () => {
    const upstream = await standIn();
    const operators = upstream.addKey('ann', allScopes);
    const { url } = await startBuiltHttp({ cwd: temporaryFolder(), env: envFor(upstream, operators), args });
    const [ann, bob, nobody] = await Promise.all([
      connectCaller(url, { [header]: upstream.addKey('ann', ['documents.read']) }),
      connectCaller(url, { [header]: upstream.addKey('bob', allScopes) }),
      connectCaller(url),
    ]);
    expect([
      (await ann.listTools()).length,
      (await bob.listTools()).length,
      (await nobody.listTools()).length,
    ]).toEqual([11, 16, 2]);
    const ask = { library: handbook, query: 'deploy' };
    const [anns, bobs, none] = await Promise.all(
      [ann, bob, nobody].map((caller) => caller.callTool('get-docs', ask)),
    );
    expect(anns?.text).toMatch(/team of ann/);
    expect(anns?.text).not.toMatch(/\bbob\b/);
    expect(bobs?.text).toMatch(/team of bob/);
    expect(bobs?.text).not.toMatch(/\bann\b/);
    expect(none).toMatchObject({ isError: true });
    expect(none?.text).toContain('X-Context-Repo-Api-Key');
    const refused = await ann.callTool('create_document', { title: 'T', content: 'C' });
    expect(refused.text).toContain('documents.write');
    expect((await bob.callTool('create_document', { title: 'T', content: 'C' })).isError).toBe(false);
    expect(
      upstream.requests.filter(({ headers }) => headers.authorization === `API-Key ${operators}`),
    ).toEqual([]);
  });

  it("lends the operator's key where that is shared, for reading alone", async () => {
    const upstream = await standIn();
    const env = envFor(upstream, upstream.addKey('ann', allScopes));
    const { url } = await startBuiltHttp({
      cwd: temporaryFolder(),
      env,
      args: [...args, '--share', 'context-repo'],
    });
    const caller = await connectCaller(url);
    expect(namesOf(await caller.listTools())).toHaveLength(13);
    // The same key, sent by its owner, is lent to nobody.
    const owner = await connectCaller(url, { [header]: env.CONTEXTREPO_API_KEY ?? '' });
    expect(namesOf(await owner.listTools())).toHaveLength(16);
    expect(namesOf(await caller.listTools())).toHaveLength(13);
    expect((await caller.callTool('get-docs', { library: handbook, query: 'deploy' })).text).toContain(
      'team of ann',
    );
    const refused = await caller.callTool('create_document', { title: 'T', content: 'C' });
    expect(refused).toMatchObject({ isError: true });
    expect(refused.text).toContain('lent for reading alone');
    expect(
      upstream.requests.filter(({ method, path }) => method !== 'GET' && !path.startsWith('/v1/pd/')),
    ).toEqual([]);
  });
});

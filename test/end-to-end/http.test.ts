import { readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cleanEnv, runDocpin } from '../setup/built-docpin.ts';
import { connectCaller, startBuiltHttp } from '../setup/built-http.ts';
import { copyProject, temporaryFolder } from '../setup/fixture-projects.ts';
import { startRegistryStandIn } from '../stand-ins/registry/registry-stand-in.ts';

async function registry() {
  const started = await startRegistryStandIn();
  onTestFinished(() => started.close());
  return started;
}

describe('docpin over HTTP', () => {
  it('offers what callers of other machines can use', async () => {
    const { url } = await startBuiltHttp({ cwd: temporaryFolder() });
    const caller = await connectCaller(url);
    const tools = await caller.listTools();
    expect(tools).toMatchSnapshot();
    expect(caller.instructions).toMatchSnapshot();
    expect(encode(JSON.stringify(tools)).length).toBeLessThanOrEqual(700);
    expect(encode(caller.instructions ?? '').length).toBeLessThanOrEqual(120);
  });

  it('answers from the registry, in the version that is asked for', async () => {
    const upstream = await registry();
    const { url } = await startBuiltHttp({ cwd: temporaryFolder(), args: ['--registry', upstream.url] });
    const caller = await connectCaller(url);
    const answer = await caller.callTool('get-docs', { library: 'harbor@4' });
    expect(answer.text).toMatch(/^npm:harbor@4\.\d+\.\d+ \(from the registry, not installed\)/);
  });

  it('downloads a tarball once for callers who ask at the same time, and keeps nothing of it', async () => {
    const upstream = await registry();
    const tmp = temporaryFolder();
    const env = cleanEnv({ TMPDIR: tmp });
    const { url } = await startBuiltHttp({ cwd: '/', env, args: ['--registry', upstream.url] });
    const caller = await connectCaller(url);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => caller.callTool('get-docs', { library: 'harbor@5.2.0' })),
    );
    expect(answers.filter(({ isError }) => isError)).toEqual([]);
    const tarballs = upstream.requests.filter(({ path }) => path === '/harbor/-/harbor-5.2.0.tgz');
    expect(tarballs).toHaveLength(1);
    expect(readdirSync(tmp, { recursive: true }).filter((path) => String(path).includes('.tgz'))).toEqual([]);
  });

  it('takes no project of the caller, nor one of its own', async () => {
    const upstream = await registry();
    const cwd = copyProject('npm-app', join(temporaryFolder(), 'app'));
    const env = cleanEnv({ DOCPIN_PROJECT: cwd, CLAUDE_PROJECT_DIR: cwd });
    const { url } = await startBuiltHttp({ cwd, env, args: ['--registry', upstream.url] });
    const caller = await connectCaller(url);
    const answer = await caller.callTool('get-docs', { library: 'harbor', query: 'hooks', project: cwd });
    expect(answer.text).toContain('(from the registry, not installed)');
    // Nor is anything said of an argument that is not offered.
    const other = await caller.callTool('get-docs', {
      library: 'harbor',
      query: 'hooks',
      project: 'relative',
    });
    expect(other).toEqual(answer);
    const refused = await caller.callTool('get-docs', { project: 5 });
    expect(refused.text).toMatch(/Arguments: library, query, mode, page, tokens\.$/);
    expect(await caller.describePrompts()).not.toContain('project');
    const resolved = await caller.callTool('resolve-library', { name: 'pebble' });
    expect(resolved.text).not.toMatch(/dependency of this project|installed in/);
  });

  it('answers from its own project where that is shared', async () => {
    const cwd = copyProject('npm-app', join(temporaryFolder(), 'app'));
    const { url } = await startBuiltHttp({ cwd, args: ['--share', 'project'] });
    const caller = await connectCaller(url);
    const answer = await caller.callTool('get-docs', { library: 'harbor', query: 'hooks' });
    expect(answer.text).toContain('npm:harbor@5.2.0 (installed in this project)');
  });
});

it('says that it is degraded, and still ready, when what it asks does not answer', async () => {
  const upstream = await registry();
  const { url } = await startBuiltHttp({ cwd: temporaryFolder(), args: ['--registry', upstream.url] });
  const caller = await connectCaller(url);
  const readiness = async () => {
    const response = await fetch(new URL('/readyz', url));
    return { status: response.status, body: await response.json() };
  };
  await caller.callTool('get-docs', { library: 'harbor' });
  expect(await readiness()).toEqual({ status: 200, body: { status: 'ready' } });
  await upstream.close();
  for (const name of ['pebble', 'lantern', 'otter'])
    expect(await caller.callTool('get-docs', { library: `npm:${name}` })).toMatchObject({ isError: true });
  expect(await readiness()).toEqual({
    status: 200,
    body: { status: 'degraded', registry: 'does not answer' },
  });
  expect((await caller.callTool('get-docs', { library: 'npm:harbor@5.2.0' })).isError).toBe(false);
});

it('asks Context7, which nobody has set up, for callers who bring a key and for no others', async () => {
  // Nothing listens there: whatever is asked fails, and says so.
  const env = cleanEnv({ HTTPS_PROXY: 'http://127.0.0.1:9' });
  const { url } = await startBuiltHttp({ cwd: temporaryFolder(), env });
  const ask = async (headers: Record<string, string>) =>
    (await connectCaller(url, headers)).callTool('get-docs', {
      library: '/vercel/next.js',
      query: 'routing',
    });
  expect((await ask({})).text).toContain('Send a Context7 key in the X-Context7-API-Key header');
  expect((await ask({ 'X-Context7-API-Key': 'ctx7sk-some-key' })).text).not.toContain('X-Context7-API-Key');
});

describe('a token', () => {
  it('is made once and lets its caller in', async () => {
    const cwd = temporaryFolder();
    const { stdout, status } = runDocpin({ cwd, args: ['token', 'new', 'ci', '--json'] });
    expect(status).toBe(0);
    const { token, line } = JSON.parse(stdout) as { token: string; line: string };
    const tokens = join(cwd, 'tokens');
    writeFileSync(tokens, `${line}\n`, { mode: 0o600 });
    const { url, stderr } = await startBuiltHttp({
      cwd,
      args: ['--auth-token-file', tokens, '--log-format', 'json'],
    });
    const caller = await connectCaller(url, { authorization: `Bearer ${token}` });
    await caller.callTool('get-docs', { library: 'zod', query: 'a secret question' });
    await expect.poll(stderr).toContain('"message":"call"');
    const lines = stderr()
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(lines.at(-1)).toMatchObject({ message: 'call', caller: 'ci', tool: 'get-docs' });
    expect(stderr()).not.toMatch(/secret question|docpin_/);
    await expect(connectCaller(url)).rejects.toThrow();
  });

  it('is made in the environment of a server that others reach, which has no token yet', () => {
    const env = cleanEnv({ DOCPIN_TRANSPORT: 'http', DOCPIN_HOST: '0.0.0.0', DOCPIN_ALLOW_HOST: '*' });
    expect(runDocpin({ cwd: '/', env, args: ['token', 'new', 'ci'] })).toMatchObject({ status: 0 });
    expect(runDocpin({ cwd: '/', env, args: ['serve'] })).toMatchObject({ status: 2 });
  });

  it('is printed for people, and the name is checked', () => {
    const { stdout } = runDocpin({ cwd: '/', args: ['token', 'new'] });
    const [, token = '', , line = ''] = stdout.split('\n');
    expect(token.trim()).toMatch(/^docpin_[\w-]{43}$/);
    expect(line.trim()).toMatch(/^caller sha256:[0-9a-f]{64}$/);
    for (const args of [['token'], ['token', 'list'], ['token', 'new', 'a b'], ['token', 'new', 'a', 'b']])
      expect(runDocpin({ cwd: '/', args })).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('a server that cannot start', () => {
  const args = ['serve', '--transport', 'http', '--port', '0'];

  it.each([
    ['an address that others reach', [...args, '--host', '0.0.0.0'], /--auth-token-file/],
    [
      'a token file that is not there',
      [...args, '--auth-token-file', '/nowhere/tokens'],
      /cannot be read \(ENOENT\)/,
    ],
    ['a token file that is a folder', [...args, '--auth-token-file', '/'], /cannot be read \(EISDIR\)/],
    [
      'an address that is not its own',
      [...args, '--host', '203.0.113.7', '--allow-unauthenticated'],
      /cannot listen/,
    ],
  ])('says why in one line: %s', (_, given, why) => {
    const { status, stdout, stderr } = runDocpin({ cwd: temporaryFolder(), args: given });
    expect(stderr).toMatch(why);
    expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      status: 2,
      stdout: '',
      lines: 1,
    });
  });

  it('says so where its port is taken', async () => {
    const { url } = await startBuiltHttp({ cwd: temporaryFolder() });
    const taken = ['serve', '--transport', 'http', '--port', url.port];
    const { status, stderr } = runDocpin({ cwd: temporaryFolder(), args: taken });
    expect(stderr).toBe(
      `docpin: Port ${url.port} of 127.0.0.1 is in use. Give another --port or --host, or stop the program that has it.\n`,
    );
    expect(status).toBe(2);
  });
});

it('takes headers of 16 KiB, whatever Node takes by itself', async () => {
  const env = cleanEnv({ NODE_OPTIONS: '--max-http-header-size=65536' });
  const { url } = await startBuiltHttp({ cwd: temporaryFolder(), env });
  const statusWith = async (bytes: number) =>
    (await fetch(new URL('/healthz', url), { headers: { x: 'a'.repeat(bytes) } })).status;
  expect(await statusWith(15_000)).toBe(200);
  expect(await statusWith(20_000)).toBe(431);
});

it('serves on when nobody reads its log any more', async () => {
  const { url, child, exited } = await startBuiltHttp({
    cwd: temporaryFolder(),
    args: ['--log-format', 'json', '--offline'],
  });
  const caller = await connectCaller(url);
  child.stderr.destroy();
  // Each writes a line; the first one may still find a buffer.
  for (let asked = 0; asked < 5; asked += 1) {
    const answer = await caller.callTool('get-docs', { library: 'npm:zod@1.0.0' });
    expect(answer).toMatchObject({ isError: true });
    await delay(50);
  }
  child.kill('SIGTERM');
  expect(await exited).toEqual({ code: 0, signal: null });
});

describe('the end of a server', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('comes with %s, and with code 0', async (signal) => {
    const { child, exited, url, stdout } = await startBuiltHttp({ cwd: temporaryFolder() });
    // A connection that is open must not hold it up.
    const socket = connect(Number(url.port), '127.0.0.1');
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    await new Promise((resolve) => socket.once('connect', resolve));
    const startedAtMs = performance.now();
    child.kill(signal);
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
    expect(stdout()).toBe('');
  });
});

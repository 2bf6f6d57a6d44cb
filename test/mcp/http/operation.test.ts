import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { McpServer, type McpServerFactory } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import { hashAccessToken, makeAccessToken, tokenLine } from '../../../src/access-token.ts';
import { temporaryFolder } from '../../setup/fixture-projects.ts';
import { echoMessage, messageOf, send, sendBytes, startHttp } from './start-http.ts';

const get = (path: string, headers = {}) => ({ method: 'GET', path, headers });

describe('health', () => {
  it('says that the process lives, and whether it should get requests', async () => {
    let readiness: { state: 'ready' | 'degraded' | 'failed'; parts: Record<string, string> } = {
      state: 'ready',
      parts: {},
    };
    const { port } = await startHttp({ readiness: () => readiness });
    const ask = async (path: string) => {
      const { status, body } = await send(port, get(path));
      return { status, ...JSON.parse(body) };
    };
    expect(await ask('/healthz')).toEqual({ status: 'ok' });
    expect(await ask('/readyz')).toEqual({ status: 'ready' });
    readiness = { state: 'degraded', parts: { context7: 'does not answer' } };
    expect(await ask('/readyz')).toEqual({ status: 'degraded', context7: 'does not answer' });
    expect((await send(port, get('/readyz'))).status).toBe(200);
    readiness = { state: 'failed', parts: {} };
    expect((await send(port, get('/readyz'))).status).toBe(503);
    expect((await send(port, get('/healthz'))).status).toBe(200);
  });
});

describe('metrics', () => {
  it('count calls and requests, and hold nothing that a caller made up', async () => {
    const { port } = await startHttp();
    await send(port, { body: echoMessage('a secret question') });
    await send(port, { body: echoMessage('x').replace('"echo"', '"made-up"') });
    await send(port, get('/made-up-path'));
    const { status, headers, body } = await send(port, get('/metrics'));
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(body).toContain('docpin_calls_total{tool="echo",outcome="ok"} 1');
    expect(body).toContain('docpin_call_duration_seconds_count{tool="echo"} 1');
    expect(body).toContain('docpin_answer_tokens_total{tool="echo"} 17');
    expect(body).toContain('docpin_http_requests_total{route="/mcp",status="200"} 2');
    expect(body).toContain('docpin_http_requests_total{route="other",status="404"} 1');
    expect(body).toContain('docpin_info{version="1.2.3"} 1');
    expect(body).not.toMatch(/secret question|made-up/);
  });

  it('tell what was answered from what was not, and count what is no request', async () => {
    const { port, calls } = await startHttp();
    const socket = connect(port, '127.0.0.1');
    const body = echoMessage('slow', { waitMs: 60_000 });
    socket.write(
      `POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\nmcp-protocol-version: 2025-11-25\r\ncontent-length: 10000\r\n\r\n${body}`,
    );
    const aborted = /docpin_http_requests_total\{route="\/mcp",status="aborted"\} 1/;
    const metrics = async () => (await send(port, get('/metrics'))).body;
    await expect.poll(metrics).toMatch(/docpin_http_connections 2/);
    socket.destroy();
    await expect.poll(metrics).toMatch(aborted);
    expect(calls).toEqual([]);
    expect(await metrics()).not.toContain('route="/mcp",status="200"');
    await sendBytes(port, 'hello\r\n\r\n');
    expect(await metrics()).toContain('docpin_http_requests_total{route="other",status="400"} 1');
  });

  it('are for this machine, or for whoever has a token', async () => {
    const token = makeAccessToken();
    const tokenFile = join(temporaryFolder(), 'tokens');
    writeFileSync(tokenFile, tokenLine('ci', hashAccessToken(token)), { mode: 0o600 });
    const forwarded = { 'x-forwarded-for': '203.0.113.1' };
    const open = await startHttp();
    expect((await send(open.port, get('/metrics', forwarded))).status).toBe(403);
    const proxied = await startHttp({ trustedProxies: ['127.0.0.1'] });
    for (const address of ['203.0.113.1', '127.0.0.1'])
      expect((await send(proxied.port, get('/metrics', { 'x-forwarded-for': address }))).status).toBe(403);
    const closed = await startHttp({ tokenFile });
    expect((await send(closed.port, get('/metrics'))).status).toBe(200);
    expect((await send(closed.port, get('/metrics', forwarded))).status).toBe(401);
    const authorization = `Bearer ${token}`;
    expect((await send(closed.port, get('/metrics', { ...forwarded, authorization }))).status).toBe(200);
  });
});

describe('the line of a call', () => {
  it('says who called what, how it ended and what it cost, and not what was asked', async () => {
    const { port, callLines } = await startHttp();
    await send(port, {
      body: echoMessage('a secret question'),
      headers: { 'x-context7-api-key': 'ctx7sk-canary' },
    });
    await send(port, { body: echoMessage('x').replace('"x"', '5') });
    await send(port, {
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'resources/read',
        params: { uri: 'docpin://library/secret' },
      }),
    });
    const lines = callLines.map((line) => JSON.parse(line));
    expect(lines).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        level: 'info',
        message: 'call',
        caller: '127.0.0.1',
        tool: 'echo',
        outcome: 'ok',
        ms: expect.any(Number),
        tokens: 17,
      },
      expect.objectContaining({ tool: 'echo', outcome: 'internal' }),
      expect.objectContaining({ tool: 'resources/read', outcome: 'ok' }),
    ]);
    expect(callLines.every((line) => line.endsWith('}\n') && line.indexOf('\n') === line.length - 1)).toBe(
      true,
    );
    expect(callLines.join('')).not.toMatch(/secret|canary/);
  });
});

describe('the log', () => {
  it('says of a message that is refused why, and not what was in it', async () => {
    const { port, lines } = await startHttp();
    const message = (more: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, ...more });
    const of2026 = { 'mcp-protocol-version': '2026-07-28' };
    await send(port, { body: message({ method: 'canary/method' }) });
    await send(port, { body: message({ method: 'canary/method' }), headers: of2026 });
    await send(port, {
      body: message({ method: 'tools/call', params: { name: 'canary-tool', arguments: { a: 'canary' } } }),
      headers: { ...of2026, 'mcp-method': 'canary', 'mcp-name': 'canary' },
    });
    await send(port, { body: echoMessage('canary'), headers: { 'mcp-protocol-version': 'canary' } });
    await send(port, { body: echoMessage('canary'), headers: { accept: 'canary/accept' } });
    expect(lines.join('')).toMatch(/protocol error reason="[\w-]+"/);
    expect(lines.join('')).not.toContain('canary');
  });
});

describe('what docpin sees of a request', () => {
  it('is what belongs to MCP: no token, no key, no cookie', async () => {
    const seen: string[] = [];
    const factory: McpServerFactory = ({ requestInfo }) => {
      seen.push(...(requestInfo?.headers.keys() ?? []));
      return new McpServer({ name: 'test', version: '1' });
    };
    const { port } = await startHttp({ createFactory: () => factory });
    const secrets = { authorization: 'Bearer a', cookie: 'a=b', 'x-context7-api-key': 'ctx7sk-canary' };
    await send(port, { body: echoMessage('x'), headers: { ...secrets, 'mcp-session-id': 'any' } });
    expect(seen.sort()).toEqual(['accept', 'content-type', 'mcp-session-id']);
  });
});

describe('what a caller brings for upstreams', () => {
  it.each(['X-Context7-API-Key', 'Context7-API-Key', 'CONTEXT7_API_KEY'])(
    'reaches the tool from %s',
    async (name) => {
      const { port, calls, lines } = await startHttp();
      await send(port, {
        body: echoMessage('x'),
        headers: { [name]: 'ctx7sk-canary', 'X-Context-Repo-API-Key': 'repo-canary' },
      });
      expect(calls[0]?.credentials).toEqual({ context7Key: 'ctx7sk-canary', contextRepoKey: 'repo-canary' });
      expect(lines.join('')).not.toContain('canary');
    },
  );

  // `X-API-Key` may be for a gateway before the server.
  it('is nothing of what it authenticates with', async () => {
    const { port, calls } = await startHttp();
    await send(port, {
      body: echoMessage('x'),
      headers: { authorization: 'Bearer ctx7sk-canary', 'x-api-key': 'ctx7sk-canary' },
    });
    expect(calls[0]?.credentials).toEqual({});
  });
});

describe('the end of the server', () => {
  it('waits for the calls under way and takes no others', async () => {
    const { port, server, calls } = await startHttp();
    const slow = send(port, { body: echoMessage('slow', { waitMs: 700 }) });
    await expect.poll(() => calls.length).toBe(1);
    const startedAtMs = performance.now();
    const closed = server.close();
    await expect(send(port, { body: echoMessage('late') })).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
    expect(messageOf(await slow).result?.content[0]?.text).toBe('slow');
    await closed;
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });

  it('refuses what comes in on a connection that is still open', async () => {
    const { port, server, calls } = await startHttp();
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const ended = once(socket, 'close');
    const post = (body: string) =>
      socket.write(
        `POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    post(echoMessage('slow', { waitMs: 500 }));
    await expect.poll(() => calls.length).toBe(1);
    const closed = server.close();
    post(echoMessage('late'));
    await Promise.all([closed, ended]);
    expect(calls.map((call) => call.text)).toEqual(['slow']);
    expect(text).toContain('slow');
  });

  it('does not wait for ever', { timeout: 30_000 }, async () => {
    const { port, server, calls } = await startHttp();
    const endless = send(port, { body: echoMessage('endless', { waitMs: 60_000 }) });
    endless.catch(() => undefined);
    await expect.poll(() => calls.length).toBe(1);
    const startedAtMs = performance.now();
    await server.close();
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
    expect(calls[0]?.signal.aborted).toBe(true);
  });
});

describe('the readiness of a server', () => {
  it('ends a minute after its token file is gone, which it says before', async () => {
    const tokenFile = join(temporaryFolder(), 'tokens');
    writeFileSync(tokenFile, tokenLine('ci', hashAccessToken(makeAccessToken())), {
      mode: 0o600,
    });
    let nowMs = 0;
    const { port } = await startHttp({ tokenFile, nowMs: () => nowMs });
    const state = async () => {
      const { status, body } = await send(port, get('/readyz'));
      return { code: status, ...JSON.parse(body) };
    };
    expect(await state()).toEqual({ code: 200, status: 'ready' });
    rmSync(tokenFile);
    nowMs += 60_000;
    expect(await state()).toMatchObject({ code: 200, status: 'degraded', tokens: expect.any(String) });
    nowMs += 1;
    expect(await state()).toMatchObject({ code: 503, status: 'failed', tokens: expect.any(String) });
  });

  it('is less than whole with a faulty line in its token file', async () => {
    const tokenFile = join(temporaryFolder(), 'tokens');
    writeFileSync(tokenFile, tokenLine('ci', hashAccessToken(makeAccessToken())), { mode: 0o600 });
    let nowMs = 0;
    const { port } = await startHttp({ tokenFile, nowMs: () => nowMs });
    writeFileSync(tokenFile, 'docpin_in_the_clear');
    nowMs += 1_000;
    const { status, body } = await send(port, get('/readyz'));
    expect({ status, ...JSON.parse(body) }).toMatchObject({ status: 'degraded' });
    expect(body).not.toContain('clear');
  });
});

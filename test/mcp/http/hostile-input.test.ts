import { request as sendRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { echoMessage, messageOf, type Sent, send, sendBytes, startHttp } from './start-http.ts';

const good = echoMessage('ahoy');
/** A call that is good but for what nobody asked for in its arguments: arrays in arrays. */
const deep = (levels: number) =>
  good.replace('"text"', `"deep":${'['.repeat(levels)}${']'.repeat(levels)},"text"`);
/** A call with so many commas and colons in all, whose text, which is no structure, has more of them. */
function withMarks(marks: number, inArray = false) {
  const many = echoMessage(','.repeat(2_000));
  // In strings there are none but the text's.
  const left = marks - [...many.replace(/,{2,}/, '').matchAll(/[,:]/g)].length;
  const extra = inArray
    ? `"k":[${Array(left - 1)
        .fill(0)
        .join()}],`
    : Array.from({ length: left / 2 }, (_, index) => `"k${index}":0,`).join('');
  return many.replace('"text"', `${extra}"text"`);
}

/** What is sent, and the status and JSON-RPC code that come back. */
const table: readonly [what: string, sent: Sent, status: number, code?: number][] = [
  ['no JSON', { body: '{"jsonrpc"' }, 400, -32_700],
  ['nothing', { body: '' }, 400, -32_700],
  ['bytes that are no UTF-8', { body: Buffer.from([0x7b, 0xff, 0x7d]) }, 400, -32_700],
  ['a number', { body: '7' }, 400, -32_600],
  ['null', { body: 'null' }, 400, -32_600],
  ['a batch', { body: `[${good}]` }, 400, -32_600],
  [
    'a batch of a call and its cancellation, which would never be answered',
    {
      body: `[${good},{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}]`,
    },
    400,
    -32_600,
  ],
  ['an empty batch', { body: '[]' }, 400, -32_600],
  ['nesting of 64 levels', { body: deep(61) }, 200],
  ['nesting of 65 levels', { body: deep(62) }, 400, -32_600],
  ['nesting of 100,000 levels', { body: deep(100_000) }, 400, -32_600],
  ['1,000 commas and colons', { body: withMarks(1_000) }, 200],
  ['1,001 of them', { body: withMarks(1_001, true) }, 400, -32_600],
  ['90,000 members', { body: withMarks(180_000) }, 400, -32_600],
  ['an object that is no message', { body: '{}' }, 400],
  ['a tool that is not there', { body: good.replace('"echo"', '"rm"') }, 200, -32_602],
  ['a body over 1 MB', { body: ' '.repeat(1_000_001) }, 413, -32_600],
  ['another content type', { headers: { 'content-type': 'text/plain' }, body: good }, 415, -32_000],
  [
    'a content type that only begins like JSON',
    { headers: { 'content-type': 'application/jsonp' }, body: good },
    415,
    -32_000,
  ],
  ['no content type', { headers: { 'content-type': '' }, body: good }, 415, -32_000],
  ['a compressed body', { headers: { 'content-encoding': 'gzip' }, body: good }, 415, -32_000],
  ['an Accept without JSON', { headers: { accept: 'text/html' }, body: good }, 406, -32_000],
  ['a GET', { method: 'GET' }, 405, -32_000],
  ['a DELETE', { method: 'DELETE' }, 405, -32_000],
  ['a PUT', { method: 'PUT', body: good }, 405, -32_000],
  ['an OPTIONS that no page asks', { method: 'OPTIONS' }, 405, -32_000],
  ['another path', { path: '/', body: good }, 404, -32_000],
  ['a path like /mcp', { path: '/mcp/', body: good }, 404, -32_000],
  ['a path of every object', { path: '/__proto__', body: good }, 404, -32_000],
  ['a path with a token', { path: '/mcp?token=docpin_x', body: good }, 200],
  ['a whole URL for a path', { path: 'http://evil.example/mcp', body: good }, 404, -32_000],
  [
    'a protocol version that nobody has',
    { headers: { 'mcp-protocol-version': '1999-01-01' }, body: good },
    400,
    -32_000,
  ],
  [
    'a new protocol version without what it needs',
    { headers: { 'mcp-protocol-version': '2026-07-28' }, body: good },
    400,
    -32_602,
  ],
  ['a key that is none', { headers: { 'x-context7-api-key': 'a b' }, body: good }, 400, -32_000],
  [
    'a key that the client did not fill in',
    { headers: { context7_api_key: '$CONTEXT7_API_KEY' }, body: good },
    400,
    -32_000,
  ],
];

describe('what a client may send', () => {
  it.each(table)('%s', async (_, sent, status, code) => {
    const { port } = await startHttp();
    const answered = await send(port, sent);
    expect(answered.status).toBe(status);
    if (code !== undefined) expect(messageOf(answered).error?.code).toBe(code);
    // Whatever it was, the next one is served.
    expect((await send(port, { body: good })).status).toBe(200);
  });

  it('is refused before its end where it is too large', async () => {
    const { port } = await startHttp();
    for (const path of ['/mcp', '/elsewhere']) {
      const { status, sentBytes } = await sendEndlessly(port, path);
      expect(status).toBe(path === '/mcp' ? 413 : 404);
      // What is sent is more than what is read: buffers of both sides of the connection take some.
      expect(sentBytes).toBeLessThan(12 * 1024 * 1024);
    }
    expect((await send(port, { body: good })).status).toBe(200);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 .*is not HTTP/s],
    ['no Host', 'POST /mcp HTTP/1.1\r\ncontent-length: 0\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'two Hosts',
      'POST /mcp HTTP/1.1\r\nhost: localhost\r\nhost: evil\r\nconnection: close\r\n\r\n',
      /^HTTP\/1\.1 400 .*twice/s,
    ],
    [
      'two lengths',
      'POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a length and chunks',
      'POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'headers over 16 KiB',
      `POST /mcp HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 .*16 KiB/s,
    ],
    [
      'an Origin behind more headers than Node counts',
      `POST /mcp HTTP/1.1\r\nhost: localhost\r\n${'a:\r\n'.repeat(2_500)}origin: http://evil.example\r\nconnection: close\r\n\r\n`,
      /^HTTP\/1\.1 403 .*origin/s,
    ],
    [
      'two tokens',
      'POST /mcp HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer a\r\nauthorization: Bearer b\r\nconnection: close\r\n\r\n',
      /^HTTP\/1\.1 400 .*twice/s,
    ],
  ])('%s', async (_, bytes, expected) => {
    const { port } = await startHttp();
    expect(await sendBytes(port, bytes)).toMatch(expected);
    expect((await send(port, { body: good })).status).toBe(200);
  });

  it('may end anywhere', async () => {
    const { port, lines } = await startHttp();
    const whole = `POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\ncontent-length: ${good.length}\r\nconnection: close\r\n\r\n${good}`;
    for (let length = 1; length < whole.length; length += 13) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('close', () => resolve());
        socket.end(whole.slice(0, length), () => socket.destroy());
      });
    }
    expect(await sendBytes(port, whole)).toContain('ahoy');
    expect(lines.filter((line) => line.includes('error:'))).toEqual([]);
  });
});

/** Sends chunks until the server stops it. */
function sendEndlessly(port: number, path: string): Promise<{ status: number; sentBytes: number }> {
  return new Promise((resolve) => {
    let sentBytes = 0;
    let status = 0;
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    const request = sendRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        status = response.statusCode ?? 0;
        response.resume();
      },
    );
    request.on('error', () => undefined);
    request.on('close', () => resolve({ status, sentBytes }));
    const more = (): void => {
      while (!request.destroyed) {
        sentBytes += chunk.length;
        if (!request.write(chunk)) break;
      }
    };
    request.on('drain', more);
    more();
  });
}

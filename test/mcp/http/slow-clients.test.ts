import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnectionLimit } from '../../../src/mcp/http/access/connection-limit.ts';
import { createNodeServer, listen } from '../../../src/mcp/http/node-server.ts';
import { createReadMessage, maxBodyBytes } from '../../../src/mcp/http/read-message.ts';
import { answerRefusal, type Refusal } from '../../../src/mcp/http/refusal.ts';
import { echoMessage, send, startHttp } from './start-http.ts';

const closedWithinMs = 12_000;
const head =
  'POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\n';
const large = echoMessage('x', { repeat: 30_000_000 });
const largeOf2026 = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: {
    name: 'echo',
    arguments: { text: 'x', repeat: 30_000_000 },
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'slow', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
});
const headOf2026 = `${head}mcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\nmcp-name: echo\r\n`;

/** How a client can hold a connection for as long as it is let. */
const kinds: readonly (readonly [what: string, behave: (socket: Socket) => void])[] = [
  ['says nothing', () => undefined],
  ['sends its headers byte by byte', (socket) => drip(socket, `${head}x: ${'a'.repeat(1_000)}`)],
  [
    'sends its body byte by byte',
    (socket) => drip(socket, ' '.repeat(1_000), `${head}content-length: 1000\r\n\r\n`),
  ],
  ['sends half a body', (socket) => void socket.write(`${head}content-length: 1000\r\n\r\n{`)],
  ['says nothing more', (socket) => void socket.write(`GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n`)],
  [
    'does not read its stream',
    (socket) => {
      socket.pause();
      socket.write(`${head}content-length: ${large.length}\r\n\r\n${large}`);
    },
  ],
  [
    'does not read its answer',
    (socket) => {
      socket.pause();
      socket.write(`${headOf2026}content-length: ${largeOf2026.length}\r\n\r\n${largeOf2026}`);
    },
  ],
];

describe('a slow client', () => {
  it('loses its connection', { timeout: 40_000 }, async () => {
    const held = kinds.map(async ([what, behave]) => {
      const { port } = await startHttp();
      behave(connectTo(port));
      while ((await countConnections(port)) !== 1) await delay(10);
      const startedAtMs = performance.now();
      while ((await countConnections(port)) !== 0) await delay(100);
      return { what, heldMs: performance.now() - startedAtMs };
    });
    const tooLong = (await Promise.all(held)).filter(({ heldMs }) => heldMs > closedWithinMs);
    expect(tooLong).toEqual([]);
  });

  it('that may have more to ask is waited for longer than Node does by itself', {
    timeout: 30_000,
  }, async () => {
    const { port } = await startHttp();
    const socket = connectTo(port);
    const closed = ended(socket);
    socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket, 'data');
    const answeredAtMs = performance.now();
    await closed;
    expect(performance.now() - answeredAtMs).toBeGreaterThan(8_000);
  });

  it('holds up nobody', async () => {
    const { port } = await startHttp();
    const sockets = Array.from({ length: 300 }, () => connectTo(port));
    for (const [index, socket] of sockets.entries()) kinds[index % 5]?.[1](socket);
    for (let asked = 0; asked < 20; asked += 1)
      expect((await send(port, { body: echoMessage('ahoy') })).status).toBe(200);
  });

  it('does not fill the memory with what it sends', async () => {
    const seen: Socket[] = [];
    const read = createReadMessage();
    const server = createNodeServer(
      (request, response) => {
        read(request).catch((refusal: Refusal) => answerRefusal(request, response, refusal, maxBodyBytes));
      },
      { onConnection: (socket) => void seen.push(socket) },
    );
    onTestFinished(() => void server.close());
    const { port } = await listen(server, '127.0.0.1', 0);
    const socket = connectTo(port);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const more = (): void => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
    await closed;
    expect(seen[0]?.bytesRead).toBeGreaterThan(maxBodyBytes);
    expect(seen[0]?.bytesRead).toBeLessThan(1.1 * 1024 * 1024);
  });
});

it('many together do not fill the memory with messages that never end', { timeout: 30_000 }, async () => {
  const { port } = await startHttp();
  const part = Buffer.alloc(maxBodyBytes - 1, 0x20);
  const answered = Array.from({ length: 70 }, async () => {
    const socket = connectTo(port);
    const first = once(socket, 'data').then(
      ([bytes]) => String(bytes).split('\r\n', 1)[0],
      () => undefined,
    );
    socket.write(`${head}content-length: ${maxBodyBytes}\r\n\r\n`);
    socket.write(part);
    return first;
  });
  const statuses = await Promise.all(answered);
  expect(statuses).toContain('HTTP/1.1 503 Service Unavailable');
  expect(statuses).not.toContain('HTTP/1.1 200 OK');
  // What they held is free again.
  expect((await send(port, { body: echoMessage('ahoy') })).status).toBe(200);
});

it('all addresses together have so many connections', async () => {
  const server = createNodeServer((_, response) => void response.end('served'), {
    onConnection: () => undefined,
    maxConnections: 3,
  });
  onTestFinished(() => void server.close());
  const { port } = await listen(server, '127.0.0.1', 0);
  const ends = Array.from({ length: 5 }, (_, index) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${index + 2}` });
    onTestFinished(() => void socket.destroy());
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    return Promise.race([once(socket, 'data').catch(() => undefined), ended(socket)]);
  });
  expect((await Promise.all(ends)).filter((end) => end !== undefined)).toHaveLength(3);
});

describe('one address', () => {
  it('has so many connections and no more', async () => {
    const limit = createConnectionLimit({ maxPerAddress: 3, isExempt: (address) => address === '127.0.0.9' });
    const server = createNodeServer((_, response) => void response.end('served'), { onConnection: limit });
    onTestFinished(() => void server.close());
    const { port } = await listen(server, '127.0.0.1', 0);
    const open = async (localAddress: string) => {
      const sockets = Array.from({ length: 5 }, () => connect({ port, host: '127.0.0.1', localAddress }));
      const ends = sockets.map(async (socket) => {
        onTestFinished(() => void socket.destroy());
        socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
        return Promise.race([once(socket, 'data').catch(() => undefined), ended(socket)]);
      });
      return { sockets, served: (await Promise.all(ends)).filter((end) => end !== undefined).length };
    };
    const first = await open('127.0.0.2');
    expect(first.served).toBe(3);
    expect((await open('127.0.0.3')).served).toBe(3);
    expect((await open('127.0.0.9')).served).toBe(5);
    for (const socket of first.sockets) socket.destroy();
    await expect.poll(async () => (await open('127.0.0.2')).served).toBe(3);
  });
});

function ended(socket: Socket): Promise<undefined> {
  return new Promise((resolve) => socket.once('close', () => resolve(undefined)));
}

function connectTo(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  onTestFinished(() => void socket.destroy());
  return socket;
}

function drip(socket: Socket, text: string, first = ''): void {
  socket.write(first);
  let at = 0;
  const timer = setInterval(() => {
    socket.write(text.charAt(at % text.length));
    at += 1;
  }, 1_000);
  socket.once('close', () => clearInterval(timer));
}

/** As the server counts them, but for the one that asks. */
async function countConnections(port: number): Promise<number> {
  const { body } = await send(port, { method: 'GET', path: '/metrics' });
  return Number(/^docpin_http_connections (\d+)$/m.exec(body)?.[1]) - 1;
}

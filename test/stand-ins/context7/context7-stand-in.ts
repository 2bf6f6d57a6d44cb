import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Answer, Asked } from './answers.ts';
import { answerContract, type Generation } from './contract.ts';
import type { Fault } from './faults.ts';

export interface Context7StandIn {
  /** With `/api`, as CONTEXT7_API_URL wants it. */
  readonly baseUrl: string;
  /** What was asked, oldest first. */
  readonly requests: readonly Asked[];
  /** Fails the next requests (or only those whose path matches), one fault each, then answers as always. */
  failNext(faults: readonly Fault[], options?: { readonly path?: RegExp }): void;
  /** Fails every request from now on; undefined heals it. */
  failAlways(fault: Fault | undefined): void;
  /** Changes which generations exist. */
  setGenerations(generations: readonly Generation[]): void;
  /** Makes every answer wait. */
  setDelayMs(delayMs: number): void;
  /** Connections whose request was given up by the client before an answer was sent. */
  readonly abandoned: number;
  forget(): void;
  close(): Promise<void>;
}

export interface Context7StandInOptions {
  readonly generations?: readonly Generation[];
  readonly port?: number;
}

/** A server on 127.0.0.1 that follows the documented Context7 API, and breaks it in every documented way when told to. */
export async function startContext7StandIn(options: Context7StandInOptions = {}): Promise<Context7StandIn> {
  let generations = options.generations ?? ['docs', 'context'];
  let always: Fault | undefined;
  let delayMs = 0;
  let abandoned = 0;
  const queue: { readonly fault: Fault; readonly path: RegExp | undefined }[] = [];
  const requests: Asked[] = [];

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('close', () => {
      if (!response.headersSent) abandoned += 1;
    });
    const asked = readAsked(request);
    requests.push(asked);
    if (delayMs > 0) await wait(delayMs);
    const next = queue.findIndex(({ path }) => path === undefined || path.test(asked.path));
    const fault = next === -1 ? always : queue.splice(next, 1)[0]?.fault;
    const real = answerContract(asked, generations);
    if (fault === undefined) sendAnswer(response, real);
    else await fail(response, fault, real);
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    baseUrl: `http://127.0.0.1:${port}/api`,
    requests,
    get abandoned() {
      return abandoned;
    },
    failNext(faults, { path } = {}) {
      queue.push(...faults.map((fault) => ({ fault, path })));
    },
    failAlways(fault) {
      always = fault;
    },
    setGenerations(value) {
      generations = [...value];
    },
    setDelayMs(value) {
      delayMs = value;
    },
    forget() {
      requests.length = 0;
      queue.length = 0;
      always = undefined;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function readAsked(request: IncomingMessage): Asked {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  const path = url.pathname.startsWith('/api/')
    ? url.pathname.slice('/api'.length)
    : `outside-the-api:${url.pathname}`;
  return { method: request.method ?? '', path, query: url.searchParams, headers };
}

function sendAnswer(response: ServerResponse, answer: Answer): void {
  const isText = typeof answer.body === 'string';
  const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    'content-type': isText ? 'text/html' : 'application/json',
    // Seen on every answer of the live service, not only on 429.
    'ratelimit-limit': '1000',
    'ratelimit-remaining': '812',
    'ratelimit-reset': '4102444800',
    'context7-quota-tier': 'free',
    'content-length': String(Buffer.byteLength(body)),
    ...answer.headers,
  });
  response.end(body);
}

async function fail(response: ServerResponse, fault: Fault, real: Answer): Promise<void> {
  const body = Buffer.from(typeof real.body === 'string' ? real.body : JSON.stringify(real.body));
  const half = body.subarray(0, Math.floor(body.length / 2));
  const type = { 'content-type': 'application/json' };
  switch (fault.kind) {
    case 'answer':
      return sendAnswer(response, fault);
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'relabel':
      return sendAnswer(response, {
        ...real,
        headers: { ...real.headers, 'content-type': fault.contentType },
      });
    case 'encode': {
      const encode = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }[fault.encoding];
      response.writeHead(real.status, { ...type, 'content-encoding': fault.encoding }).end(encode(body));
      return;
    }
    case 'bomb':
      response
        .writeHead(200, { ...type, 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(fault.decodedBytes, ' ')));
      return;
    case 'drip':
      response.writeHead(real.status, type);
      for (let from = 0; from < body.length && !response.destroyed; from += 7) {
        response.write(body.subarray(from, from + 7));
        await wait(fault.everyMs);
      }
      response.end();
      return;
    case 'cut':
      return cut(response, fault.framing, half, body);
  }
}

function cut(
  response: ServerResponse,
  framing: 'content-length' | 'chunked' | 'close' | 'gzip',
  half: Buffer,
  whole: Buffer,
): void {
  const type = { 'content-type': 'application/json' };
  const hangUp = () => response.socket?.destroy();
  switch (framing) {
    case 'content-length':
      response.writeHead(200, { ...type, 'content-length': String(whole.length) });
      response.write(half, hangUp);
      return;
    case 'chunked':
      response.writeHead(200, { ...type, 'transfer-encoding': 'chunked' });
      response.write(half, hangUp);
      return;
    case 'close':
      // No length and no chunks: the end of the connection is the end of the body, and nobody can tell it from a cut.
      response.useChunkedEncodingByDefault = false;
      response.writeHead(200, { ...type, connection: 'close' });
      response.end(half);
      return;
    case 'gzip': {
      const packed = gzipSync(whole);
      const part = packed.subarray(0, Math.floor(packed.length / 2));
      response.writeHead(200, { ...type, 'content-encoding': 'gzip', 'content-length': String(part.length) });
      response.end(part);
    }
  }
}

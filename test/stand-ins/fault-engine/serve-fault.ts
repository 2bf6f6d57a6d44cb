import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type Answer, bytesOf, typeOf } from './exchange.ts';
import type { Fault, Framing } from './fault.ts';

const dripBytes = 7;
const encoders = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };

/** Sends an answer whole. */
export function serveAnswer(response: ServerResponse, answer: Answer): void {
  const body = bytesOf(answer);
  response.writeHead(answer.status, headersOf(answer, { 'content-length': String(body.length) })).end(body);
}

/** Breaks the real answer, or does not give it. */
export async function serveFault(
  response: ServerResponse,
  fault: Exclude<Fault, { kind: 'answer' }>,
  real: Answer,
): Promise<void> {
  switch (fault.kind) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'cut':
      return cut(response, real, fault.framing ?? 'content-length');
    case 'drip':
      return drip(response, real, fault.everyMs);
    case 'delay':
      // A stand-in that is closed meanwhile is not kept alive by it.
      await wait(fault.delayMs, undefined, { ref: false });
      return response.destroyed ? undefined : serveAnswer(response, real);
    case 'bomb': {
      const headers = headersOf(real, { 'content-encoding': 'gzip' });
      response.writeHead(200, headers).end(gzipSync(Buffer.alloc(fault.decodedBytes, ' ')));
      return;
    }
    case 'relabel':
      return serveAnswer(response, {
        ...real,
        headers: { ...real.headers, 'content-type': fault.contentType },
      });
    case 'encode': {
      const headers = headersOf(real, { 'content-encoding': fault.encoding });
      response.writeHead(real.status, headers).end(encoders[fault.encoding](bytesOf(real)));
      return;
    }
    case 'flip': {
      const flipped = Buffer.from(bytesOf(real));
      const at = Math.floor(flipped.length / 2);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      return serveAnswer(response, { ...real, headers: headersOf(real), body: flipped });
    }
  }
}

function headersOf(answer: Answer, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { 'content-type': typeOf(answer), ...more, ...answer.headers };
}

async function drip(response: ServerResponse, real: Answer, everyMs: number): Promise<void> {
  const body = bytesOf(real);
  response.writeHead(real.status, headersOf(real));
  for (let from = 0; from < body.length && !response.destroyed; from += dripBytes) {
    response.write(body.subarray(from, from + dripBytes));
    await wait(everyMs, undefined, { ref: false });
  }
  response.end();
}

function cut(response: ServerResponse, real: Answer, framing: Framing): void {
  const body = bytesOf(real);
  const half = body.subarray(0, Math.floor(body.length / 2));
  const hangUp = () => response.socket?.destroy();
  switch (framing) {
    case 'content-length':
      response.writeHead(real.status, headersOf(real, { 'content-length': String(body.length) }));
      response.write(half, hangUp);
      return;
    case 'chunked':
      response.writeHead(real.status, headersOf(real, { 'transfer-encoding': 'chunked' }));
      response.write(half, hangUp);
      return;
    case 'close':
      // No length and no chunks: the end of the connection is the end of the body, and nobody can tell it from a cut.
      response.useChunkedEncodingByDefault = false;
      response.writeHead(real.status, headersOf(real, { connection: 'close' })).end(half);
      return;
    case 'gzip': {
      const packed = gzipSync(body);
      const part = packed.subarray(0, Math.floor(packed.length / 2));
      const headers = { 'content-encoding': 'gzip', 'content-length': String(part.length) };
      response.writeHead(real.status, headersOf(real, headers)).end(part);
    }
  }
}

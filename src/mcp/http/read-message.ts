import type { IncomingMessage } from 'node:http';
import { isJsonContentType } from '@modelcontextprotocol/server';
import { boundPassed } from './json-bounds.ts';
import { Refusal, rpcCodes } from './refusal.ts';

const megabyte = 1_000_000;
/** No call needs a hundredth of it. */
export const maxBodyBytes = megabyte;
/** Of all messages that are just coming in: as many clients that stop before the last byte must not fill the memory. */
const maxIncomingBytes = 64 * megabyte;
/** Arguments are flat; a client's own `_meta` may have a few levels. */
const maxDepth = 64;
/** A call has a few dozen. With 90,000 of them a message of 1 MB takes the SDK's schemas 0.4 to 1.1 s, in one piece. */
const maxMarks = 1_000;

export type ReadMessage = (request: IncomingMessage) => Promise<object>;

/**
 * Creates the reader of the one JSON-RPC message of a POST. It throws a `Refusal` for anything that cannot be one: it is parsed here and not by the
 * SDK, which in a 2025-era batch of a request and its cancellation opens a stream that never ends.
 */
export function createReadMessage(): ReadMessage {
  let incomingBytes = 0;

  async function readBody(request: IncomingMessage): Promise<Buffer> {
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        bytes += chunk.length;
        incomingBytes += chunk.length;
        if (bytes > maxBodyBytes) throw tooLarge();
        if (incomingBytes > maxIncomingBytes) throw tooMuch();
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    } finally {
      incomingBytes -= bytes;
    }
  }

  return async (request) => {
    assertJson(request);
    return toMessage(await readBody(request));
  };
}

function assertJson(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!isJsonContentType(request.headers['content-type']) || encoding !== 'identity')
    throw new Refusal(415, 'Send the message as application/json, not compressed.');
}

function toMessage(bytes: Buffer): object {
  const text = decode(bytes);
  const passed = boundPassed(text, { maxDepth, maxMarks });
  if (passed === 'maxDepth') throw invalid(`The message is nested more than ${maxDepth} levels deep.`);
  if (passed === 'maxMarks') throw invalid('The message has too many members.');
  const message = parse(text);
  if (Array.isArray(message)) throw invalid('Batches are not served: send one message in a request.');
  if (typeof message !== 'object' || message === null) throw invalid('A message is a JSON object.');
  return message;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, 'The message is not UTF-8.', { code: rpcCodes.parseError });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The message is not valid JSON.', { code: rpcCodes.parseError });
  }
}

function invalid(message: string): Refusal {
  return new Refusal(400, message, { code: rpcCodes.invalidRequest });
}

function tooLarge(): Refusal {
  return new Refusal(413, `A message may have ${maxBodyBytes / megabyte} MB.`, {
    code: rpcCodes.invalidRequest,
    readsOn: false,
  });
}

function tooMuch(): Refusal {
  return new Refusal(503, 'Too many messages at once. Ask again in a moment.', {
    headers: { 'retry-after': '1' },
    readsOn: false,
  });
}

import type { IncomingMessage, ServerResponse } from 'node:http';

/** JSON-RPC codes of refusals (https://www.jsonrpc.org/specification#error_object); -32000 is the first that servers may use. */
export const rpcCodes = { parseError: -32_700, invalidRequest: -32_600, refused: -32_000 } as const;

export interface RefusalOptions {
  readonly code?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the rest of the request is read, so that the connection can go on; true when left out. */
  readonly readsOn?: boolean;
}

/** A request that is answered by its status, before or without MCP. The message is our own words and says what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly readsOn: boolean;

  constructor(
    status: number,
    message: string,
    { code = rpcCodes.refused, headers = {}, readsOn = true }: RefusalOptions = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.readsOn = readsOn;
  }
}

/** A client that has not taken its answer after this time is cut off. */
const takeTimeoutMs = 10_000;
/** How long a client that is still sending may take to read why it is not listened to any more. */
const lingerMs = 500;

/** Sends the last of an answer. */
export function endAnswer(response: ServerResponse, body?: string | Uint8Array): void {
  const timer = setTimeout(() => response.destroy(), takeTimeoutMs);
  response.once('close', () => clearTimeout(timer));
  response.end(body);
}

/** Answers with JSON. */
export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...headers,
    'content-length': bytes.length,
  });
  endAnswer(response, bytes);
}

/**
 * Answers with an error in JSON-RPC's form. Of a body that is still coming `maxBytes` are read and thrown away, which lets the
 * connection go on; where there is more of it, or nothing more is to be read, the connection ends.
 */
export function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message, headers, readsOn }: Refusal,
  maxBytes: number,
): void {
  // Half an answer is out already: the client learns from the broken connection that there is no more.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  answerJson(response, status, { jsonrpc: '2.0', error: { code, message }, id: null }, headers);
  if (request.complete) return;
  // Closed at once the connection would be reset, and many clients then lose the answer that is on its way.
  const cutOff = () => void setTimeout(() => request.destroy(), lingerMs);
  if (!readsOn) {
    cutOff();
    return;
  }
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes || request.isPaused()) return;
    request.pause();
    cutOff();
  });
}

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { endAnswer } from './refusal.ts';

/** A client that takes nothing of a stream for this long is cut off. */
const drainTimeoutMs = 10_000;
/** An answer that comes by then goes out with its head, in one piece: a write of its own took a sixth of a call. */
const headWaitMs = 20;

/**
 * Makes the web request that the SDK's handler takes. The body is handed over parsed, and of the headers only those that belong
 * to MCP: whatever of the SDK or of docpin sees the request sees no token and no key.
 */
export function toWebRequest(request: IncomingMessage, signal: AbortSignal): Request {
  const headers: [string, string][] = [];
  for (const [name, value] of Object.entries(request.headers)) {
    const isOfMcp = name === 'accept' || name === 'content-type' || name.startsWith('mcp-');
    if (isOfMcp && typeof value === 'string') headers.push([name, value]);
  }
  return new Request('http://docpin/mcp', { method: 'POST', headers, signal });
}

/** Writes a web response out: JSON in one piece, a stream as fast as the client takes it. Resolves when all is written. */
export async function writeWebResponse(web: Response, response: ServerResponse): Promise<void> {
  // Whether the connection goes on is between the client and Node.
  const { connection: _, ...headers } = Object.fromEntries(web.headers);
  if (web.body === null) {
    response.writeHead(web.status, headers);
    return endAnswer(response);
  }
  if (headers['content-type']?.startsWith('text/event-stream') !== true) {
    const bytes = new Uint8Array(await web.arrayBuffer());
    response.writeHead(web.status, { ...headers, 'content-length': bytes.length });
    return endAnswer(response, bytes);
  }
  response.writeHead(web.status, headers);
  // Without it the client of slow work would learn with the first event only that its request was taken.
  const head = setTimeout(() => response.flushHeaders(), headWaitMs);
  try {
    for await (const chunk of web.body) {
      if (response.destroyed) break;
      if (!response.write(chunk)) await drained(response);
    }
  } finally {
    clearTimeout(head);
  }
  endAnswer(response);
}

async function drained(response: ServerResponse): Promise<void> {
  try {
    await once(response, 'drain', { signal: AbortSignal.timeout(drainTimeoutMs) });
  } catch {
    // It broke, or the client sleeps: either way nobody reads on.
    response.destroy();
  }
}

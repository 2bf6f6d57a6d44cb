import { request as sendRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { createLog } from '../../../src/log.ts';
import { type HttpOptions, serveHttp } from '../../../src/mcp/http/serve-http.ts';
import { createServerFactory } from '../../../src/mcp/server-factory.ts';
import { readingAnnotations, type Tool } from '../../../src/tools/tool.ts';

/** What a test learns of a call from inside the tool. */
export interface SeenCall {
  readonly text: string;
  readonly signal: AbortSignal;
  readonly credentials: unknown;
  readonly hasRoots: boolean;
}

/** A server with one tool, `echo`, which says what it was told, `repeat` times, after `steps` of progress and `waitMs`. */
export async function startHttp(options: Partial<HttpOptions> = {}) {
  const lines: string[] = [];
  const callLines: string[] = [];
  const calls: SeenCall[] = [];
  const log = createLog({ level: 'debug', write: (line) => void lines.push(line) });
  const offer = {
    version: '1.2.3',
    instructions: 'Echoes.',
    tools: [createEchoTool(calls)],
    resource: {
      uriTemplate: 'docpin://library/{+id}',
      name: 'library',
      title: 'A library',
      description: 'A library.',
      mimeType: 'text/markdown',
      read: async (uri: string) => `read ${uri}`,
      complete: async () => ['npm:harbor@5.2.0'],
    },
    prompt: {
      name: 'docs',
      title: 'Docs',
      description: 'Docs.',
      arguments: [],
      render: async () => 'rendered',
    },
    log,
  };
  const server = await serveHttp({
    version: offer.version,
    createFactory: (hooks) => createServerFactory({ ...offer, ...hooks }),
    log,
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    tokenFile: undefined,
    trustedProxies: [],
    callsPerMinute: 0,
    readiness: () => ({ state: 'ready', parts: {} }),
    nowMs: () => performance.now(),
    writeCallLine: (line) => void callLines.push(line),
    ...options,
  });
  onTestFinished(() => server.close());
  const { origin, port } = new URL(server.url);
  return { server, url: new URL(server.url), origin, port: Number(port), lines, callLines, calls };
}

function createEchoTool(calls: SeenCall[]): Tool {
  const inputSchema = z.object({
    text: z.string(),
    waitMs: z.number().default(0),
    steps: z.number().default(0),
    repeat: z.number().default(1),
  });
  return {
    name: 'echo',
    title: 'Echo',
    description: 'Says what it was told.',
    inputSchema,
    annotations: readingAnnotations,
    otherNames: [],
    async call(args, { signal, credentials, roots, onProgress }) {
      const { text, waitMs, steps, repeat } = inputSchema.parse(args);
      calls.push({ text, signal, credentials, hasRoots: roots !== undefined });
      for (let step = 1; step <= steps; step += 1) {
        // Over the reporter's least gap.
        await delay(120, undefined, { signal });
        onProgress?.({ done: step, total: steps, message: `step ${step}` });
      }
      if (waitMs > 0) await delay(waitMs, undefined, { signal });
      return { text: text.repeat(repeat), facts: { tokens: text.length } };
    },
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
  readonly localAddress?: string;
}

const usualHeaders = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** Sends one request as it is; a header that is set to '' is left out. */
export function send(
  port: number,
  { method = 'POST', path = '/mcp', headers = {}, body, localAddress }: Sent,
) {
  const all = Object.entries({ ...usualHeaders, ...headers }).filter(([, value]) => value !== '');
  return new Promise<Answered>((resolve, reject) => {
    const request = sendRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: Object.fromEntries(all),
        agent: false,
        ...(localAddress === undefined ? {} : { localAddress }),
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Sends bytes and gives all that comes back until the other side closes. */
export function sendBytes(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    // A reset is an end, too.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}

/** A `tools/call` of the tool in the 2025-11-25 protocol. */
export function echoMessage(
  text: string,
  { id = 1, ...args }: { id?: number; waitMs?: number; repeat?: number } = {},
) {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'echo', arguments: { text, ...args } },
  });
}

/** The JSON-RPC message of an answer, in whichever form it came. */
export function messageOf({ body }: Answered) {
  const data = /^data: (.*)$/m.exec(body)?.[1] ?? body;
  return JSON.parse(data) as {
    id: unknown;
    result?: { content: { text: string }[] };
    error?: { code: number; message: string };
  };
}

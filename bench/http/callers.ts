import { Agent, type IncomingHttpHeaders, request as sendRequest } from 'node:http';

/** The revisions of the protocol that are measured. */
export type Era = '2025-11-25' | '2026-07-28';

export interface ToolCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly id?: number;
  readonly era?: Era;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface CalledTool {
  readonly id: unknown;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
  /** From before it was sent until its last byte was read. */
  readonly ms: number;
}

const clientInfo = { name: 'docpin-bench', version: '1' };

/** Connections that are kept open to one server, over which tools are called by hand: no client library's time is measured. */
export function createCallers(port: number, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });

  /** Calls a tool; rejects when the answer is an error, or no answer. */
  function call({
    tool,
    args,
    id = 1,
    era = '2026-07-28',
    headers = {},
    signal,
  }: ToolCall): Promise<CalledTool> {
    const isNew = era === '2026-07-28';
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': era,
      'io.modelcontextprotocol/clientInfo': clientInfo,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const params = { name: tool, arguments: args, ...(isNew ? { _meta } : {}) };
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const request = sendRequest(
        {
          host: '127.0.0.1',
          port,
          path: '/mcp',
          method: 'POST',
          agent,
          signal,
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            'content-length': Buffer.byteLength(body),
            'mcp-protocol-version': era,
            ...(isNew ? { 'mcp-method': 'tools/call', 'mcp-name': tool } : {}),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const ms = performance.now() - startedAt;
            const answer = readAnswer(Buffer.concat(chunks).toString('utf8'));
            if (typeof answer === 'string') reject(new Error(`${response.statusCode}: ${answer}`));
            else resolve({ ...answer, headers: response.headers, ms });
          });
        },
      );
      request.once('error', reject);
      request.end(body);
    });
  }

  return { call, close: () => agent.destroy() };
}

/** What a tool answered; a text that says why, where it is no answer. */
function readAnswer(body: string): { readonly id: unknown; readonly text: string } | string {
  const json = /^data: (\{.*)$/m.exec(body)?.[1] ?? body;
  try {
    const { id, result } = JSON.parse(json) as {
      id: unknown;
      result?: { content: { text: string }[]; isError?: boolean };
    };
    const text = result?.content.map((block) => block.text).join('\n') ?? '';
    return result === undefined || result.isError === true ? json.slice(0, 500) : { id, text };
  } catch {
    return body.slice(0, 500);
  }
}

/** Calls over and over on so many connections for so long. */
export async function callFor(
  seconds: number,
  connections: number,
  call: () => Promise<CalledTool>,
): Promise<{ readonly perSecond: number; readonly samplesMs: readonly number[] }> {
  const samplesMs: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  const loop = async (): Promise<void> => {
    while (performance.now() < endsAt) samplesMs.push((await call()).ms);
  };
  await Promise.all(Array.from({ length: connections }, loop));
  return { perSecond: samplesMs.length / ((performance.now() - startedAt) / 1_000), samplesMs };
}

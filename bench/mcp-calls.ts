import type { StdioServer } from './stdio-server.ts';

export interface Opened {
  /** Milliseconds from the start of the process until `initialize`, then `tools/list`, was answered. */
  readonly initializeMs: number;
  readonly listMs: number;
  readonly initialized: unknown;
  readonly listed: unknown;
}

/** Does what a client does first: the handshake, then `tools/list`. */
export async function openSession(server: StdioServer): Promise<Opened> {
  const { result: initialized } = await server.request('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'docpin-bench', version: '1.0.0' },
  });
  const initializeMs = server.ageMs();
  server.notify('notifications/initialized');
  const { result: listed } = await server.request('tools/list');
  return { initializeMs, listMs: server.ageMs(), initialized, listed };
}

export interface DocsCall {
  readonly library: string;
  readonly query: string;
}

/** Calls `get-docs`. Throws on an error answer, which would be measured as a fast one. */
export async function getDocs(
  server: StdioServer,
  { library, query }: DocsCall,
): Promise<{ readonly text: string; readonly ms: number }> {
  const { result, ms } = await server.request('tools/call', {
    name: 'get-docs',
    arguments: { library, query },
  });
  const { content, isError } = result as { content: { text: string }[]; isError?: boolean };
  const text = content.map((block) => block.text).join('\n');
  if (isError === true) throw new Error(`get-docs ${library}: ${text}`);
  return { text, ms };
}

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { onTestFinished } from 'vitest';
import { type CallResult, cleanEnv, type RunOptions, spawnDocpin } from './built-docpin.ts';

export interface StartedServer {
  /** Ends in `/mcp`. */
  readonly url: URL;
  readonly child: ReturnType<typeof spawnDocpin>['child'];
  readonly exited: ReturnType<typeof spawnDocpin>['exited'];
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** Starts the built HTTP server on a free port. It is killed when the test ends. */
export async function startBuiltHttp({ cwd, env, args = [] }: RunOptions): Promise<StartedServer> {
  const server = spawnDocpin({
    cwd,
    env: env ?? cleanEnv(),
    args: ['serve', '--transport', 'http', '--port', '0', ...args],
  });
  const url = await new Promise<string>((resolve, reject) => {
    const look = (): void => {
      const found = /http:\/\/[^"\s]+\/mcp/.exec(server.stderr())?.[0];
      if (found !== undefined) resolve(found);
    };
    server.child.stderr.on('data', look);
    server.exited.then(() => reject(new Error(`docpin ended: ${server.stderr()}`)), reject);
  });
  return { ...server, url: new URL(url) };
}

/** A caller of an HTTP server, with headers of its own. */
export async function connectCaller(url: URL, headers: Readonly<Record<string, string>> = {}) {
  const client = new Client(
    { name: 'docpin-tests', version: '1.0.0' },
    { versionNegotiation: { mode: 'auto' } },
  );
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers: { ...headers } } }));
  onTestFinished(() => client.close());
  return {
    instructions: client.getInstructions(),
    listTools: async () => (await client.listTools()).tools,
    describePrompts: async () => JSON.stringify((await client.listPrompts()).prompts),
    async callTool(name: string, args: Record<string, unknown>): Promise<CallResult> {
      const result = await client.callTool({ name, arguments: args });
      const content = result.content as { text: string }[];
      const text = content.map((block) => block.text).join('\n');
      return { text, isError: result.isError === true, meta: result._meta ?? {} };
    },
  };
}

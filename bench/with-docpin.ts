import type { BenchOptions } from './bench-options.ts';
import { createHome } from './home.ts';
import { type Opened, openSession } from './mcp-calls.ts';
import { type StdioServer, startStdioServer } from './stdio-server.ts';

export interface DocpinSession {
  readonly options: BenchOptions;
  /** The project that the server is started in. */
  readonly cwd: string;
  /** Settings as environment variables, beside the clean environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built server in an empty home, opens a session as a client does, hands it over, and ends it. */
export async function withDocpin<T>(
  { options, cwd, env }: DocpinSession,
  use: (server: StdioServer, opened: Opened) => Promise<T>,
): Promise<T> {
  const home = createHome(env);
  const server = startStdioServer({ node: options.node, args: [options.mainFile], cwd, env: home.env });
  try {
    return await use(server, await openSession(server));
  } finally {
    await server.close();
    home.remove();
  }
}

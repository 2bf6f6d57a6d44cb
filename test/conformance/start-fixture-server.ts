import { randomBytes } from 'node:crypto';
import { createRequestStateCodec, McpServer } from '@modelcontextprotocol/server';
import { createLog } from '../../src/log.ts';
import { type HttpServer, serveHttp } from '../../src/mcp/http/serve-http.ts';
import { addFixtureInputTools } from './fixture-input-tools.ts';
import { addFixtureResources } from './fixture-resources.ts';
import { addFixtureTools } from './fixture-tools.ts';

/**
 * Starts docpin's HTTP server with the tools, resources and prompts that the conformance suite wants to see, in place of docpin's
 * own: what the suite can say about serving is then said about everything that docpin serves with.
 */
export async function startFixtureServer(): Promise<HttpServer> {
  const states = createRequestStateCodec({ key: randomBytes(32) });
  return serveHttp({
    version: '0.0.0',
    log: createLog({ level: 'error', write: (line) => void process.stderr.write(line) }),
    createFactory: () => () => {
      const server = new McpServer(
        { name: 'docpin-conformance', version: '0.0.0' },
        {
          capabilities: {
            tools: { listChanged: false },
            resources: { listChanged: false, subscribe: true },
            prompts: { listChanged: false },
            logging: {},
            completions: {},
          },
          requestState: { verify: states.verify },
        },
      );
      addFixtureTools(server);
      addFixtureInputTools(server, states);
      addFixtureResources(server);
      return server;
    },
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    tokenFile: undefined,
    trustedProxies: [],
    callsPerMinute: 0,
    readiness: () => ({ state: 'ready', parts: {} }),
    nowMs: () => performance.now(),
    writeCallLine: undefined,
  });
}

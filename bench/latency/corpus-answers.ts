import type { BenchOptions } from '../bench-options.ts';
import { type DocsCall, getDocs } from '../mcp-calls.ts';
import { withDocpin } from '../with-docpin.ts';

const calls: readonly DocsCall[] = [
  { library: 'undici', query: 'retry on 429' },
  { library: 'undici', query: 'limit response body size' },
  { library: 'undici', query: 'send requests through an HTTP proxy with a user name' },
  { library: 'undici', query: 'MockAgent intercept' },
  { library: 'pino', query: 'redact passwords from the log' },
  { library: 'pino', query: 'write logs to a rotating file in a worker thread' },
  { library: 'pino', query: 'child logger bindings' },
  { library: 'fastify', query: 'close the database when the server shuts down' },
  { library: 'fastify', query: 'validate the request body with a JSON schema' },
  { library: 'fastify', query: 'setErrorHandler' },
];
const rounds = 20;

export interface CorpusSample extends DocsCall {
  readonly ms: number;
}

/** 200 calls of `get-docs` over stdio, ten questions in turn, after each was asked once, which indexes the three libraries. */
export async function measureCorpusAnswers(options: BenchOptions, project: string): Promise<CorpusSample[]> {
  return withDocpin({ options, cwd: project }, async (server) => {
    const samples: CorpusSample[] = [];
    for (let round = -1; round < rounds; round += 1) {
      for (const call of calls) {
        const { ms } = await getDocs(server, call);
        if (round >= 0) samples.push({ ...call, ms });
      }
    }
    return samples;
  });
}

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Home } from '../home.ts';
import { openSession } from '../mcp-calls.ts';
import { type StdioServer, startStdioServer } from '../stdio-server.ts';
import type { MonthCall } from './month-calls.ts';

/** A server that goes through the month. */
export interface Contestant {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  toRequest(call: MonthCall): { readonly name: string; readonly arguments: object };
}

/** Starts a contestant whose clock is `aheadMs` ahead, in the home that it keeps over the whole month. */
export async function startContestant(
  { args, env }: Pick<Contestant, 'args' | 'env'>,
  { home, node, aheadMs }: { readonly home: Home; readonly node: string; readonly aheadMs: number },
): Promise<StdioServer> {
  // The benches run bundled, from the project's folder.
  const preload = pathToFileURL(join(process.cwd(), 'bench/month/shift-clock.mjs')).href;
  const server = startStdioServer({
    node,
    args: ['--import', preload, ...args],
    cwd: '/',
    env: { ...home.env, ...env, BENCH_CLOCK_AHEAD_MS: String(Math.round(aheadMs)) },
  });
  await openSession(server);
  return server;
}

/** Whether a call ended in documentation: text that only the stand-in's libraries hold, whatever the answer calls itself. */
export async function endsInDocs(
  server: StdioServer,
  contestant: Contestant,
  call: MonthCall,
): Promise<boolean> {
  const { result } = await server.request('tools/call', contestant.toRequest(call));
  const { content = [], isError } = result as { content?: { text?: string }[]; isError?: boolean };
  const text = content.map((block) => block.text ?? '').join('\n');
  if (isError === true) return false;
  return call.kind === 'resolve' ? text.includes(call.id) : text.includes('This part of the docs explains');
}

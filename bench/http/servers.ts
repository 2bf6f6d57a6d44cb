import { fork, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { BenchOptions } from '../bench-options.ts';
import { createHome } from '../home.ts';

export interface StartedHttp {
  readonly pid: number;
  readonly port: number;
  close(): Promise<void>;
}

export interface HttpCommand {
  readonly node: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What the server says on stderr or stdout when it can be reached; the first group is the port, where it chose one. */
  readonly upWhen: RegExp;
  /** The port, where the command names it. */
  readonly port?: number;
}

const startTimeoutMs = 30_000;

/** Starts an MCP server over HTTP in an empty home, and waits until it can be reached. */
export async function startHttpServer(command: HttpCommand): Promise<StartedHttp> {
  const { node, args, cwd, env, upWhen } = command;
  const home = createHome(env);
  const child = spawn(node, args, { cwd, env: home.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`${args[0]} is not up. ${said}`)), startTimeoutMs);
    const hear = (text: string): void => {
      said += text;
      const found = upWhen.exec(said);
      if (found === null) return;
      clearTimeout(timer);
      resolve(command.port ?? Number(found[1]));
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    ended.then(() => reject(new Error(`${args[0]} ended. ${said}`)));
  });
  return {
    pid: child.pid ?? 0,
    port,
    async close() {
      child.kill('SIGTERM');
      const timer = setTimeout(kill, 12_000);
      await ended;
      clearTimeout(timer);
      process.removeListener('exit', kill);
      home.remove();
    },
  };
}

/** Starts the built docpin, without a limit for callers. */
export function startDocpin(
  { node, mainFile }: BenchOptions,
  more: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
  },
): Promise<StartedHttp> {
  return startHttpServer({
    node,
    args: [
      mainFile,
      'serve',
      '--transport',
      'http',
      '--port',
      '0',
      '--rate-limit',
      '0',
      ...(more.args ?? []),
    ],
    cwd: more.cwd,
    // Nothing is asked of a registry here.
    env: { DOCPIN_REGISTRY: 'http://127.0.0.1:9/', ...more.env },
    upWhen: /serving MCP url="http:\/\/127\.0\.0\.1:(\d+)\/mcp"/,
  });
}

/** Starts the upstream that answers at once. Its base URL is as CONTEXT7_API_URL wants it. */
export async function startInstantUpstream(root: string): Promise<{ baseUrl: string; close(): void }> {
  const child = fork(join(root, 'bench/http/instant-upstream.mjs'), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const port = await new Promise<string>((resolve) =>
    child.stdout?.setEncoding('utf8').once('data', resolve),
  );
  return { baseUrl: `http://127.0.0.1:${port.trim()}/api`, close: () => child.disconnect() };
}

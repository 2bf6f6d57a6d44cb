import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const requestTimeoutMs = 60_000;
const closeTimeoutMs = 3_000;

export interface StdioServer {
  readonly pid: number;
  /** Milliseconds since just before the process was started. */
  ageMs(): number;
  /** Sends a request; resolves with its result and with the milliseconds until its line was read and parsed. */
  request(method: string, params?: object): Promise<{ readonly result: unknown; readonly ms: number }>;
  notify(method: string): void;
  /** What it wrote to stderr so far. */
  stderr(): string;
  /** Closes its input, as clients do, and kills it when it does not end. */
  close(): Promise<void>;
}

export interface StdioServerOptions {
  readonly node: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Starts an MCP server and speaks JSON-RPC with it by hand, so that no client library's own time is measured. */
export function startStdioServer({ node, args, cwd, env }: StdioServerOptions): StdioServer {
  const startedAt = performance.now();
  const child = spawn(node, args, { cwd, env, stdio: 'pipe' });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      process.removeListener('exit', kill);
      resolve();
    });
  });
  const waiting = new Map<number, { resolve(message: Message): void; reject(error: Error): void }>();
  let stderr = '';
  let lastId = 0;

  function fail(why: string): void {
    for (const { reject } of waiting.values())
      reject(new Error(`${args[0]} ${why}. ${stderr.slice(-2_000)}`));
    waiting.clear();
  }

  child.once('error', ({ message }) => fail(message));
  child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
  // A write to a process that has just ended: its exit says more.
  child.stdin.on('error', () => undefined);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as Message;
    if (message.id === undefined) return;
    waiting.get(message.id)?.resolve(message);
    waiting.delete(message.id);
  });

  function write(message: object): void {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  return {
    pid: child.pid ?? 0,
    ageMs: () => performance.now() - startedAt,
    async request(method, params = {}) {
      lastId += 1;
      const id = lastId;
      const sentAt = performance.now();
      const timer = setTimeout(() => {
        fail(`did not answer ${method} within ${requestTimeoutMs} ms`);
        kill();
      }, requestTimeoutMs);
      try {
        const { result, error } = await new Promise<Message>((resolve, reject) => {
          waiting.set(id, { resolve, reject });
          write({ id, method, params });
        });
        if (error !== undefined) throw new Error(`${method}: ${error.message}`);
        return { result, ms: performance.now() - sentAt };
      } finally {
        clearTimeout(timer);
      }
    },
    notify: (method) => write({ method }),
    stderr: () => stderr,
    async close() {
      const timer = setTimeout(kill, closeTimeoutMs);
      child.stdin.end();
      await ended;
      clearTimeout(timer);
    },
  };
}

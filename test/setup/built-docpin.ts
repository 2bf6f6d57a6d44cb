import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './fixture-projects.ts';

/** The bundle that users get. */
export const mainFile = join(import.meta.dirname, '../../dist/main.js');

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** An environment with nothing of the tester's in it, and folders of its own. */
export function cleanEnv(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const home = temporaryFolder();
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    // Nothing listens there: a test that wants a registry brings its own.
    npm_config_registry: 'http://127.0.0.1:9/',
    DOCPIN_REGISTRY: 'http://127.0.0.1:9/',
    DOCPIN_UPSTREAM_ATTEMPTS: '1',
    ...env,
  };
}

/** Runs a command to its end. */
export function runDocpin({ cwd, env, args = [] }: RunOptions) {
  const { status, stdout, stderr, signal } = spawnSync(process.execPath, [mainFile, ...args], {
    cwd,
    env: env ?? cleanEnv(),
    encoding: 'utf8',
    timeout: 30_000,
    // A process that is stuck in a loop hears no other signal.
    killSignal: 'SIGKILL',
    input: '',
  });
  return { status, stdout, stderr, signal };
}

/** Runs a command to its end while this process goes on, so that a stand-in in it can answer. */
export async function runDocpinLater(options: RunOptions) {
  const { child, exited, stdout, stderr } = spawnDocpin(options);
  child.stdin.end();
  const { code, signal } = await exited;
  return { status: code, signal, stdout: stdout(), stderr: stderr() };
}

/** Starts a server whose bytes the test handles itself. It is killed when the test ends. */
export function spawnDocpin({ cwd, env, args = [] }: RunOptions) {
  const child = spawn(process.execPath, [mainFile, ...args], { cwd, env: env ?? cleanEnv(), stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return { child, exited, stdout: () => stdout, stderr: () => stderr };
}

export interface CallResult {
  readonly text: string;
  readonly isError: boolean;
  readonly meta: Readonly<Record<string, unknown>>;
}

export interface ConnectedClient {
  readonly instructions: string | undefined;
  listTools(): Promise<readonly { readonly name: string }[]>;
  callTool(
    name: string,
    args: Record<string, unknown>,
    options?: { signal?: AbortSignal },
  ): Promise<CallResult>;
  readonly pid: number | null;
}

export const clientKinds = ['v1', 'v2 legacy', 'v2 auto', 'v2 pinned to 2026-07-28'] as const;
export type ClientKind = (typeof clientKinds)[number];

/** Connects a real MCP client to the built server over stdio. It is closed when the test ends. */
export async function connectClient(
  kind: ClientKind,
  { cwd, env, args = [] }: RunOptions,
): Promise<ConnectedClient> {
  const parameters = {
    command: process.execPath,
    args: [mainFile, ...args],
    cwd,
    env: { ...(env ?? cleanEnv()) },
  };
  const identity = { name: 'docpin-tests', version: '1.0.0' };
  if (kind === 'v1') {
    const client = new ClientV1(identity);
    const transport = new StdioV1(parameters);
    await client.connect(transport);
    onTestFinished(() => client.close());
    return {
      instructions: client.getInstructions(),
      listTools: async () => (await client.listTools()).tools,
      callTool: async (name, input, options) =>
        toCallResult(await client.callTool({ name, arguments: input }, undefined, options)),
      pid: transport.pid,
    };
  }
  const mode = kind === 'v2 legacy' ? 'legacy' : kind === 'v2 auto' ? 'auto' : { pin: '2026-07-28' };
  const client = new ClientV2(identity, { versionNegotiation: { mode } });
  const transport = new StdioV2(parameters);
  await client.connect(transport);
  onTestFinished(() => client.close());
  return {
    instructions: client.getInstructions(),
    listTools: async () => (await client.listTools()).tools,
    callTool: async (name, input, options) =>
      toCallResult(await client.callTool({ name, arguments: input }, options)),
    pid: transport.pid,
  };
}

function toCallResult(result: unknown): CallResult {
  const { content, isError, _meta } = result as {
    content: { type: string; text: string }[];
    isError?: boolean;
    _meta?: Record<string, unknown>;
  };
  return { text: content.map(({ text }) => text).join('\n'), isError: isError === true, meta: _meta ?? {} };
}

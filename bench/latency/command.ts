import { spawn } from 'node:child_process';
import type { BenchOptions } from '../bench-options.ts';
import { createHome } from '../home.ts';

export interface MeasuredCommand {
  readonly args: readonly string[];
  /** Settings as environment variables, beside the clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the answer begins with. */
  readonly begins: string;
}

/** An answer from an installed package. */
export const undiciDocs: MeasuredCommand = {
  args: ['docs', 'undici', 'retry on 429'],
  begins: 'npm:undici@',
};

/**
 * Milliseconds of a command from the start of its process to its end, in a home where an uncounted first run has indexed or
 * cached what it asks for.
 */
export async function measureCommand(
  options: BenchOptions,
  cwd: string,
  { args, env, begins }: MeasuredCommand,
): Promise<number[]> {
  const home = createHome(env);
  const samples: number[] = [];
  for (let run = -1; run < options.runs; run += 1) {
    const startedAt = performance.now();
    const stdout = await runCommand(options.node, [options.mainFile, ...args], cwd, home.env);
    const ms = performance.now() - startedAt;
    if (!stdout.startsWith(begins)) throw new Error(`Not an answer: ${stdout.slice(0, 200)}`);
    if (run >= 0) samples.push(ms);
  }
  home.remove();
  return samples;
}

function runCommand(
  node: string,
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, argv, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'], timeout: 60_000 });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`docpin docs ended with ${code ?? signal}`));
    });
  });
}

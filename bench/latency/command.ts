import { spawn } from 'node:child_process';
import type { BenchOptions } from '../bench-options.ts';
import { createHome } from '../home.ts';

const args = ['docs', 'undici', 'retry on 429'];

/**
 * Milliseconds of `docpin docs undici "retry on 429"` from the start of the process to its end, on an index that an uncounted
 * first run has made.
 */
export async function measureCommand(options: BenchOptions, project: string): Promise<number[]> {
  const home = createHome();
  const samples: number[] = [];
  for (let run = -1; run < options.runs; run += 1) {
    const startedAt = performance.now();
    const stdout = await runCommand(options.node, [options.mainFile, ...args], project, home.env);
    const ms = performance.now() - startedAt;
    if (!stdout.startsWith('npm:undici@')) throw new Error(`Not an answer: ${stdout.slice(0, 200)}`);
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

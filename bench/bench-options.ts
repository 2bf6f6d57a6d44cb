import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly root: string;
  /** The binary that runs what is measured, its version, and the first number of that. */
  readonly node: string;
  readonly nodeVersion: string;
  readonly nodeMajor: number;
  readonly runs: number;
  /** Repetitions that are not counted. */
  readonly warmUps: number;
  readonly write: boolean;
  /** The built server that is measured, and what it was built from. */
  readonly mainFile: string;
  readonly docpin: string;
  /** One-minute load of the machine before anything was measured: on a busy one the figures say little. */
  readonly loadBefore: number;
}

/**
 * Reads what every bench understands: `--node <binary>`, `--runs <n>`, `--no-write` (print only), `--no-build` (measure dist/ as
 * it is). Builds docpin unless told not to.
 */
export function readBenchOptions(defaults: {
  readonly runs: number;
  readonly warmUps?: number;
}): BenchOptions {
  const { values } = parseArgs({
    options: {
      node: { type: 'string', default: process.execPath },
      runs: { type: 'string', default: String(defaults.runs) },
      'no-write': { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const root = process.cwd();
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number from 1');
  const loadBefore = loadavg()[0] ?? 0;
  if (!values['no-build']) execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root });
  const node = resolve(values.node);
  const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  return {
    root,
    node,
    nodeVersion,
    nodeMajor: Number(/^v(\d+)/.exec(nodeVersion)?.[1]),
    runs,
    warmUps: defaults.warmUps ?? 0,
    write: !values['no-write'],
    mainFile: join(root, 'dist/main.js'),
    docpin: `${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version} (${readCommit(root)})`,
    loadBefore,
  };
}

/** The commit that was built; `changed` where what the bundle is made of differs from it. */
function readCommit(root: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD').trim();
    const changes = git('status', '--porcelain', '--', 'src', 'scripts', 'package.json', 'package-lock.json');
    return changes === '' ? commit : `${commit}, changed`;
  } catch {
    // A copy of the sources without its history can be measured too.
    return 'no commit known';
  }
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCache } from '../src/cache/create-cache.ts';
import { createSqliteStore } from '../src/cache/stores/sqlite.ts';
import { loadSqlite } from '../src/sqlite.ts';
import { bundleScript } from '../test/setup/bundle-script.ts';
import { startContext7StandIn } from '../test/stand-ins/context7/context7-stand-in.ts';
import { readBenchOptions } from './bench-options.ts';
import { requestOf } from './cache/request.ts';
import { measureCommand } from './latency/command.ts';
import { reportFigures } from './report.ts';
import { median, percentile, summarize } from './samples.ts';

interface Sample {
  readonly engineMs: number;
  readonly readMs: number;
  readonly state: string;
}

/** How long a new process waits for an answer that another one has kept, among 5,000 others (50 MB). */
const answers = 5_000;
const options = readBenchOptions({ runs: 50, warmUps: 3 });
const folder = mkdtempSync(join(tmpdir(), 'docpin-bench-'));
const file = join(folder, 'cache.db');
const cache = createCache({
  store: createSqliteStore({ file, loadEngine: loadSqlite, now: Date.now }),
  now: Date.now,
  random: Math.random,
});
for (let number = 0; number < answers; number += 1) await cache.read(requestOf(number));
await cache.close();

const script = bundleScript('bench/cache/read-once.ts');
const samples: Sample[] = [];
for (let run = -options.warmUps; run < options.runs; run += 1) {
  const number = String(((run + options.warmUps) * 97) % answers);
  const sample = JSON.parse(
    execFileSync(options.node, [script, file, number], { encoding: 'utf8' }),
  ) as Sample;
  if (sample.state !== 'cached') throw new Error('An answer did not come from the file.');
  if (run >= 0) samples.push(sample);
}

const standIn = await startContext7StandIn();
const commandMs = await measureCommand(options, folder, {
  args: ['docs', '/vercel/next.js', 'routing'],
  env: { CONTEXT7_API_URL: standIn.baseUrl },
  begins: '/vercel/next.js (Context7)',
});
if (standIn.requests.length !== 1) throw new Error('An answer did not come from the file.');
await standIn.close();
rmSync(folder, { recursive: true });

const readMs = samples.map((sample) => sample.readMs);
const engineMs = samples.map((sample) => sample.engineMs);
reportFigures(
  options.root,
  {
    name: `cache-disk-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin },
    about: {
      loadBefore: options.loadBefore,
      answers,
      summary: { read: summarize(readMs), engine: summarize(engineMs), command: summarize(commandMs) },
    },
    figures: [
      {
        figure: 'a new process opens the file and reads an answer: median',
        got: median(readMs),
        unit: 'ms',
        atMost: 10,
      },
      {
        figure: 'a new process opens the file and reads an answer: p95',
        got: percentile(readMs, 0.95),
        unit: 'ms',
      },
      { figure: 'it loads the SQLite engine before: median', got: median(engineMs), unit: 'ms' },
      {
        figure: 'docpin docs from the cache file, whole process: median',
        got: median(commandMs),
        unit: 'ms',
      },
    ],
    samples: { inProcess: samples, commandMs },
  },
  options.write,
);

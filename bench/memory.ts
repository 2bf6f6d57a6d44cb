import { setTimeout as wait } from 'node:timers/promises';
import { type BenchOptions, readBenchOptions } from './bench-options.ts';
import { installPins } from './install-pins.ts';
import { getDocs } from './mcp-calls.ts';
import { countChildren, readRssKb, toMb } from './process-memory.ts';
import { reportFigures } from './report.ts';
import { median } from './samples.ts';
import { withDocpin } from './with-docpin.ts';

interface Sample {
  readonly idleKb: number;
  readonly afterAnswerKb: number;
  readonly afterIndexingKb: number;
  readonly minuteLaterKb: number;
  /** Indexing children that still run after that minute; their memory is not counted above. */
  readonly childrenLeft: number;
}

/** Resident memory of a server in one session: idle, after an answer, after a large library, and a minute after that. */
function measureSession(options: BenchOptions, project: string): Promise<Sample> {
  return withDocpin({ options, cwd: project }, async (server) => {
    await wait(2_000);
    const idleKb = readRssKb(server.pid);
    await getDocs(server, { library: 'undici', query: 'retry on 429' });
    await wait(250);
    const afterAnswerKb = readRssKb(server.pid);
    await getDocs(server, { library: 'next', query: 'revalidate a cached page by tag' });
    const afterIndexingKb = readRssKb(server.pid);
    await wait(60_000);
    const minuteLaterKb = readRssKb(server.pid);
    const childrenLeft = countChildren(server.pid);
    return { idleKb, afterAnswerKb, afterIndexingKb, minuteLaterKb, childrenLeft };
  });
}

const pins = { next: '16.4.6', undici: '7.30.2' };
const options = readBenchOptions({ runs: 5 });
const project = installPins(options.root, 'memory', pins);
const samples: Sample[] = [];
for (let run = 0; run < options.runs; run += 1) {
  samples.push(await measureSession(options, project));
}

const mb = (key: keyof Sample): number => toMb(median(samples.map((sample) => sample[key])));
reportFigures(
  options.root,
  {
    name: `memory-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...pins },
    about: { loadBefore: options.loadBefore },
    figures: [
      { figure: 'idle, 2 s after tools/list', got: mb('idleKb'), unit: 'MB', atMost: 70 },
      { figure: 'after one answer (undici)', got: mb('afterAnswerKb'), unit: 'MB' },
      { figure: 'at the answer after indexing next', got: mb('afterIndexingKb'), unit: 'MB' },
      { figure: '60 s after that', got: mb('minuteLaterKb'), unit: 'MB', atMost: 110 },
    ],
    samples,
  },
  options.write,
);

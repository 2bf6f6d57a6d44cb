import { setTimeout as wait } from 'node:timers/promises';
import { type BenchOptions, readBenchOptions } from './bench-options.ts';
import { installPins } from './install-pins.ts';
import { type DocsCall, getDocs } from './mcp-calls.ts';
import { reportFigures } from './report.ts';
import { median, summarize } from './samples.ts';
import { withDocpin } from './with-docpin.ts';

const calls: readonly DocsCall[] = [
  { library: 'next', query: 'revalidate a cached page by tag' },
  { library: 'fastify', query: 'close the database when the server shuts down' },
];

/** Milliseconds of the first `get-docs` to a server that is up and has an empty cache folder: indexing and the answer. */
async function measureFirstAnswer(options: BenchOptions, project: string, call: DocsCall): Promise<number> {
  return withDocpin({ options, cwd: project }, async (server) => {
    // What the start itself still does is not the call's time.
    await wait(250);
    return (await getDocs(server, call)).ms;
  });
}

const pins = { fastify: '5.12.8', next: '16.4.6' };
const options = readBenchOptions({ runs: 7 });
const project = installPins(options.root, 'index', pins);
const samples: { readonly library: string; readonly ms: number }[] = [];
for (let run = 0; run < options.runs; run += 1) {
  for (const call of calls) {
    samples.push({ library: call.library, ms: await measureFirstAnswer(options, project, call) });
  }
}

const of = (name: string): number[] => samples.filter(({ library }) => library === name).map(({ ms }) => ms);
reportFigures(
  options.root,
  {
    name: `index-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...pins },
    about: {
      loadBefore: options.loadBefore,
      summary: Object.fromEntries(calls.map(({ library }) => [library, summarize(of(library))])),
    },
    figures: [
      { figure: 'first answer from next: median', got: median(of('next')), unit: 'ms', atMost: 1_000 },
      { figure: 'first answer from fastify: median', got: median(of('fastify')), unit: 'ms' },
    ],
    samples,
  },
  options.write,
);

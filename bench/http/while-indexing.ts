import { readBenchOptions } from '../bench-options.ts';
import { installPins } from '../install-pins.ts';
import { reportFigures } from '../report.ts';
import { median, percentile } from '../samples.ts';
import { createCallers } from './callers.ts';
import { startDocpin } from './servers.ts';

/** How long a caller waits for an answer from the index while another caller's call indexes a large library. */
const pins = { fastify: '5.12.8', next: '16.4.6' };
const warm = {
  tool: 'get-docs',
  args: { library: 'fastify', query: 'close the database when the server shuts down' },
};

const options = readBenchOptions({ runs: 5 });
const project = installPins(options.root, 'http-indexing', pins);

interface Sample {
  readonly indexingMs: number;
  readonly warmMs: readonly number[];
}

async function measure(): Promise<Sample> {
  const server = await startDocpin(options, { cwd: project, args: ['--share', 'project'] });
  const callers = createCallers(server.port, 2);
  try {
    for (let times = 0; times < 20; times += 1) await callers.call(warm);
    let isIndexing = true;
    const indexing = callers
      .call({ tool: 'get-docs', args: { library: 'next', query: 'middleware' } })
      .finally(() => {
        isIndexing = false;
      });
    const warmMs: number[] = [];
    while (isIndexing) warmMs.push((await callers.call(warm)).ms);
    return { indexingMs: (await indexing).ms, warmMs };
  } finally {
    callers.close();
    await server.close();
  }
}

const samples: Sample[] = [];
for (let run = 0; run < options.runs; run += 1) samples.push(await measure());
const warmMs = samples.flatMap((sample) => sample.warmMs);
reportFigures(
  options.root,
  {
    name: `http-indexing-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...pins },
    about: { loadBefore: options.loadBefore },
    figures: [
      {
        figure: 'warm call while another indexes next: p99',
        got: percentile(warmMs, 0.99),
        unit: 'ms',
        atMost: 25,
      },
      { figure: 'warm call while another indexes next: median', got: median(warmMs), unit: 'ms' },
      {
        figure: 'the call that indexes next',
        got: median(samples.map(({ indexingMs }) => indexingMs)),
        unit: 'ms',
      },
    ],
    samples,
  },
  options.write,
);

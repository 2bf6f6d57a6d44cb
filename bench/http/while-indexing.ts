import { readBenchOptions } from '../bench-options.ts';
import { registryEnv } from '../index/from-registry.ts';
import { installPins } from '../install-pins.ts';
import { type Figure, reportFigures } from '../report.ts';
import { median, percentile } from '../samples.ts';
import { createCallers } from './callers.ts';
import { startDocpin } from './servers.ts';

/** How long a caller waits for an answer from the index while another caller's call indexes a large library. */
const pins = { fastify: '5.12.8', next: '16.4.6' };

const options = readBenchOptions({ runs: 5 });
const npm = registryEnv(options.root);
const project = installPins(options.root, 'http-indexing', pins);

interface Sample {
  readonly indexingMs: number;
  readonly warmMs: readonly number[];
}

/** Where the server finds the two: what HTTP does unasked is to download them, which its own process does and not the child. */
const ways = {
  'in its project': { args: ['--share', 'project'] },
  'from the registry': { env: { ...npm, DOCPIN_REGISTRY: npm.npm_config_registry ?? '' } },
};
type Way = keyof typeof ways;

async function measure(way: Way): Promise<Sample> {
  const server = await startDocpin(options, { cwd: project, ...ways[way] });
  const callers = createCallers(server.port, 2);
  const warm = {
    tool: 'get-docs',
    args: { library: `npm:fastify@${pins.fastify}`, query: 'close the database when the server shuts down' },
  };
  try {
    for (let times = 0; times < 20; times += 1) await callers.call(warm);
    let isIndexing = true;
    const indexing = callers
      .call({ tool: 'get-docs', args: { library: `npm:next@${pins.next}`, query: 'middleware' } })
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

const samples: Record<Way, Sample[]> = { 'in its project': [], 'from the registry': [] };
for (let run = 0; run < options.runs; run += 1)
  for (const way of Object.keys(ways) as Way[]) samples[way].push(await measure(way));

function figuresOf(way: Way): readonly Figure[] {
  const warmMs = samples[way].flatMap((sample) => sample.warmMs);
  const indexingMs = median(samples[way].map((sample) => sample.indexingMs));
  return [
    {
      figure: `warm call while another indexes next ${way}: p99`,
      got: percentile(warmMs, 0.99),
      unit: 'ms',
      atMost: 25,
    },
    { figure: `warm call while another indexes next ${way}: median`, got: median(warmMs), unit: 'ms' },
    { figure: `the call that indexes next ${way}`, got: indexingMs, unit: 'ms' },
  ];
}
reportFigures(
  options.root,
  {
    name: `http-indexing-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...pins },
    about: { loadBefore: options.loadBefore },
    figures: (Object.keys(ways) as Way[]).flatMap(figuresOf),
    samples,
  },
  options.write,
);

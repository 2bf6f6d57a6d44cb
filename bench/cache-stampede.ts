import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context7StandIn, startContext7StandIn } from '../test/stand-ins/context7/context7-stand-in.ts';
import { type BenchOptions, readBenchOptions } from './bench-options.ts';
import { createHome } from './home.ts';
import { getDocs, openSession } from './mcp-calls.ts';
import { reportFigures } from './report.ts';
import { startStdioServer } from './stdio-server.ts';

interface Round {
  readonly processes: number;
  readonly callsEach: number;
}

interface Sample extends Round {
  readonly upstreamCalls: number;
  readonly ms: number;
}

/** Servers of one user that have nothing cached are all asked the same at the same time. Throws when an answer is an error. */
async function stampede(
  options: BenchOptions,
  upstream: Context7StandIn,
  { processes, callsEach }: Round,
  query: string,
): Promise<Sample> {
  const home = createHome({ CONTEXT7_API_URL: upstream.baseUrl });
  const cwd = mkdtempSync(join(tmpdir(), 'docpin-bench-'));
  const servers = Array.from({ length: processes }, () =>
    startStdioServer({ node: options.node, args: [options.mainFile], cwd, env: home.env }),
  );
  try {
    await Promise.all(servers.map(openSession));
    const before = upstream.requests.length;
    const fromMs = performance.now();
    await Promise.all(
      servers.flatMap((server) =>
        Array.from({ length: callsEach }, () => getDocs(server, { library: '/vercel/next.js', query })),
      ),
    );
    const ms = performance.now() - fromMs;
    return { processes, callsEach, upstreamCalls: upstream.requests.length - before, ms };
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    home.remove();
    rmSync(cwd, { recursive: true, force: true });
  }
}

const options = readBenchOptions({ runs: 5 });
// Each server that is up has one, for the end of this process.
process.setMaxListeners(20);
const upstream = await startContext7StandIn();
const samples: Sample[] = [];
for (let run = 0; run < options.runs; run += 1) {
  for (const round of [
    { processes: 8, callsEach: 50 },
    { processes: 1, callsEach: 1_000 },
  ])
    samples.push(await stampede(options, upstream, round, `routing ${run} of ${round.processes}`));
}
await upstream.close();

const most = (processes: number): number =>
  Math.max(
    ...samples.filter((sample) => sample.processes === processes).map(({ upstreamCalls }) => upstreamCalls),
  );
reportFigures(
  options.root,
  {
    name: `cache-stampede-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin },
    about: { loadBefore: options.loadBefore },
    figures: [
      {
        figure: '8 servers, 50 same calls each: upstream calls at most',
        got: most(8),
        unit: 'times',
        atMost: 2,
      },
      {
        figure: '1 server, 1,000 same calls: upstream calls at most',
        got: most(1),
        unit: 'times',
        atMost: 1,
      },
    ],
    samples,
  },
  options.write,
);

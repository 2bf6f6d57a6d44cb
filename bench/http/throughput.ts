import { createServer } from 'node:net';
import { join } from 'node:path';
import { readBenchOptions } from '../bench-options.ts';
import { installPins } from '../install-pins.ts';
import { reportFigures } from '../report.ts';
import { median, percentile } from '../samples.ts';
import { callFor, createCallers, type Era } from './callers.ts';
import { startDocpin, startHttpServer, startInstantUpstream } from './servers.ts';

/**
 * How many calls of the docs tool a second are answered over 16 connections, and how late the latest: docpin from its memory, and the
 * server of Context7, which asks its upstream each time; both from the same upstream, which answers at once.
 */
const context7 = { '@upstash/context7-mcp': '4.1.1' };
const connections = 16;
const secondsEach = 5;
const eras: readonly Era[] = ['2026-07-28', '2025-11-25'];

const options = readBenchOptions({ runs: 5, warmUps: 1 });
const project = installPins(options.root, 'context7-mcp', context7);
const upstream = await startInstantUpstream(options.root);
const env = { CONTEXT7_API_URL: upstream.baseUrl };
const port = await freePort();
const servers = {
  docpin: await startDocpin(options, { cwd: project, env }),
  'context7-mcp': await startHttpServer({
    node: options.node,
    args: [
      join(project, 'node_modules/@upstash/context7-mcp/dist/index.js'),
      ...['--transport', 'http', '--port', String(port)],
    ],
    cwd: project,
    env,
    port,
    upWhen: /running on|listening/i,
  }),
};
const query = 'create a store';
const calls = {
  docpin: { tool: 'get-docs', args: { library: '/acme/widgets', query } },
  'context7-mcp': { tool: 'query-docs', args: { libraryId: '/acme/widgets', query } },
};

interface Sample {
  readonly server: keyof typeof servers;
  readonly era: Era;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function measure(server: Sample['server'], era: Era): Promise<Sample> {
  const callers = createCallers(servers[server].port, connections);
  try {
    const { perSecond, samplesMs } = await callFor(secondsEach, connections, () =>
      callers.call({ ...calls[server], era }),
    );
    return { server, era, perSecond, p50Ms: median(samplesMs), p99Ms: percentile(samplesMs, 0.99) };
  } finally {
    callers.close();
  }
}

const samples: Sample[] = [];
for (let run = -options.warmUps; run < options.runs; run += 1)
  for (const era of eras)
    for (const server of ['docpin', 'context7-mcp'] as const) {
      const sample = await measure(server, era);
      if (run >= 0) samples.push(sample);
    }
await Promise.all(Object.values(servers).map((server) => server.close()));
upstream.close();

const of = (server: Sample['server'], era: Era) =>
  samples.filter((sample) => sample.server === server && sample.era === era);
/** Both were measured one after the other in each round: their quotient says more than either. */
const paired = (era: Era, value: (sample: Sample) => number): number =>
  median(
    of('docpin', era).map((sample, round) => value(sample) / value(of('context7-mcp', era)[round] ?? sample)),
  );

reportFigures(
  options.root,
  {
    name: `http-throughput-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...context7 },
    about: { loadBefore: options.loadBefore, connections, secondsEach },
    figures: eras.flatMap((era) => [
      ...(['docpin', 'context7-mcp'] as const).flatMap((server) => [
        {
          figure: `${era}, ${server}: calls a second`,
          got: median(of(server, era).map(({ perSecond }) => perSecond)),
          unit: 'calls' as const,
        },
        {
          figure: `${era}, ${server}: p99`,
          got: median(of(server, era).map(({ p99Ms }) => p99Ms)),
          unit: 'ms' as const,
        },
      ]),
      {
        figure: `${era}: calls a second, docpin to context7-mcp`,
        got: paired(era, ({ perSecond }) => perSecond),
        unit: 'times' as const,
        atLeast: 2.5,
      },
      {
        figure: `${era}: p99, docpin to context7-mcp`,
        got: paired(era, ({ p99Ms }) => p99Ms),
        unit: 'times' as const,
        atMost: 0.5,
      },
    ]),
    samples,
  },
  options.write,
);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

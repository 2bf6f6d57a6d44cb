import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type BenchOptions, readBenchOptions } from './bench-options.ts';
import { createHome, type Home } from './home.ts';
import { installPins } from './install-pins.ts';
import { openSession } from './mcp-calls.ts';
import { readRssKb, toMb } from './process-memory.ts';
import { reportFigures } from './report.ts';
import { median, summarize } from './samples.ts';
import { startStdioServer } from './stdio-server.ts';

/** Resident memory is read this long after `tools/list` was answered. */
const settleMs = 250;
/** docpin writes its compile cache 3 s after a start; a session that is shorter leaves none for the next one. */
const firstSessionMs = 4_000;

interface Variant {
  readonly name: string;
  readonly args: readonly string[];
  /** True: each run finds an empty home. False: all runs share one that an earlier session of 4 s has used. */
  readonly isFirstStart?: boolean;
}

interface Sample {
  readonly variant: string;
  readonly initializeMs: number;
  readonly listMs: number;
  readonly rssKb: number;
}

async function measureStart(options: BenchOptions, variant: Variant, home: Home, cwd: string, forMs: number) {
  const server = startStdioServer({ node: options.node, args: variant.args, cwd, env: home.env });
  const { initializeMs, listMs } = await openSession(server);
  await wait(forMs);
  const rssKb = readRssKb(server.pid);
  await server.close();
  return { variant: variant.name, initializeMs, listMs, rssKb };
}

/** How long a client waits for the tools of a server that it has just started, beside bare Node and beside context7-mcp. */
const options = readBenchOptions({ runs: 15, warmUps: 2 });
const context7 = '4.1.1';
const project = installPins(options.root, 'start', { '@upstash/context7-mcp': context7 });
const context7File = join(project, 'node_modules/@upstash/context7-mcp/dist/index.js');
const variants: readonly Variant[] = [
  { name: 'bare echo', args: [join(options.root, 'bench/bare-echo.mjs')] },
  { name: 'docpin', args: [options.mainFile] },
  { name: 'docpin, first start', args: [options.mainFile], isFirstStart: true },
  { name: 'context7-mcp', args: [context7File] },
];

const sharedHomes = new Map(variants.map(({ name }) => [name, createHome()]));
const samples: Sample[] = [];
for (let run = -options.warmUps; run < options.runs; run += 1) {
  // Round robin: what else the machine does meanwhile falls on all of them.
  for (const variant of variants) {
    const sharedHome = variant.isFirstStart === true ? undefined : sharedHomes.get(variant.name);
    const home = sharedHome ?? createHome();
    const isFirstSession = run < 0 && sharedHome !== undefined;
    const forMs = isFirstSession ? firstSessionMs : settleMs;
    const sample = await measureStart(options, variant, home, project, forMs);
    if (home !== sharedHome) home.remove();
    if (run >= 0) samples.push(sample);
  }
}

const of = (name: string, key: 'initializeMs' | 'listMs' | 'rssKb'): number[] =>
  samples.filter(({ variant }) => variant === name).map((sample) => sample[key]);
const listMs = (name: string): number => median(of(name, 'listMs'));
const figures = variants.flatMap(({ name }) => [
  { figure: `${name}: start to tools/list`, got: listMs(name), unit: 'ms' as const },
  { figure: `${name}: resident memory`, got: toMb(median(of(name, 'rssKb'))), unit: 'MB' as const },
]);
const shareAtMost = options.nodeMajor >= 24 ? 0.3 : 0.4;
const judged = ['docpin', 'docpin, first start'].flatMap((name) => [
  {
    figure: `${name}: over the bare echo`,
    got: listMs(name) - listMs('bare echo'),
    unit: 'ms',
    atMost: 65,
  } as const,
  {
    figure: `${name}: share of context7-mcp`,
    got: listMs(name) / listMs('context7-mcp'),
    unit: 'times',
    atMost: shareAtMost,
  } as const,
]);

reportFigures(
  options.root,
  {
    name: `start-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, '@upstash/context7-mcp': context7 },
    about: {
      loadBefore: options.loadBefore,
      warmUps: options.warmUps,
      summary: Object.fromEntries(variants.map(({ name }) => [name, summarize(of(name, 'listMs'))])),
    },
    figures: [...figures, ...judged],
    samples,
  },
  options.write,
);

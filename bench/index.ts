import { setTimeout as wait } from 'node:timers/promises';
import { readBenchOptions } from './bench-options.ts';
import { makeEmptyProject, measureDownload, registryEnv } from './index/from-registry.ts';
import { installPins } from './install-pins.ts';
import { type DocsCall, getDocs } from './mcp-calls.ts';
import { reportFigures } from './report.ts';
import { median, summarize } from './samples.ts';
import { type DocpinSession, withDocpin } from './with-docpin.ts';

interface Asked extends DocsCall {
  /** The longest that the median may be. */
  readonly atMost: number;
}

const pins = { effect: '4.1.0', fastify: '5.12.8', next: '16.4.6' };
const calls: readonly Asked[] = [
  { library: 'effect', query: 'retry with exponential backoff', atMost: 2_200 },
  { library: 'next', query: 'revalidate a cached page by tag', atMost: 1_000 },
  { library: 'fastify', query: 'close the database when the server shuts down', atMost: 350 },
];
const zod = '3.25.76';
const zodCall = { library: `zod@${zod}`, query: 'validate an email address' };

/** Milliseconds of the first `get-docs` to a server that is up and has an empty cache folder: indexing and the answer. */
async function measureFirstAnswer(session: DocpinSession, call: DocsCall): Promise<number> {
  return withDocpin(session, async (server) => {
    // What the start itself still does is not the call's time.
    await wait(250);
    return (await getDocs(server, call)).ms;
  });
}

const options = readBenchOptions({ runs: 7 });
const { root } = options;
const project = installPins(root, 'index', pins);
const emptyProject = makeEmptyProject(root, 'zod', zod);
const env = registryEnv(root);
const samples: { readonly library: string; readonly ms: number }[] = [];
const downloads: number[] = [];
for (let run = 0; run < options.runs; run += 1) {
  for (const call of calls) {
    samples.push({ library: call.library, ms: await measureFirstAnswer({ options, cwd: project }, call) });
  }
  downloads.push(measureDownload(options, env, ['zod', zod]));
  const ms = await measureFirstAnswer({ options, cwd: emptyProject, env }, zodCall);
  samples.push({ library: zodCall.library, ms });
}

const of = (name: string): number[] => samples.filter(({ library }) => library === name).map(({ ms }) => ms);
const all = [...calls.map(({ library }) => library), zodCall.library];
reportFigures(
  root,
  {
    name: `index-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...pins, zod },
    about: {
      loadBefore: options.loadBefore,
      summary: Object.fromEntries(all.map((library) => [library, summarize(of(library))])),
    },
    figures: [
      ...calls.map(({ library, atMost }) => ({
        figure: `first answer from ${library}: median`,
        got: median(of(library)),
        unit: 'ms' as const,
        atMost,
      })),
      { figure: `download of zod@${zod} alone: median`, got: median(downloads), unit: 'ms' },
      {
        figure: `first answer from zod@${zod} of the registry, beyond its download`,
        got: median(of(zodCall.library)) - median(downloads),
        unit: 'ms',
        atMost: 1_000,
      },
    ],
    samples: { answers: samples, downloads },
  },
  options.write,
);

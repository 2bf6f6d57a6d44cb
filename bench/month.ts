import { join } from 'node:path';
import { startContext7StandIn } from '../test/stand-ins/context7/context7-stand-in.ts';
import { commonFaults, quotaExceeded } from '../test/stand-ins/context7/faults.ts';
import { keys } from '../test/stand-ins/context7/libraries.ts';
import { readBenchOptions } from './bench-options.ts';
import { createHome } from './home.ts';
import { installPins } from './install-pins.ts';
import { type Contestant, endsInDocs, startContestant } from './month/contestant.ts';
import { type MonthCall, monthCalls } from './month/month-calls.ts';
import { reportFigures } from './report.ts';
import type { StdioServer } from './stdio-server.ts';

const pins = { '@upstash/context7-mcp': '4.1.1' };
const calls = monthCalls(2_000, 11);
const quota = 1_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The month begins with the next one, because the stand-in's quota is that of a calendar month. */
const today = new Date();
const monthStartMs = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1);
const monthEndMs = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 2);
/** Two outages, of eighteen hours and of two days. */
const outages = [
  { fromMs: 8 * dayMs + 6 * hourMs, toMs: 9 * dayMs },
  { fromMs: 19 * dayMs, toMs: 21 * dayMs },
];
const faults = ['503', 'reset', '429'].flatMap((name) => commonFaults[name] ?? []);

const options = readBenchOptions({ runs: 1 });
const folder = installPins(options.root, 'month', pins);

const contestants: readonly Contestant[] = [
  {
    name: 'docpin',
    args: [options.mainFile],
    env: { DOCPIN_SOURCES: 'context7' },
    toRequest: ({ kind, name, id, query }) =>
      kind === 'resolve'
        ? { name: 'resolve-library', arguments: { name, query } }
        : { name: 'get-docs', arguments: { library: id, query } },
  },
  {
    name: 'context7-mcp',
    args: [join(folder, 'node_modules/@upstash/context7-mcp/dist/index.js')],
    env: { OTEL_SDK_DISABLED: 'true' },
    toRequest: ({ kind, name, id, query }) =>
      kind === 'resolve'
        ? { name: 'resolve-library-id', arguments: { libraryName: name, query } }
        : { name: 'query-docs', arguments: { libraryId: id, query } },
  },
];

interface Month {
  readonly answered: number;
  readonly upstreamCalls: number;
  /** One digit a call, in their order: 1 where it ended in documentation. */
  readonly outcomes: string;
}

/** Lets a contestant go through the month: a process a day, one home, one quota. */
async function runMonth(contestant: Contestant): Promise<Month> {
  const standIn = await startContext7StandIn();
  const home = createHome({ CONTEXT7_API_URL: standIn.baseUrl, CONTEXT7_API_KEY: keys.one });
  let server: StdioServer | undefined;
  let day = -1;
  let outcomes = '';
  for (const call of calls) {
    if (Math.floor(call.atMs / dayMs) !== day) {
      await server?.close();
      day = Math.floor(call.atMs / dayMs);
      const aheadMs = monthStartMs + call.atMs - Date.now();
      server = await startContestant(contestant, { home, node: options.node, aheadMs });
    }
    setUpstream(standIn, call);
    if (server === undefined) throw new Error('no server');
    outcomes += (await endsInDocs(server, contestant, call)) ? '1' : '0';
  }
  await server?.close();
  const upstreamCalls = Math.min(standIn.requests.length, quota);
  await standIn.close();
  home.remove();
  return { answered: outcomes.replaceAll('0', '').length, upstreamCalls, outcomes };
}

function setUpstream(standIn: Awaited<ReturnType<typeof startContext7StandIn>>, call: MonthCall): void {
  standIn.heal();
  standIn.failByChance({ share: 0.05, seed: Math.floor(call.atMs), faults });
  if (standIn.requests.length >= quota) standIn.failAlways(quotaExceeded(monthEndMs));
  if (outages.some(({ fromMs, toMs }) => call.atMs >= fromMs && call.atMs < toMs))
    standIn.failAlways({ kind: 'reset' });
}

const months = new Map<string, Month>();
for (const contestant of contestants) months.set(contestant.name, await runMonth(contestant));

const of = (name: string, read: (month: Month) => number): number => {
  const month = months.get(name);
  if (month === undefined) throw new Error(`${name} had no month`);
  return read(month);
};
const shareOf = (name: string) => of(name, ({ answered }) => answered / calls.length);
reportFigures(
  options.root,
  {
    name: 'month',
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...pins },
    about: {
      calls: calls.length,
      distinct: new Set(calls.map(({ kind, id, query }) => `${kind} ${id} ${query}`)).size,
      quota,
      outages,
      faultShare: 0.05,
    },
    figures: [
      { figure: 'docpin: share of calls that end in documentation', got: shareOf('docpin'), unit: 'share' },
      { figure: 'docpin: calls of the quota used', got: of('docpin', (m) => m.upstreamCalls), unit: 'calls' },
      {
        figure: 'context7-mcp: share of calls that end in documentation',
        got: shareOf('context7-mcp'),
        unit: 'share',
      },
      {
        figure: 'context7-mcp: calls of the quota used',
        got: of('context7-mcp', (m) => m.upstreamCalls),
        unit: 'calls',
      },
    ],
    samples: Object.fromEntries(months),
  },
  options.write,
);

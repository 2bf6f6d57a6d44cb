import { join } from 'node:path';
import { startContext7StandIn } from '../test/stand-ins/context7/context7-stand-in.ts';
import { commonFaults, quotaExceeded } from '../test/stand-ins/context7/faults.ts';
import { keys } from '../test/stand-ins/context7/libraries.ts';
import { readBenchOptions } from './bench-options.ts';
import { createHome } from './home.ts';
import { installPins } from './install-pins.ts';
import { type Contestant, endsInDocs, startContestant } from './month/contestant.ts';
import { monthCalls } from './month/month-calls.ts';
import { type Figure, reportFigures } from './report.ts';
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
  /** Requests that the service has counted: all that reached it until the quota was used up. */
  readonly quotaUsed: number;
  /** All that were sent, also those into an outage and on an empty quota. */
  readonly sent: number;
  /** One digit a call, in their order: 1 where it ended in documentation. */
  readonly outcomes: string;
}

/** Lets a contestant go through the month: a process a day, one home, one quota. */
async function runMonth(contestant: Contestant): Promise<Month> {
  let nowMs = monthStartMs;
  let quotaUsed = 0;
  const standIn = await startContext7StandIn({
    now: () => nowMs,
    remaining: () => quota - quotaUsed,
    onAsked() {
      if (!isOutage(nowMs) && quotaUsed < quota) quotaUsed += 1;
    },
  });
  const home = createHome({ CONTEXT7_API_URL: standIn.baseUrl, CONTEXT7_API_KEY: keys.one });
  let server: StdioServer | undefined;
  let day = -1;
  let outcomes = '';
  for (const call of calls) {
    nowMs = monthStartMs + call.atMs;
    if (Math.floor(call.atMs / dayMs) !== day) {
      await server?.close();
      day = Math.floor(call.atMs / dayMs);
      server = await startContestant(contestant, { home, node: options.node, aheadMs: nowMs - Date.now() });
    }
    standIn.heal();
    if (isOutage(nowMs)) standIn.failAlways({ kind: 'reset' });
    else if (quotaUsed === quota)
      standIn.failAlways(quotaExceeded(monthEndMs, { limit: quota, tier: 'free' }));
    else standIn.failByChance({ share: 0.05, seed: Math.floor(call.atMs), faults });
    if (server === undefined) throw new Error('no server');
    outcomes += (await endsInDocs(server, contestant, call)) ? '1' : '0';
  }
  await server?.close();
  const sent = standIn.requests.length;
  await standIn.close();
  home.remove();
  return { answered: outcomes.replaceAll('0', '').length, quotaUsed, sent, outcomes };
}

function isOutage(nowMs: number): boolean {
  const atMs = nowMs - monthStartMs;
  return outages.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
}

const months = new Map<string, Month>();
for (const contestant of contestants) months.set(contestant.name, await runMonth(contestant));

const of = (name: string, read: (month: Month) => number): number => {
  const month = months.get(name);
  if (month === undefined) throw new Error(`${name} had no month`);
  return read(month);
};
const figuresOf = (name: string): Figure[] => [
  {
    figure: `${name}: share of calls that end in documentation`,
    got: of(name, ({ answered }) => answered / calls.length),
    unit: 'share',
  },
  { figure: `${name}: requests of the quota used`, got: of(name, (m) => m.quotaUsed), unit: 'calls' },
  { figure: `${name}: requests sent`, got: of(name, (m) => m.sent), unit: 'calls' },
];
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
    figures: contestants.flatMap(({ name }) => figuresOf(name)),
    samples: Object.fromEntries(months),
  },
  options.write,
);

import { commonFaults } from '../test/stand-ins/context7/faults.ts';
import type { Fault } from '../test/stand-ins/fault-engine/fault.ts';
import { readBenchOptions } from './bench-options.ts';
import type { Sum } from './faults/ask-many.ts';
import { wireOutage, wireShare } from './faults/on-the-wire.ts';
import { type Pace, simulateOutage, simulateRecovery, simulateShare } from './faults/simulated.ts';
import { type Figure, reportFigures } from './report.ts';

const paces: Readonly<Record<string, Pace>> = {
  'one after the other': {},
  'one a second': { everyMs: 1_000 },
  'one every 30 s': { everyMs: 30_000 },
  '50 at once': { atOnce: 50 },
  '1,000 at once': { atOnce: 1_000 },
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What answers cost, and which there are, when an upstream fails: simulated with the usual limits, and over real sockets. */
const options = readBenchOptions({ runs: 10 });
const seeds = Array.from({ length: options.runs }, (_, index) => index + 1);
const { '429': throttled, '503': unavailable, hang, reset } = commonFaults as Record<string, Fault>;
if (!(throttled && unavailable && hang && reset)) throw new Error('A common fault is gone.');
const outages = { reset, '503': unavailable, hang };

const mixed: Sum[] = [];
for (const seed of seeds) mixed.push(await simulateShare(0.3, 10_000, seed));

const down: (Sum & { readonly kind: string; readonly pace: string })[] = [];
for (const [kind, fault] of Object.entries(outages)) {
  for (const [pace, how] of Object.entries(paces))
    down.push({ kind, pace, ...(await simulateOutage(fault, 1_000, how)) });
}

const recoveries: { readonly kind: string; readonly ms: number }[] = [];
for (const [kind, fault] of Object.entries(outages))
  recoveries.push({ kind, ms: await simulateRecovery(fault) });

const worse: (Sum & { readonly share: number })[] = [];
for (const share of [0.4, 0.5, 0.6, 0.7, 0.8])
  worse.push(await simulateShare(share, 5_000, 1, { everyMs: 1_000 }));
const onlyThrottled = await simulateOutage(throttled, 1_000, { everyMs: 1_000 });

const wireMixed: Sum[] = [];
for (const seed of seeds.slice(0, 3)) wireMixed.push(await wireShare(0.3, 300, seed));
const wireDown: (Sum & { readonly kind: string })[] = [];
for (const [kind, fault] of Object.entries(outages))
  wireDown.push({ kind, ...(await wireOutage(fault, 300)) });

const outageFigures = (where: string, sums: readonly Sum[]): Figure[] => [
  {
    figure: `${where}, outage: calls a query, worst`,
    got: Math.max(...sums.map(({ callsPerQuery }) => callsPerQuery)),
    unit: 'times',
    atMost: 1.11,
  },
  {
    figure: `${where}, outage: slowest failure once the breaker is open`,
    got: Math.max(...sums.map(({ slowestWhileOpenMs }) => slowestWhileOpenMs)),
    unit: 'ms',
    atMost: 2_000,
  },
];
const mixedFigures = (where: string, sums: readonly Sum[]): Figure[] => [
  {
    figure: `${where}, 30 % faults: answered`,
    got: mean(sums.map(({ answeredShare }) => answeredShare)),
    unit: 'share',
    atLeast: 0.989,
  },
  {
    figure: `${where}, 30 % faults: calls a query`,
    got: mean(sums.map(({ callsPerQuery }) => callsPerQuery)),
    unit: 'times',
    atMost: 1.45,
  },
  {
    figure: `${where}, 30 % faults: answered, worst run`,
    got: Math.min(...sums.map(({ answeredShare }) => answeredShare)),
    unit: 'share',
  },
  {
    figure: `${where}, 30 % faults: refused by the breaker`,
    got: Math.max(...sums.map(({ refused }) => refused)),
    unit: 'calls',
    atMost: 0,
  },
];

reportFigures(
  options.root,
  {
    name: 'faults',
    versions: { docpin: options.docpin },
    about: { loadBefore: options.loadBefore },
    figures: [
      ...mixedFigures('simulated', mixed),
      {
        figure: 'simulated, 30 % faults: p99',
        got: mean(mixed.map(({ p99Ms }) => p99Ms)),
        unit: 'ms',
        atMost: 25_000,
      },
      ...outageFigures('simulated', down),
      {
        figure: 'simulated, after an outage: longest time to an answer, one query a second',
        got: Math.max(...recoveries.map(({ ms }) => ms)),
        unit: 'ms',
        atMost: 15_000,
      },
      ...worse.flatMap(({ share, answeredShare, callsPerQuery }): Figure[] => [
        { figure: `simulated, ${100 * share} % faults: answered`, got: answeredShare, unit: 'share' },
        { figure: `simulated, ${100 * share} % faults: calls a query`, got: callsPerQuery, unit: 'times' },
      ]),
      {
        figure: 'simulated, nothing but 429: calls a query',
        got: onlyThrottled.callsPerQuery,
        unit: 'times',
      },
      ...mixedFigures('on the wire', wireMixed),
      ...outageFigures('on the wire', wireDown),
    ],
    samples: { mixed, down, recoveries, worse, onlyThrottled, wireMixed, wireDown },
  },
  options.write,
);

import type { Score } from './score-answer.ts';

export interface Sample extends Score {
  readonly id: string;
  readonly package: string;
  readonly kind: string;
  readonly query: string;
  readonly ms: number;
}

/** Prints the shares by package and by kind, then all. */
export function printTable(samples: readonly Sample[]): void {
  const rows: Record<string, ReturnType<typeof summarize>> = {};
  for (const key of ['package', 'kind'] as const) {
    for (const value of new Set(samples.map((sample) => sample[key]))) {
      rows[value] = summarize(samples.filter((sample) => sample[key] === value));
    }
  }
  rows.all = summarize(samples);
  console.table(rows);
}

/** The figures of a set of samples; shares are of 1. */
export function summarize(samples: readonly Sample[]) {
  const share = (accept: (sample: Sample) => boolean): number =>
    round(samples.filter(accept).length / samples.length);
  const within = (tokens: number): number =>
    share(({ tokensToAnswer }) => tokensToAnswer !== null && tokensToAnswer <= tokens);
  const tokens = samples.map((sample) => sample.tokens).sort((a, b) => a - b);
  const ms = samples.map((sample) => sample.ms).sort((a, b) => a - b);
  const reciprocal = samples.reduce((sum, { rank }) => sum + (rank === null ? 0 : 1 / rank), 0);
  return {
    n: samples.length,
    'in 400': within(400),
    'in 800': within(800),
    'in 1800': within(1_800),
    'hit@1': share(({ rank }) => rank === 1),
    'hit@3': share(({ rank }) => rank !== null && rank <= 3),
    hit: share(({ rank }) => rank !== null),
    right: share(({ right }) => right),
    MRR: round(reciprocal / samples.length),
    'mean tokens': Math.round(tokens.reduce((sum, each) => sum + each, 0) / tokens.length),
    'p95 tokens': tokens[Math.min(tokens.length - 1, Math.floor(tokens.length * 0.95))] ?? 0,
    'median ms': round(ms[Math.floor(ms.length / 2)] ?? 0),
  };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

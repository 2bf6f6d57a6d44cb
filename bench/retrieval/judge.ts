import type { Figure } from '../report.ts';
import { type Sample, summarize } from './print-table.ts';

/** What a set has to reach: shares answered within 400, 800 and 1,800 tokens. */
const targets: Readonly<Record<string, readonly [number, number, number]>> = {
  dev: [0.78, 0.87, 0.94],
  // What was never looked at while tuning may be five points below.
  'own:aside': [0.73, 0.82, 0.89],
};
const howToTargets = [0.68, 0.8, 0.9] as const;
const spans = ['in 400', 'in 800', 'in 1800'] as const;

/** The figures of a set, with their targets where it has any. */
export function judgeSet(set: string, samples: readonly Sample[]): readonly Figure[] {
  const all = summarize(samples);
  if (set === 'versions' || set === 'names')
    return [{ figure: `${set}: right version, right words`, got: all.right, unit: 'share', atLeast: 0.95 }];
  const within = (label: string, some: readonly Sample[], least: readonly number[] | undefined) => {
    const shares = summarize(some);
    return spans.map((span, index): Figure => {
      const atLeast = least?.[index];
      const figure = `${label}: answered ${span} tokens`;
      return { figure, got: shares[span], unit: 'share', ...(atLeast === undefined ? {} : { atLeast }) };
    });
  };
  const howTo = samples.filter(({ kind }) => kind === 'howto');
  return [
    ...within(set, samples, targets[set]),
    ...within(`${set}, how-to`, howTo, set === 'dev' ? howToTargets : undefined),
    { figure: `${set}: mean answer`, got: all['mean tokens'], unit: 'tokens', atMost: 1_500 },
  ];
}

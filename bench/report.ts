import { join } from 'node:path';
import { writeRecord } from './record.ts';

/** One number that is promised, or that explains one that is. */
export interface Figure {
  readonly figure: string;
  readonly got: number;
  readonly unit: 'ms' | 'MB' | 'tokens' | 'times' | 'share' | 'calls' | 'count';
  /** The most that it may be; neither this nor `atLeast` where the figure only explains others. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** A figure as it stands in a results file: rounded for reading, judged as measured. */
export interface JudgedFigure extends Figure {
  readonly met: boolean | null;
}

export interface Report {
  /** Name of the results file. */
  readonly name: string;
  /** What was run and compared, with its version. */
  readonly versions: Readonly<Record<string, string>>;
  /** Version of the Node that ran what was measured; that of this process when left out. */
  readonly node?: string;
  /** How it was measured, where the figures do not say. */
  readonly about?: Readonly<Record<string, unknown>>;
  readonly figures: readonly Figure[];
  readonly samples: unknown;
}

/** Prints the figures beside their targets and, unless `write` is false, writes bench/results/<name>.json. */
export function reportFigures(root: string, report: Report, write: boolean): void {
  const { name, versions, node = process.version, about = {}, samples } = report;
  const figures = report.figures.map(judge);
  console.log(`${name}, Node ${node}`);
  console.table(
    Object.fromEntries(
      figures.map((judged) => [
        judged.figure,
        { got: judged.got, unit: judged.unit, target: targetOf(judged), met: judged.met ?? '' },
      ]),
    ),
  );
  if (!write) return;
  const file = join('bench/results', `${name}.json`);
  writeRecord(join(root, file), { node, versions, ...about, figures, samples });
  console.log(`Written: ${file}`);
}

/** The target of a figure in words; empty when it has none. */
export function targetOf({ atMost, atLeast }: Figure): string {
  if (atMost !== undefined) return `at most ${atMost}`;
  return atLeast === undefined ? '' : `at least ${atLeast}`;
}

function judge(figure: Figure): JudgedFigure {
  const { got, unit, atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = figure;
  const digits = unit === 'times' || unit === 'share' ? 3 : got < 10 ? 2 : 1;
  const met = targetOf(figure) === '' ? null : got <= atMost && got >= atLeast;
  return { ...figure, got: Number(got.toFixed(digits)), met };
}

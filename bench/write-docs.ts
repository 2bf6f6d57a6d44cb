import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JudgedFigure, targetOf } from './report.ts';
import type { AblationRow } from './retrieval/ablation.ts';

interface ResultsFile {
  readonly machine: string;
  readonly cpus: string;
  readonly node: string;
  readonly date: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly loadBefore?: number;
  readonly figures?: readonly JudgedFigure[];
}

/** Puts every figure of bench/results/ into docs/benchmarks.md, as its file says it, misses included. */
const results = join(process.cwd(), 'bench/results');
mkdirSync(results, { recursive: true });
const files = readdirSync(results)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => ({ name, ...(JSON.parse(readFileSync(join(results, name), 'utf8')) as ResultsFile) }))
  .filter(({ figures }) => figures !== undefined);

const rows = files.flatMap(({ name, figures = [] }) =>
  figures.map(
    (judged) =>
      `| ${judged.figure} | ${judged.got}${judged.unit === 'times' || judged.unit === 'count' ? '' : ` ${judged.unit}`} | ${targetOf(judged)} | ${judge(judged.met)} | ${name} |`,
  ),
);
const sources = files.map(({ name, node, cpus, machine, date, loadBefore, versions }) => {
  const measured = Object.entries(versions).map(([library, version]) => `${library} ${version}`);
  const load = loadBefore === undefined ? '' : `, load ${loadBefore.toFixed(2)} before`;
  return `- ${name}: ${date.slice(0, 10)}, Node ${node}, ${cpus}, ${machine}${load}; ${measured.join(', ')}`;
});
const table = ['| figure | got | target | met | results file |', '|---|---|---|---|---|', ...rows];

fill(
  'docs/benchmarks.md',
  'figures',
  rows.length === 0 ? ['Nothing was measured yet.'] : [...table, '', ...sources],
);
fill('docs/retrieval.md', 'ablation', readAblation());

/** Puts lines between two marks of a page. */
function fill(path: string, what: string, lines: readonly string[]): void {
  const [start, end] = [`<!-- ${what}: written by \`npm run bench -- docs\` -->`, `<!-- end of ${what} -->`];
  const page = join(process.cwd(), path);
  const [before, rest = ''] = readFileSync(page, 'utf8').split(start);
  const after = rest.split(end)[1];
  if (after === undefined) throw new Error(`${path} lacks ${start} or ${end}`);
  writeFileSync(page, `${before}${start}\n\n${lines.join('\n')}\n\n${end}${after}`);
}

function readAblation(): readonly string[] {
  const text = readFileSync(join(results, 'retrieval-ablation.json'), 'utf8');
  const { samples } = JSON.parse(text) as { samples: readonly AblationRow[] };
  const sets = Object.keys(samples[0]?.answered ?? {});
  const cell = (shares: readonly number[]) =>
    shares.map((share) => share.toFixed(3).replace(/^0/, '')).join(' / ');
  return [
    `| without | ${sets.join(' | ')} |`,
    `|---|${sets.map(() => '---|').join('')}`,
    ...samples.map(
      ({ without, answered }) =>
        `| ${without} | ${sets.map((set) => cell(answered[set] ?? [])).join(' | ')} |`,
    ),
  ];
}

function judge(met: boolean | null): string {
  if (met === null) return '';
  return met ? 'yes' : '**no**';
}

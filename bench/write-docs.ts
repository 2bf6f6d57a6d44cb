import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JudgedFigure, targetOf } from './report.ts';

interface ResultsFile {
  readonly machine: string;
  readonly cpus: string;
  readonly node: string;
  readonly date: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly loadBefore?: number;
  readonly figures?: readonly JudgedFigure[];
}

const start = '<!-- figures: written by `npm run bench -- docs` -->';
const end = '<!-- end of figures -->';

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

const page = join(process.cwd(), 'docs/benchmarks.md');
const [before, rest = ''] = readFileSync(page, 'utf8').split(start);
const after = rest.split(end)[1];
if (after === undefined) throw new Error(`docs/benchmarks.md lacks ${start} or ${end}`);
const filled = rows.length === 0 ? ['Nothing was measured yet.'] : [...table, '', ...sources];
writeFileSync(page, `${before}${start}\n\n${filled.join('\n')}\n\n${end}${after}`);

function judge(met: boolean | null): string {
  if (met === null) return '';
  return met ? 'yes' : '**no**';
}

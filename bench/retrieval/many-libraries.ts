import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '../../src/corpus/corpus.ts';
import { openCorpus, openCorpusReader } from '../../src/corpus/open-corpus.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import { reportFigures } from '../report.ts';
import { percentile, summarize } from '../samples.ts';
import { readRounds } from './questions/read-questions.ts';
import { noCoverage, readPackagePages } from './read-package-files.ts';

/** How long a search takes in a corpus of 300 libraries: those of the questions, and copies of the smaller ones for the rest. */
const libraries = 300;
/** A copy of a package of thousands of sections would make of the 300 what nobody has. */
const maxCopiedSections = 1_500;

const engine = await loadSqlite();
const folder = mkdtempSync(join(tmpdir(), 'docpin-bench-'));
const file = join(folder, 'corpus.db');
const rounds = readRounds(process.cwd(), { set: 'dev', packages: [] });
const { writer, close } = openCorpus({ engine, file, now: Date.now });
const rowIds = new Map<string, number>();
const pagesOf = new Map<string, readonly Page[]>();
const versions: Record<string, string> = {};

function add(name: string, pages: readonly Page[]): number {
  return writer.add({ name, version: '1.0.0', contentHash: name, pages, coverage: noCoverage });
}

for (const { folder, questions } of rounds) {
  for (const [name, version] of new Map(questions.map((each) => [each.package, each.version]))) {
    const pages = await readPackagePages(folder, name, version);
    pagesOf.set(name, pages);
    versions[name] = version;
    rowIds.set(name, add(name, pages));
  }
}
const sectionsOf = (pages: readonly Page[]) => pages.reduce((sum, page) => sum + page.sections.length, 0);
const copied = [...pagesOf].filter(([, pages]) => sectionsOf(pages) <= maxCopiedSections);
let sections = [...pagesOf.values()].reduce((sum, pages) => sum + sectionsOf(pages), 0);
if (sections === 0) throw new Error('The packages of the questions could not be read.');
for (let count = rowIds.size; count < libraries; count += 1) {
  const [name, pages] = copied[count % copied.length] ?? ['', []];
  add(`${name}-copy-${count}`, pages);
  sections += sectionsOf(pages);
}
close();

// A process that has just started, as most are: its first search opens the file, and is not counted.
const reader = openCorpusReader({ engine, file, now: Date.now });
const samples: number[] = [];
// On a busy machine the time of a search is mostly that of others.
const cpuSamples: number[] = [];
for (let round = 0; round < 3; round += 1) {
  for (const question of rounds.flatMap(({ questions }) => questions)) {
    const started = performance.now();
    const cpu = process.cpuUsage();
    reader.search(rowIds.get(question.package) ?? 0, question.query, { mode: 'all', limit: 40 });
    samples.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    cpuSamples.push((user + system) / 1_000);
  }
}
reader.close();
rmSync(folder, { recursive: true });

const counted = samples.slice(1);
const countedCpu = cpuSamples.slice(1);
console.log(`${libraries} libraries, ${sections} sections`);
reportFigures(
  process.cwd(),
  {
    name: 'many-libraries',
    versions,
    about: { libraries, sections, summary: summarize(counted) },
    figures: [
      { figure: 'search in a corpus of 300 libraries: median', got: percentile(counted, 0.5), unit: 'ms' },
      {
        figure: 'search in a corpus of 300 libraries: p99',
        got: percentile(counted, 0.99),
        unit: 'ms',
        atMost: 20,
      },
      { figure: 'its processor time: median', got: percentile(countedCpu, 0.5), unit: 'ms' },
      { figure: 'its processor time: p99', got: percentile(countedCpu, 0.99), unit: 'ms' },
    ],
    samples: counted,
  },
  !process.argv.includes('--no-write'),
);

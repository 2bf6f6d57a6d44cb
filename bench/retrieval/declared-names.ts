import { openCorpus } from '../../src/corpus/open-corpus.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import { reportFigures } from '../report.ts';
import { readRounds } from './questions/read-questions.ts';
import { noCoverage, readPackagePages } from './read-package-files.ts';

/** Whether a declaration comes first where its name, as it is declared, is all that is asked. */
interface NameSample {
  readonly package: string;
  readonly name: string;
  readonly isMember: boolean;
  /** 1-based; null where it is not among the first twenty. */
  readonly rank: number | null;
}

const most = 40;
const options = { mode: 'all', limit: 20 } as const;

const engine = await loadSqlite();
const samples: NameSample[] = [];
const versions: Record<string, string> = {};
for (const set of ['dev', 'own']) {
  for (const { folder, questions } of readRounds(process.cwd(), { set, packages: [] })) {
    for (const [library, version] of new Map(questions.map((each) => [each.package, each.version]))) {
      versions[library] = version;
      samples.push(...(await askNames(folder, library, version)));
    }
  }
}
if (samples.length === 0) throw new Error('The packages of the questions could not be read.');

const share = (isMember: boolean): number => {
  const some = samples.filter((sample) => sample.isMember === isMember);
  return some.filter(({ rank }) => rank === 1).length / some.length;
};
reportFigures(
  process.cwd(),
  {
    name: 'declared-names',
    versions,
    figures: [
      { figure: 'a name alone: its declaration first', got: share(false), unit: 'share' },
      { figure: 'a member’s full name alone: its declaration first', got: share(true), unit: 'share' },
      { figure: 'names that were asked', got: samples.length, unit: 'count' },
    ],
    samples,
  },
  !process.argv.includes('--no-write'),
);

async function askNames(folder: string, library: string, version: string): Promise<readonly NameSample[]> {
  const { reader, writer, close } = openCorpus({ engine, file: ':memory:', now: Date.now });
  const pages = await readPackagePages(folder, library, version);
  const rowId = writer.add({ name: library, version, contentHash: library, pages, coverage: noCoverage });
  const headings = pages.flatMap(({ kind, sections }) => (kind === 'api' ? sections : []));
  const names = [...new Set(headings.map(({ heading }) => heading))].filter((each) => /^[\w$.]+$/.test(each));
  const asked = [false, true].flatMap((isMember) =>
    evenly(names.filter((each) => each.includes('.') === isMember)).map((name): NameSample => {
      const at = reader.search(rowId, name, options).findIndex(({ heading }) => heading === name);
      return { package: library, name, isMember, rank: at < 0 ? null : at + 1 };
    }),
  );
  close();
  return asked;
}

/** At most forty of them from the first to the last, the same each time. */
function evenly(names: readonly string[]): readonly string[] {
  const step = Math.max(1, names.length / most);
  return Array.from({ length: Math.min(most, names.length) }, (_, at) => names[Math.floor(at * step)] ?? '');
}

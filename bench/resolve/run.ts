import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchName, type NamedPackage } from '../../src/sources/indexed/resolving/match-name.ts';
import { reportFigures } from '../report.ts';

/** Asks for libraries as people name them, among fifty dependencies, and tells how many names meant the right one or none. */
interface Pair {
  readonly name: string;
  /** null where nothing here is meant. */
  readonly expected: string | null;
}

const here = join(process.cwd(), 'bench/resolve');
const packages: readonly NamedPackage[] = JSON.parse(readFileSync(join(here, 'packages.json'), 'utf8'));
const pairs = readFileSync(join(here, 'pairs.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Pair);

const asked = pairs.map(({ name, expected }) => {
  const matches = packages
    .flatMap((each) => {
      // As for a project's dependencies: by the name alone, and with what the package says of itself.
      const scores = [matchName(name, { name: each.name }), matchName(name, each)];
      return scores.map((match) => ({ name: each.name, score: match?.score ?? 0, why: match?.why ?? '' }));
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  const [first] = matches;
  const isRight = (first?.name ?? null) === expected;
  if (!isRight)
    console.log(`${name}: ${first?.name ?? 'nothing'} (${first?.why ?? ''}), not ${expected ?? 'nothing'}`);
  return { name, got: first?.name ?? null, isNone: expected === null, isRight };
});

const share = (isNone: boolean): number => {
  const some = asked.filter((each) => each.isNone === isNone);
  return some.filter(({ isRight }) => isRight).length / some.length;
};
reportFigures(
  process.cwd(),
  {
    name: 'resolve',
    versions: {},
    about: { dependencies: packages.length },
    figures: [
      { figure: 'names that mean a library: right', got: share(false), unit: 'share', atLeast: 0.95 },
      { figure: 'names that mean none: right', got: share(true), unit: 'share', atLeast: 0.9 },
    ],
    samples: asked,
  },
  !process.argv.includes('--no-write'),
);

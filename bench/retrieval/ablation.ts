import { join } from 'node:path';
import { defaultWeights, type RankingWeights } from '../../src/corpus/search/ranking-weights.ts';
import { writeRecord } from '../record.ts';
import { askInProcess } from './ask-in-process.ts';
import { type Sample, summarize } from './print-table.ts';
import { readRounds } from './questions/read-questions.ts';
import { scoreAnswer } from './score-answer.ts';

/** What each kind of evidence gives: the questions asked again with one of them left out at a time. */
const without: Readonly<Record<string, Partial<RankingWeights>>> = {
  'nothing, as it is': {},
  'the full-text score': { text: 0 },
  'share of the words that a section holds': { coverage: 0 },
  'the same within a paragraph': { window: 0 },
  'words in the heading': { heading: 0 },
  'words in what is above it': { trail: 0 },
  'how much of the heading is asked for': { headingShare: 0 },
  'what the whole page is about': { page: 0 },
  'nearness in meaning': { meaning: 0 },
  'a bonus for a page’s first section': { lead: 0 },
  'less for long sections': { long: 0 },
  'less where the best paragraph is late': { late: 0 },
  'rarity of words, weakened': { idfPower: 1 },
  'less for everyday words': { common: 1 },
  'less for lists of links': { links: 0 },
  'less for migration guides': { history: 1 },
  'kinds of pages': { kinds: { guide: 1, api: 1, internal: 1, readme: 1, agent: 1, changelog: 1 } },
  'less for what cannot be imported': {
    kinds: { ...defaultWeights.kinds, internal: defaultWeights.kinds.api },
  },
  'less for undocumented declarations': { undocumented: 1 },
  'less for older majors and parts': { older: 1, lesser: 1 },
  'sections that take in what follows': { joinUnder: 0 },
};

export interface AblationRow {
  readonly without: string;
  /** Of each set the shares answered within 400, 800 and 1,800 tokens. */
  readonly answered: Readonly<Record<string, readonly number[]>>;
}

const root = process.cwd();
const sets = ['dev', 'own:dev', 'own:aside'];
const rounds = sets.flatMap((set) =>
  readRounds(root, { set, packages: [] }).map((round) => ({ set, ...round })),
);

const rows: AblationRow[] = [];
for (const [name, weights] of Object.entries(without)) {
  const samples: (Sample & { readonly set: string })[] = [];
  for (const { set, folder, questions } of rounds) {
    const { ask, close } = await askInProcess(folder, questions, { ...defaultWeights, ...weights });
    for (const question of questions) {
      const { text, ms } = await ask(question);
      const { id, kind, query } = question;
      samples.push({ set, id, package: question.package, kind, query, ms, ...scoreAnswer(text, question) });
    }
    await close();
  }
  const of = (some: readonly Sample[]): readonly number[] => {
    const shares = summarize(some);
    return [shares['in 400'], shares['in 800'], shares['in 1800']];
  };
  const answered = Object.fromEntries(
    sets.map((set) => [set, of(samples.filter((each) => each.set === set))]),
  );
  const howTo = of(samples.filter(({ set, kind }) => set === 'dev' && kind === 'howto'));
  rows.push({ without: name, answered: { dev: answered.dev ?? [], 'how-to of dev': howTo, ...answered } });
  console.log(name, JSON.stringify(rows.at(-1)?.answered));
}

const pinned = rounds.flatMap(({ questions }) => questions.map((each) => [each.package, each.version]));
writeRecord(join(root, 'bench/results/retrieval-ablation.json'), {
  versions: Object.fromEntries(pinned),
  samples: rows,
});

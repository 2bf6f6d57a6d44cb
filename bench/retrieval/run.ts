import { parseArgs } from 'node:util';
import { reportFigures } from '../report.ts';
import { askInProcess } from './ask-in-process.ts';
import { askServer } from './ask-server.ts';
import { judgeSet } from './judge.ts';
import { printTable, type Sample } from './print-table.ts';
import { readRounds } from './questions/read-questions.ts';
import { scoreAnswer } from './score-answer.ts';

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'dev' },
    packages: { type: 'string', default: '' },
    server: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
    show: { type: 'string' },
  },
});

const root = process.cwd();
const rounds = readRounds(root, { set: values.set, packages: values.packages.split(',').filter(Boolean) });

const samples: Sample[] = [];
for (const { folder, questions } of rounds) {
  const { ask, close } = values.server
    ? await askServer(root, folder)
    : await askInProcess(folder, questions);
  for (const question of questions) {
    const { text, ms } = await ask(question);
    const { id, kind, query } = question;
    samples.push({ id, package: question.package, kind, query, ms, ...scoreAnswer(text, question) });
    if (values.show === id) console.log(text);
  }
  await close();
}

if (values.misses) {
  for (const sample of samples.filter(
    ({ tokensToAnswer, right }) => tokensToAnswer === null || tokensToAnswer > 400 || !right,
  )) {
    console.log(sample.id, sample.kind, sample.tokensToAnswer, `rank ${sample.rank}`, '|', sample.query);
  }
}
printTable(samples);

const pinned = rounds.flatMap(({ questions }) => questions.map((each) => [each.package, each.version]));
const report = {
  name: values.set === 'dev' ? 'retrieval' : `retrieval-${values.set.replace(':', '-')}`,
  versions: Object.fromEntries(pinned),
  about: { driver: values.server ? 'server' : 'in process' },
  figures: judgeSet(values.set, samples),
  samples,
};
reportFigures(root, report, values.write);

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeRecord } from '../record.ts';
import { askInProcess } from './ask-in-process.ts';
import { askServer } from './ask-server.ts';
import { installPackages } from './install-packages.ts';
import { printTable, type Sample } from './print-table.ts';
import { readQuestions } from './questions.ts';
import { scoreAnswer } from './score-answer.ts';

const { values } = parseArgs({
  options: {
    packages: { type: 'string', default: '' },
    server: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
    show: { type: 'string' },
  },
});

const root = process.cwd();
const questions = readQuestions(root, values.packages.split(',').filter(Boolean));
const project = installPackages(root, questions);
const { ask, close } = values.server
  ? await askServer(root, project)
  : await askInProcess(project, questions);

const samples: Sample[] = [];
for (const question of questions) {
  const { text, ms } = await ask(question);
  const { id, kind, query } = question;
  samples.push({ id, package: question.package, kind, query, ms, ...scoreAnswer(text, question) });
  if (values.show === id) console.log(text);
}
await close();

if (values.misses) {
  for (const sample of samples.filter(
    ({ tokensToAnswer }) => tokensToAnswer === null || tokensToAnswer > 400,
  )) {
    console.log(sample.id, sample.kind, sample.tokensToAnswer, `rank ${sample.rank}`, '|', sample.query);
  }
}
printTable(samples);

if (values.write) {
  const versions = Object.fromEntries(questions.map((each) => [each.package, each.version]));
  const file = join(root, 'bench/results/retrieval.json');
  writeRecord(file, { driver: values.server ? 'server' : 'in process', versions, samples });
}

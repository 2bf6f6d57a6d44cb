import { execFileSync } from 'node:child_process';

/** Everything that is measured about what answers hold, one after the other, and the tables of the docs made of it. */
const benches: readonly (readonly string[])[] = [
  ...['dev', 'own:dev', 'own:aside', 'versions', 'names'].map((set) => [
    'retrieval',
    '--set',
    set,
    '--server',
    '--write',
  ]),
  ['ablation'],
  ['declared-names'],
  ['resolve'],
  ['many-libraries'],
  ['docs'],
];

execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
for (const bench of benches) {
  console.log(`\n${bench.join(' ')}`);
  execFileSync(process.execPath, ['scripts/run.mjs', 'bench/run.ts', ...bench], { stdio: 'inherit' });
}

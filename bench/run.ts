/** Runs one bench by its name: `npm run bench -- start --node <binary>`. docs/benchmarks.md says what each one measures. */
const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  start: () => import('./start.ts'),
  memory: () => import('./memory.ts'),
  latency: () => import('./latency.ts'),
  index: () => import('./index.ts'),
  'tool-cost': () => import('./tool-cost.ts'),
  answers: () => import('./answers.ts'),
  retrieval: () => import('./retrieval/run.ts'),
  ablation: () => import('./retrieval/ablation.ts'),
  'declared-names': () => import('./retrieval/declared-names.ts'),
  'many-libraries': () => import('./retrieval/many-libraries.ts'),
  resolve: () => import('./resolve/run.ts'),
  'word-vectors': () => import('./word-vectors/run.ts'),
  faults: () => import('./faults.ts'),
  month: () => import('./month.ts'),
  outage: () => import('./outage.ts'),
  'cache-disk': () => import('./cache-disk.ts'),
  'cache-faults': () => import('./cache-faults.ts'),
  'context-repo': () => import('./context-repo.ts'),
  'cache-stampede': () => import('./cache-stampede.ts'),
  crash: () => import('./corpus/crash.ts'),
  processes: () => import('./corpus/processes.ts'),
  'corpus-size': () => import('./corpus/corpus-size.ts'),
  warm30: () => import('./corpus/warm30.ts'),
  'package-size': () => import('./package/package-size.ts'),
  npx: () => import('./package/npx.ts'),
  npmrc: () => import('./package/npmrc.ts'),
  'http-throughput': () => import('./http/throughput.ts'),
  'http-indexing': () => import('./http/while-indexing.ts'),
  'http-crossing': () => import('./http/crossing.ts'),
  'http-hostile': () => import('./http/hostile.ts'),
  'http-memory': () => import('./http/memory.ts'),
  docs: () => import('./write-docs.ts'),
};

const [name = ''] = process.argv.splice(2, 1);
const bench = benches[name];
if (bench === undefined) {
  console.error(`Name a bench: npm run bench -- ${Object.keys(benches).join(' | ')}`);
  process.exit(2);
}
await bench();

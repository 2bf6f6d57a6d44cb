// Runs the Context7 stand-in by hand and prints what it is asked:
//   node scripts/context7-stand-in.mjs --port 4873 --faults 0.3 --seed 7 --kinds 429,503,hang,reset,drip
// `--faults` is the share of requests that fail (none when left out); one seed fails the same ones each time.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    faults: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    kinds: { type: 'string' },
  },
});
const { outputFiles } = await build({
  stdin: {
    contents: "export * from './context7-stand-in.ts'; export { commonFaults } from './faults.ts';",
    resolveDir: fileURLToPath(new URL('../test/stand-ins/context7', import.meta.url)),
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
});
const code = Buffer.from(outputFiles[0].contents).toString('base64');
const { commonFaults, startContext7StandIn } = await import(`data:text/javascript;base64,${code}`);

const kinds = values.kinds?.split(',') ?? Object.keys(commonFaults);
const unknown = kinds.filter((kind) => commonFaults[kind] === undefined);
const share = Number(values.faults);
if (unknown.length > 0 || !(share >= 0 && share <= 1)) {
  console.error(`--faults takes 0 to 1, --kinds some of ${Object.keys(commonFaults).join(', ')}`);
  process.exit(2);
}
const standIn = await startContext7StandIn({
  port: Number(values.port),
  onAsked: ({ method, path, fault }) => console.log(`${method} ${path} ${fault ?? 'as it should be'}`),
});
standIn.failByChance({
  share,
  seed: Number(values.seed),
  faults: kinds.map((kind) => commonFaults[kind]),
});
console.log(`CONTEXT7_API_URL=${standIn.baseUrl}`);

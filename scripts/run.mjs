// Runs a TypeScript file on any Node that docpin supports (Node 20 cannot): bundles it, its packages left outside,
// beside the project's node_modules and imports it. `node scripts/run.mjs bench/retrieval/run.ts --packages fastify`
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const [entry, ...rest] = process.argv.slice(2);
if (entry === undefined) {
  console.error('Name a TypeScript file: node scripts/run.mjs bench/retrieval/run.ts');
  process.exit(2);
}
const folder = join(root, 'node_modules', '.cache', 'docpin-run');
mkdirSync(folder, { recursive: true });
// One file a process, so that two runs at once do not overwrite each other's bundle.
const outfile = join(folder, `${basename(entry, '.ts')}-${process.pid}.mjs`);
await build({
  entryPoints: [resolve(entry)],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
});
process.argv = [process.argv[0], resolve(entry), ...rest];
process.on('exit', () => rmSync(outfile, { force: true }));
await import(pathToFileURL(outfile).href);

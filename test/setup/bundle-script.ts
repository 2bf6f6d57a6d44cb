import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Bundles a TypeScript file of the project as it is now, and returns the file that Node can run as a process of its own: Node 20
 * does not run TypeScript. For tests and benches, which are started in the project's folder.
 */
export function bundleScript(entry: string): string {
  const root = process.cwd();
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['@photostructure/sqlite', 'oxc-parser'],
    banner: {
      js: 'import{createRequire as __docpinRequire}from"node:module";const require=__docpinRequire(import.meta.url);',
    },
    logLevel: 'error',
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  const folder = join(root, 'node_modules/.cache/docpin-scripts');
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const file = join(folder, `${basename(entry, '.ts')}-${hash}.mjs`);
  if (existsSync(file)) return file;
  // Put in place by a rename, so that no process runs what another is just writing.
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/** Bundles the indexing child as it is in `src` now, and returns the file: Node 20 does not run TypeScript. */
export function bundleIndexChild(): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: ['src/index-child.ts'],
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
  const folder = join(root, 'node_modules/.cache/docpin-index-child');
  const file = join(folder, `${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.mjs`);
  if (existsSync(file)) return file;
  // Put in place by a rename, so that no test process runs what another is just writing.
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}

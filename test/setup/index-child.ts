import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/** Bundles the indexing child as it is in `src` now, and returns the file: Node 20 does not run TypeScript. */
export function bundleIndexChild(): string {
  // One file for each test process, so that none runs what another is just writing.
  const outfile = join(root, `node_modules/.cache/docpin-index-child/${process.pid}.mjs`);
  buildSync({
    absWorkingDir: root,
    entryPoints: ['src/index-child.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['@photostructure/sqlite'],
    banner: {
      js: 'import{createRequire as __docpinRequire}from"node:module";const require=__docpinRequire(import.meta.url);',
    },
    logLevel: 'error',
  });
  return outfile;
}

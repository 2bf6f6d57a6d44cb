// Bundles docpin into dist/: ESM with code splitting, so that nothing is loaded before it is needed. What is built appears at
// once, because tests and a started server may be using what was there before.
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { renderLicenses } from './licenses.mjs';

/**
 * A module is in one chunk with all of it that anything uses. The SDK's HTTP serving stands in the module that also hands on its
 * `McpServer`, so it would be loaded to serve stdio; a copy of its own for `src/mcp/http` keeps it out.
 */
const httpServingApart = {
  name: 'http-serving-apart',
  setup({ onResolve, resolve }) {
    const filter = /^@modelcontextprotocol\/server$/;
    onResolve({ filter }, async ({ path, importer, pluginData, ...rest }) => {
      if (pluginData === 'resolved' || !/[\\/]src[\\/]mcp[\\/]http[\\/]/.test(importer)) return undefined;
      const found = await resolve(path, { ...rest, importer, pluginData: 'resolved' });
      return { ...found, suffix: '?http' };
    });
  },
};

/** Of its own package.json docpin needs to know its version, and no start has to read the rest. */
const versionAlone = {
  name: 'version-alone',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]package\.json$/ }, async ({ path }) => {
      if (path !== join(root, 'package.json')) return undefined;
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

const root = fileURLToPath(new URL('..', import.meta.url));
const built = await mkdtemp(join(root, 'dist-'));
try {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts', 'src/index-child.ts'],
    outdir: built,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    chunkNames: 'chunk-[name]-[hash]',
    external: ['@photostructure/sqlite', 'oxc-parser'],
    // The SDK's default validator is Ajv: a third of the bundle and 10 ms of a start, for schemas that docpin never checks.
    alias: { '@modelcontextprotocol/server/_shims': './scripts/sdk-shims.mjs' },
    plugins: [httpServingApart, versionAlone],
    banner: {
      js: '#!/usr/bin/env node\nimport{createRequire as __docpinRequire}from"node:module";const require=__docpinRequire(import.meta.url);',
    },
    legalComments: 'none',
    metafile: true,
  });
  await chmod(built, 0o755);
  await chmod(join(built, 'main.js'), 0o755);
  // The metafile names outputs by where they were built.
  const described = JSON.stringify(metafile).replaceAll(/"dist-[^/"]+\//g, '"dist/');
  await writeFile(join(built, 'meta.json'), described);
  await writeFile(join(built, 'THIRD-PARTY-LICENSES.md'), await renderLicenses(root, metafile));
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await rename(built, join(root, 'dist'));
} finally {
  await rm(built, { recursive: true, force: true });
}

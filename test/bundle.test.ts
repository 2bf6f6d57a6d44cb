import { readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const metafile: Metafile = JSON.parse(readFileSync(join(root, 'dist/meta.json'), 'utf8'));
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly entryPoint?: string;
        readonly imports: readonly {
          readonly path: string;
          readonly kind: string;
          readonly external?: boolean;
        }[];
        readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
      }
    >
  >;
}

/** Everything that is loaded with an output before any `import()` runs. */
function loadedWith(entry: string): Set<string> {
  const loaded = new Set<string>();
  const visit = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const found of metafile.outputs[path]?.imports ?? []) {
      if (found.kind === 'import-statement' && found.external !== true) visit(found.path);
    }
  };
  visit(entry);
  return loaded;
}

function outputOf(entryPoint: string): string {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entryPoint);
  if (found === undefined) throw new Error(`${entryPoint} is in no output`);
  return found[0];
}

function inputsOf(outputs: Iterable<string>): string[] {
  return [...outputs].flatMap((path) =>
    Object.entries(metafile.outputs[path]?.inputs ?? {}).flatMap(([input, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [input] : [],
    ),
  );
}

describe('the bundle', () => {
  const atStart = new Set([
    ...loadedWith(outputOf('src/main.ts')),
    ...loadedWith(outputOf('src/compose/compose.ts')),
    ...loadedWith(outputOf('src/mcp/serve-stdio.ts')),
    ...loadedWith(outputOf('src/tools/offer.ts')),
  ]);

  it('loads nothing of HTTP, SQLite or parsers to serve over stdio', () => {
    const packages = inputsOf(atStart)
      .map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1])
      .filter((name) => name !== undefined);
    expect([...new Set(packages)].sort()).toEqual([
      '@modelcontextprotocol/core',
      '@modelcontextprotocol/server',
      'env-paths',
      'is-safe-filename',
      'zod',
    ]);
    expect(
      inputsOf(atStart).filter((input) =>
        /^src\/(?:upstream|cache|corpus|origins|sources|cli|lookup)\//.test(input),
      ),
    ).toEqual([]);
  });

  it('stays small at start', () => {
    const bytes = [...atStart].reduce((sum, path) => sum + statSync(join(root, path)).size, 0);
    // The SDK and zod are 300,000 of it; what docpin can be told, over HTTP and for each API, is most of the rest.
    expect(bytes).toBeLessThan(340_000);
  });

  it('holds no JSON Schema validator', () => {
    expect(
      inputsOf(Object.keys(metafile.outputs)).filter((input) =>
        /ajv|cfWorkerProvider|json-schema-traverse/i.test(input),
      ),
    ).toEqual([]);
  });

  it('leaves only optional dependencies outside', () => {
    const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports
        .filter(({ external, path }) => external === true && !path.startsWith('node:'))
        .map(({ path }) => path),
    );
    const allowed = [...Object.keys(packageJson.optionalDependencies), ...builtinModules];
    expect([...new Set(outside)].filter((path) => !allowed.includes(path))).toEqual([]);
    expect(packageJson.dependencies).toBeUndefined();
  });

  it('comes with the licence of every bundled package', () => {
    const licenses = readFileSync(join(root, 'dist/THIRD-PARTY-LICENSES.md'), 'utf8');
    const names = new Set(
      inputsOf(Object.keys(metafile.outputs)).flatMap(
        (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [],
      ),
    );
    for (const name of names) expect(licenses).toContain(`## ${name} `);
  });

  it('can be run as a command', () => {
    expect(statSync(join(root, 'dist/main.js')).mode & 0o111).toBe(0o111);
    expect(readFileSync(join(root, 'dist/main.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});

describe('the lockfile', () => {
  const lockfile = readFileSync(join(root, 'package-lock.json'), 'utf8');

  it('names no registry host', () => {
    expect(lockfile).not.toContain('"resolved": "http');
  });

  it('pins every direct dependency exactly', () => {
    const ranges = Object.values<string>({
      ...packageJson.devDependencies,
      ...packageJson.optionalDependencies,
    });
    expect(ranges.filter((range) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(range))).toEqual([]);
  });

  it('is whole for every platform of the packages with binaries', () => {
    const packages = Object.keys(JSON.parse(lockfile).packages);
    expect(
      packages.filter((path) => path.startsWith('node_modules/@biomejs/cli-')).length,
    ).toBeGreaterThanOrEqual(8);
    expect(
      packages.filter((path) => path.startsWith('node_modules/@esbuild/')).length,
    ).toBeGreaterThanOrEqual(20);
  });
});

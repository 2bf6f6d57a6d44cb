import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(root, 'src', path), 'utf8') }));

const leafFiles = [
  'access-token',
  'call',
  'errors',
  'is-loopback',
  'library',
  'log',
  'markup',
  'private-folder',
  'sqlite',
  'sqlite-file',
  'time-limit',
];

/** What a room may import; `types:` in front means types alone. Itself and the leaf files are always allowed. */
const allowedRooms: Readonly<Record<string, readonly string[]>> = {
  'access-token': [],
  call: [],
  errors: [],
  'is-loopback': [],
  library: [],
  log: [],
  markup: [],
  'private-folder': [],
  sqlite: [],
  'sqlite-file': [],
  'time-limit': [],
  config: [],
  upstream: [],
  cache: ['types:sources'],
  corpus: [],
  origins: ['types:upstream'],
  sources: ['types:origins', 'types:corpus', 'types:cache', 'types:upstream'],
  lookup: ['types:sources'],
  tools: ['types:lookup', 'types:sources'],
  mcp: ['types:tools'],
  doctor: [],
  cli: ['types:lookup', 'types:doctor', 'types:cache', 'types:tools', 'config'],
  compose: [
    'doctor',
    'config',
    'upstream',
    'cache',
    'corpus',
    'origins',
    'sources',
    'lookup',
    'tools',
    'mcp',
    'index-job',
  ],
  'index-job': ['origins', 'corpus', 'sources'],
  'index-child': ['index-job', 'origins', 'corpus', 'types:sources'],
  main: ['config', 'compose', 'cli'],
};

/** Where a package may be imported; packages that are not listed may not be imported at all. */
const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  undici: ['upstream'],
  '@modelcontextprotocol/server': ['mcp'],
  'rate-limiter-flexible': ['mcp'],
  'prom-client': ['mcp'],
  '@photostructure/sqlite': ['sqlite'],
  'lru-cache': ['cache'],
  marked: ['corpus'],
  semver: ['library'],
  yaml: ['origins', 'corpus'],
  tar: ['origins'],
  lockparse: ['origins'],
  'oxc-parser': ['corpus'],
  'env-paths': ['main'],
  // Where outside data enters.
  zod: ['config', 'tools', 'mcp', 'origins', 'sources', 'cache', 'index-child'],
};

interface Import {
  readonly path: string;
  readonly specifier: string;
  readonly isType: boolean;
}

function importsOf({ path, text }: { path: string; text: string }): Import[] {
  const statements = withoutComments(text).matchAll(
    /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gm,
  );
  return [...statements].map((match) => ({
    path,
    specifier: match[2] ?? match[3] ?? match[4] ?? '',
    isType: match[1] !== undefined || /^(?:import|export)\s*\{(?:\s*type\s[^,}]+,?)+\s*\}/.test(match[0]),
  }));
}

function roomOf(path: string): string {
  return (path.split('/')[0] ?? '').replace(/\.ts$/, '');
}

function targetOf({ path, specifier }: Import): string {
  return relative('', normalize(join(dirname(path), specifier))).replaceAll('\\', '/');
}

const imports = sources.flatMap(importsOf);
const inner = imports.filter(({ specifier }) => specifier.startsWith('.') && !specifier.endsWith('.json'));

describe('the house', () => {
  it('imports between rooms only as the table allows', () => {
    const faults = inner.filter((found) => {
      const from = roomOf(found.path);
      const to = roomOf(targetOf(found));
      if (from === to || leafFiles.includes(to)) return false;
      const allowed = allowedRooms[from] ?? [];
      return !(allowed.includes(to) || (found.isType && allowed.includes(`types:${to}`)));
    });
    expect(faults).toEqual([]);
  });

  it('knows every room', () => {
    expect(
      [...new Set(sources.map(({ path }) => roomOf(path)))].filter(
        (room) => allowedRooms[room] === undefined,
      ),
    ).toEqual([]);
  });

  it('imports packages only where the table allows', () => {
    const builtin = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    const faults = imports.filter((found) => {
      if (found.specifier.startsWith('.') || builtin.has(found.specifier)) return false;
      const parts = found.specifier.split('/');
      const name = parts.slice(0, found.specifier.startsWith('@') ? 2 : 1).join('/');
      return !(allowedPackages[name] ?? []).includes(roomOf(found.path));
    });
    expect(faults).toEqual([]);
  });

  it('names Node modules with their prefix', () => {
    const bare = new Set(builtinModules.filter((name) => !name.includes(':')));
    expect(imports.filter(({ specifier }) => bare.has(specifier))).toEqual([]);
  });

  it('has no import cycles', () => {
    const graph = new Map<string, string[]>();
    for (const found of inner.filter(({ isType }) => !isType)) {
      graph.set(found.path, [...(graph.get(found.path) ?? []), targetOf(found)]);
    }
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) cycles.push([...trail, path].join(' -> '));
      if (done.has(path) || trail.includes(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it.each([
    ['process.env', /\bprocess\.env\b/, ['main.ts', 'index-child.ts']],
    ['process.argv', /\bprocess\.argv\b/, ['main.ts', 'index-child.ts']],
    ['process.exit', /\bprocess\.exit\b/, ['main.ts', 'index-child.ts']],
    ['console', /\bconsole\./, []],
    ['an empty catch', /catch(?:\s*\([^)]*\))?\s*\{\s*\}/, []],
    ['a default export', /^export default/m, []],
    ['any', /(?::|<|\bas)\s*any\b/, []],
  ])('has %s only where it belongs', (_name, pattern, places: readonly string[]) => {
    const found = sources.filter(
      ({ path, text }) => pattern.test(withoutComments(text)) && !places.includes(path),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it('writes to stdout in the command line and the process edge alone', () => {
    const found = sources.filter(
      ({ path, text }) => /process\.stdout\b/.test(text) && !path.startsWith('cli/') && path !== 'main.ts',
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it('keeps files under 300 lines and folders at 12 files', () => {
    expect(sources.filter(({ text }) => text.split('\n').length > 300).map(({ path }) => path)).toEqual([]);
    const counts = new Map<string, number>();
    for (const { path } of sources) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 12)).toEqual([]);
  });

  it('uses none of the names that say nothing', () => {
    expect(
      sources.filter(({ path }) =>
        /(?:^|\/)(?:utils?|helpers?|common|misc|managers?|services?)(?:\/|\.ts$)/.test(path),
      ),
    ).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

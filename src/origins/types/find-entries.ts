import { closedSubpaths, exportsTargets, type Target, typesVersionsTargets } from './exports-targets.ts';
import { nameOf, type PackageFiles, parentOf } from './package-files.ts';
import { isDeclaration, joinInside, resolveDeclaration } from './resolve-declaration.ts';

/** A file of declarations that users of a package reach by a name of its own. */
export interface TypesEntry {
  readonly path: string;
  /** Whether it is what the package's bare name means. */
  readonly isMain: boolean;
}

const maxWalked = 20_000;

/** Reads a package's own package.json; an empty object where it cannot be read. */
export async function readFields(files: PackageFiles): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await files.read('package.json');
  if (!(bytes instanceof Uint8Array)) return {};
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    // A package that npm could install without a readable package.json declares nothing.
    return {};
  }
}

/**
 * Finds where the declarations of a package begin, what its bare name means first: `types`, `exports`, `typesVersions`, what
 * stands beside `main`, and without `exports` every declaration file at the root. Never throws for what package.json holds.
 */
export async function* findEntries(
  files: PackageFiles,
  fields: Readonly<Record<string, unknown>>,
): AsyncGenerator<TypesEntry> {
  const given = new Set<string>();
  const walked = new Map<string, Promise<readonly string[]>>();

  async function* resolve(path: unknown, isMain: boolean): AsyncGenerator<TypesEntry> {
    const inside = typeof path === 'string' ? joinInside('', path) : undefined;
    const found = inside === undefined ? undefined : await resolveDeclaration(inside, files);
    if (found === undefined || given.has(found)) return;
    given.add(found);
    yield { path: found, isMain };
  }

  async function* expand(target: Target, closed: readonly string[]): AsyncGenerator<TypesEntry> {
    const path = joinInside('', target.path);
    if (path === undefined) return;
    const [before = '', after = ''] = path.split('*', 2);
    const folder = before.slice(0, Math.max(0, before.lastIndexOf('/')));
    const below = walked.get(folder) ?? walk(files, folder);
    walked.set(folder, below);
    const ends = declarationEndings(after);
    for (const each of await below) {
      if (!each.startsWith(before)) continue;
      const end = ends.find((ending) => each.endsWith(ending));
      if (end === undefined || each.length <= before.length + end.length) continue;
      const star = each.slice(before.length, each.length - end.length);
      const subpath = target.subpath.replace('*', () => star);
      if (!closed.some((pattern) => matchesPattern(subpath, pattern))) yield* resolve(each, false);
    }
  }

  for (const field of ['types', 'typings'] as const) yield* resolve(fields[field], true);
  const targets = [...exportsTargets(fields.exports), ...typesVersionsTargets(fields.typesVersions)];
  const closed = closedSubpaths(fields.exports);
  const ordered = [...targets].sort((a, b) => Number(b.subpath === '.') - Number(a.subpath === '.'));
  for (const target of ordered.filter(({ path }) => !path.includes('*')))
    yield* resolve(target.path, target.subpath === '.');
  for (const field of ['module', 'main'] as const) yield* resolve(fields[field], true);
  for (const target of ordered.filter(({ path }) => path.includes('*'))) yield* expand(target, closed);
  if (fields.exports !== undefined) return;
  yield* resolve('index.d.ts', true);
  const { files: names } = await files.list('');
  for (const name of [...names].sort()) if (isDeclaration(name)) yield* resolve(name, false);
}

/** Folders of which users import nothing by path, though they could. */
const notForUsers =
  /^(?:[._].*|node_modules|dist|lib|libs|build|builds|out|output|bundles?|es|es\d+|esm\d*|cjs|umd|commonjs|modules?|src|source|sources|tests?|specs?|fixtures|bench(?:marks?)?|examples?|demo|docs?|scripts?|tools|bin|vendor|third[-_]?party|coverage|internals?|private)$/i;

/**
 * What is imported by its path from a package without `exports` (`plugin/utc`): declarations with a script beside them, in
 * folders at the root of which nothing was reached so far.
 */
export async function findSubpaths(
  files: PackageFiles,
  fields: Readonly<Record<string, unknown>>,
  isReached: (folder: string) => boolean,
): Promise<readonly string[]> {
  if (fields.exports !== undefined) return [];
  const { folders } = await files.list('');
  const found: string[] = [];
  const listed = new Map<string, ReadonlySet<string>>();

  async function filesIn(folder: string): Promise<ReadonlySet<string>> {
    const known = listed.get(folder) ?? new Set((await files.list(folder)).files);
    listed.set(folder, known);
    return known;
  }

  for (const folder of [...folders].sort()) {
    if (notForUsers.test(folder) || isReached(folder)) continue;
    for (const path of await walk(files, folder)) {
      const beside = await filesIn(parentOf(path));
      const stem = nameOf(path).replace(/\.d\.[cm]?ts$/, '');
      if (['.js', '.cjs', '.mjs'].some((ending) => beside.has(`${stem}${ending}`))) found.push(path);
    }
  }
  return found;
}

/** Every declaration file below a folder, in the order of their paths. */
async function walk(files: PackageFiles, from: string): Promise<readonly string[]> {
  const found: string[] = [];
  const open = [from];
  for (let folder = open.pop(); folder !== undefined && found.length < maxWalked; folder = open.pop()) {
    const entries = await files.list(folder);
    const base = folder === '' ? '' : `${folder}/`;
    for (const name of entries.files) if (isDeclaration(name)) found.push(`${base}${name}`);
    for (const name of entries.folders)
      if (name !== 'node_modules' && !name.startsWith('.')) open.push(`${base}${name}`);
  }
  return found.sort();
}

/** What declarations end with where a pattern's modules end with this. */
function declarationEndings(after: string): readonly string[] {
  if (isDeclaration(after)) return [after];
  const match = /\.([cm]?)[jt]sx?$/.exec(after);
  if (match === null) return [`${after}.d.ts`, `${after}.d.mts`, `${after}/index.d.ts`];
  const stem = after.slice(0, match.index);
  return [`${stem}.d.ts`, `${stem}.d.${match[1] ?? ''}ts`];
}

function matchesPattern(subpath: string, pattern: string): boolean {
  const [before = '', after] = pattern.split('*', 2);
  if (after === undefined) return subpath === pattern;
  return subpath.startsWith(before) && subpath.endsWith(after);
}

import * as z from 'zod';
import { inTurns, type WorkLimits } from './in-turns.ts';
import {
  aliasOf,
  createPackageList,
  type DirectPackages,
  elsewhereOf,
  isExactVersion,
  type LockedPackage,
  type Lockfile,
  toLocked,
  UnreadableLockfile,
} from './lockfile.ts';

const lockShape = z.object({
  lockfileVersion: z.number(),
  // Their entries are looked at one by one: one odd entry must not hide the others.
  packages: z.unknown().optional(),
  dependencies: z.unknown().optional(),
});

type Fields = Readonly<Record<string, unknown>>;
type EntryAt = (path: string) => Fields | undefined;
type FromAddress = 'git' | 'tarball';

const dependencyFields = ['dependencies', 'optionalDependencies', 'devDependencies', 'peerDependencies'];
const modules = 'node_modules/';
/** Steps up through folders, in all. A workspace of 500 packages takes 200,000; more than this is no lockfile that npm wrote. */
const maxSteps = 5_000_000;

/** Reads package-lock.json or npm-shrinkwrap.json of the versions 1 to 3. Rejects with `UnreadableLockfile` or what JSON.parse throws. */
export async function readNpmLock(content: string, limits: WorkLimits): Promise<Lockfile> {
  const parsed = lockShape.safeParse(JSON.parse(content));
  if (!parsed.success) throw new UnreadableLockfile('it is not a lockfile of npm');
  const { packages, dependencies } = parsed.data;
  return packages === undefined
    ? readTree(toFields(dependencies) ?? {}, limits)
    : readPackages(toFields(packages) ?? {}, limits);
}

/** Versions 2 and 3: a flat map by path. Entries outside node_modules are the project and the packages of its workspace. */
async function readPackages(packages: Fields, limits: WorkLimits): Promise<Lockfile> {
  const paths = Object.keys(packages);
  // Looked up where they are: of 20 MB a copy alone would take as long as all the rest.
  const entryAt: EntryAt = (path) => (Object.hasOwn(packages, path) ? toFields(packages[path]) : undefined);
  const findPath = createPathFinder(entryAt);
  const fromAddress = new Map<string, FromAddress>();
  await inTurns(paths, limits, (path) => {
    for (const [calledAs, declared] of declaredBy(entryAt(path) ?? {})) {
      const kind = declared.includes('/') ? elsewhereOf(declared) : undefined;
      if (kind !== 'git' && kind !== 'tarball') continue;
      const at = findPath(path, calledAs);
      if (at !== undefined) fromAddress.set(at, kind);
    }
  });

  function readImporter(path: string, entry: Fields): DirectPackages {
    const direct = new Map<string, LockedPackage>();
    for (const [calledAs, declared] of declaredBy(entry)) {
      const at = findPath(path, calledAs);
      const found = at === undefined ? undefined : entryAt(at);
      if (at === undefined || found === undefined || direct.has(calledAs)) continue;
      const locked =
        found.link === true
          ? toLink(calledAs, declared, textOf(found.resolved), entryAt)
          : toPackage(at, found, fromAddress.get(at));
      if (locked !== undefined) direct.set(calledAs, locked);
    }
    return direct;
  }

  const list = createPackageList();
  const importers = new Map<string, DirectPackages>();
  await inTurns(paths, limits, (path) => {
    const entry = entryAt(path);
    if (entry === undefined) return;
    if (!path.includes(modules)) {
      importers.set(path, readImporter(path, entry));
      return;
    }
    const locked = entry.link === true ? undefined : toPackage(path, entry, fromAddress.get(path));
    if (locked !== undefined) list.add(locked);
  });
  return { importers, resolve: () => undefined, all: list.all };
}

/** npm writes `link` for packages of the workspace and for folders alike; the range that was declared tells them apart. */
function toLink(
  calledAs: string,
  declared: string,
  folder: string | undefined,
  entryAt: EntryAt,
): LockedPackage | undefined {
  const target = folder === undefined ? undefined : entryAt(folder);
  const kind = /^(?:file|link):/.test(declared) ? 'link' : 'workspace';
  return toLocked(textOf(target?.name) ?? calledAs, textOf(target?.version), kind, folder);
}

function toPackage(
  path: string,
  entry: Fields,
  fromAddress: FromAddress | undefined,
): LockedPackage | undefined {
  // `name` is there where the folder is called otherwise: an alias.
  const name = textOf(entry.name) ?? path.slice(path.lastIndexOf(modules) + modules.length);
  const resolved = elsewhereOf(textOf(entry.resolved) ?? '');
  // A tarball's address alone does not tell a registry from another host; that somebody asks for the address does.
  return toLocked(
    name,
    textOf(entry.version),
    fromAddress ?? (resolved === 'tarball' ? undefined : resolved),
  );
}

function* declaredBy(entry: Fields): Generator<[string, string]> {
  for (const field of dependencyFields) {
    const declared = toFields(entry[field]);
    for (const name in declared) {
      const range = declared[name];
      if (typeof range === 'string') yield [name, range];
    }
  }
}

/** Finds the path that Node would load a package from, seen from a folder of the lockfile. */
function createPathFinder(entryAt: EntryAt): (from: string, name: string) => string | undefined {
  let steps = 0;
  return function findPath(from, name) {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
      const path = `${folder === '' ? '' : `${folder}/`}${modules}${name}`;
      if (entryAt(path) !== undefined) return path;
      if (folder === '') return undefined;
      steps += 1;
      if (steps > maxSteps) throw new UnreadableLockfile('it takes too long to read');
    }
  };
}

/** Version 1: a tree of what is installed. It does not say what the project itself asks for; its package.json does. */
async function readTree(top: Fields, limits: WorkLimits): Promise<Lockfile> {
  const list = createPackageList();
  const topLevel = new Map<string, LockedPackage>();
  await inTurns(branchesOf(top), limits, ({ calledAs, entry, isTop }) => {
    const locked = fromOldVersion(calledAs, textOf(entry.version) ?? '');
    if (locked === undefined) return;
    list.add(locked);
    if (isTop) topLevel.set(calledAs, locked);
  });
  return { resolve: (calledAs) => topLevel.get(calledAs), all: list.all };
}

function* branchesOf(top: Fields): Generator<{ calledAs: string; entry: Fields; isTop: boolean }> {
  const trees = [top];
  for (const tree of trees) {
    for (const calledAs in tree) {
      const entry = toFields(tree[calledAs]);
      if (entry === undefined) continue;
      yield { calledAs, entry, isTop: tree === top };
      const inner = toFields(entry.dependencies);
      if (inner !== undefined) trees.push(inner);
    }
  }
}

/** `version` holds an exact version, an alias (`npm:zod@3.25.76`) or an address. */
function fromOldVersion(calledAs: string, version: string): LockedPackage | undefined {
  if (isExactVersion(version)) return toLocked(calledAs, version);
  const alias = aliasOf(version);
  return alias === undefined
    ? toLocked(calledAs, undefined, elsewhereOf(version))
    : toLocked(alias.name, alias.range);
}

function toFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

import type { WorkLimits } from './in-turns.ts';
import {
  createPackageList,
  type DirectPackages,
  elsewhereOf,
  isExactVersion,
  type LockedPackage,
  type Lockfile,
  toLocked,
  UnreadableLockfile,
} from './lockfile.ts';
import { forEachYamlPair } from './yaml-pairs.ts';

interface Line {
  specifier: string;
  version: string;
}
interface Described {
  name?: string;
  version?: string;
}

const fields = new Set(['dependencies', 'optionalDependencies', 'devDependencies', 'peerDependencies']);

/** Reads pnpm-lock.yaml of the formats 6 and 9. Rejects with `UnreadableLockfile`. */
export async function readPnpmLock(content: string, limits: WorkLimits): Promise<Lockfile> {
  let format = '';
  const lines = new Map<string, Map<string, Line>>([['', new Map()]]);
  const described = new Map<string, Described>();

  function addToLine(folder: string, calledAs: string, key: string, value: string): void {
    const importer = lines.get(folder) ?? new Map<string, Line>();
    const line = importer.get(calledAs) ?? { specifier: '', version: '' };
    if (key === 'specifier' || key === 'version') line[key] = value;
    importer.set(calledAs, line);
    lines.set(folder, importer);
  }

  await forEachYamlPair(content, limits, (path, key, value) => {
    const [section = '', second = '', third = '', calledAs = ''] = path;
    if (path.length === 0 && key === 'lockfileVersion') format = value;
    else if (section === 'importers' && path.length === 1)
      lines.set(toFolder(key), lines.get(toFolder(key)) ?? new Map());
    else if (section === 'importers' && path.length === 4 && fields.has(third))
      addToLine(toFolder(second), calledAs, key, value);
    // Format 6 leaves the importers out where there is no workspace.
    else if (fields.has(section) && path.length === 2) addToLine('', second, key, value);
    else if (section === 'packages' && path.length === 1) described.set(key, {});
    else if (section === 'packages' && path.length === 2 && (key === 'name' || key === 'version'))
      described.set(second, { ...described.get(second), [key]: value });
  });

  const major = Number.parseInt(format, 10);
  if (Number.isNaN(major)) throw new UnreadableLockfile('it is not a lockfile of pnpm');
  if (major < 6)
    throw new UnreadableLockfile(`its format ${major} is older than those that are read (6 and 9)`);
  return toLockfile(lines, described);
}

function toLockfile(
  lines: ReadonlyMap<string, ReadonlyMap<string, Line>>,
  described: ReadonlyMap<string, Described>,
): Lockfile {
  const list = createPackageList();
  for (const [key, { name, version }] of described) {
    const locked = fromKey(key, name, version);
    if (locked !== undefined) list.add(locked);
  }
  const importers = new Map<string, DirectPackages>();
  for (const [folder, importer] of lines) {
    const direct = new Map<string, LockedPackage>();
    for (const [calledAs, line] of importer) {
      const locked = fromLine(calledAs, folder, line, described);
      if (locked !== undefined) direct.set(calledAs, locked);
    }
    importers.set(folder, direct);
  }
  return { importers, resolve: () => undefined, all: list.all };
}

function fromLine(
  calledAs: string,
  folder: string,
  { specifier, version }: Line,
  described: ReadonlyMap<string, Described>,
): LockedPackage | undefined {
  if (version.startsWith('link:')) {
    // With `link-workspace-packages` a plain range is linked as well.
    const kind = /^(?:link|file):/.test(specifier) ? 'link' : 'workspace';
    return toLocked(calledAs, undefined, kind, joinFolder(folder, version.slice('link:'.length)));
  }
  const plain = withoutPeers(version);
  if (isExactVersion(plain)) return toLocked(calledAs, plain);
  const known = described.get(version) ?? described.get(`${calledAs}@${version}`);
  // An alias is written as the key of what it stands for: `zod@3.25.76`, in format 6 with a slash in front.
  const alias = fromKey(version, known?.name, known?.version);
  if (alias !== undefined) return alias;
  return toLocked(
    known?.name ?? calledAs,
    known?.version,
    elsewhereOf(specifier) ?? elsewhereOf(version) ?? 'file',
  );
}

/** `zod@4.6.7`, `/zod@4.6.7(react@18.0.0)`, `pebble@file:vendor/pebble.tgz`, or an address with name and version below it. */
function fromKey(
  key: string,
  name: string | undefined,
  version: string | undefined,
): LockedPackage | undefined {
  const plain = withoutPeers(key.startsWith('/') ? key.slice(1) : key);
  const at = plain.indexOf('@', 1);
  const ownName = at < 0 ? '' : plain.slice(0, at);
  const reference = at < 0 ? plain : plain.slice(at + 1);
  if (isExactVersion(reference)) return toLocked(ownName, reference);
  if (isExactVersion(version) && name !== undefined)
    return toLocked(name, version, elsewhereOf(plain) ?? 'git');
  return isExactVersion(version) ? toLocked(ownName, version, elsewhereOf(reference) ?? 'git') : undefined;
}

function withoutPeers(key: string): string {
  const at = key.indexOf('(');
  return at < 0 ? key : key.slice(0, at);
}

function toFolder(importer: string): string {
  return importer === '.' ? '' : importer;
}

/** Joins with `..` resolved; what leads out of the lockfile's folder keeps its dots and matches no package of the workspace. */
function joinFolder(folder: string, way: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of way.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

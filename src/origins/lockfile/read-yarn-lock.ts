import { inTurns, type WorkLimits } from './in-turns.ts';
import {
  aliasOf,
  closest,
  createPackageList,
  elsewhereOf,
  type LockedPackage,
  type Lockfile,
  toLocked,
} from './lockfile.ts';
import { linesOf } from './yaml-pairs.ts';

/**
 * Reads yarn.lock of yarn 1: blocks of `name@range, name@range:` with a version below. The format neither knows workspaces nor
 * says what the project asks for, so a line of package.json is matched by its name and range.
 */
export async function readYarnLock(content: string, limits: WorkLimits): Promise<Lockfile> {
  const byDescriptor = new Map<string, LockedPackage>();
  const byCalledAs = createPackageList();
  const list = createPackageList();
  let descriptors: readonly string[] = [];

  function addBlock(version: string): void {
    for (const descriptor of descriptors) {
      const { calledAs, range } = splitDescriptor(descriptor);
      const locked = toLocked(aliasOf(range)?.name ?? calledAs, version, elsewhereOf(range));
      if (locked === undefined) continue;
      byDescriptor.set(descriptor, locked);
      byCalledAs.add(locked, calledAs);
      list.add(locked);
    }
    descriptors = [];
  }

  await inTurns(linesOf(content), limits, (line) => {
    if (line.startsWith('#')) return;
    if (!line.startsWith(' ')) descriptors = line.endsWith(':') ? readHeader(line) : [];
    else if (line.startsWith('  version '))
      addBlock(line.slice('  version '.length).replaceAll('"', '').trim());
  });

  return {
    resolve: (calledAs, declared) =>
      // A path is written relative to the lockfile, and an override takes the place of the range: the nearest then.
      byDescriptor.get(`${calledAs}@${declared}`) ?? closest(byCalledAs.all(calledAs), declared),
    all: list.all,
  };
}

function readHeader(line: string): readonly string[] {
  return line
    .slice(0, -1)
    .split(', ')
    .map((part) => part.replace(/^"|"$/g, ''));
}

function splitDescriptor(descriptor: string): { readonly calledAs: string; readonly range: string } {
  const at = descriptor.indexOf('@', 1);
  return at < 0
    ? { calledAs: descriptor, range: '' }
    : { calledAs: descriptor.slice(0, at), range: descriptor.slice(at + 1) };
}

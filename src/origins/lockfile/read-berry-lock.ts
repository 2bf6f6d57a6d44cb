import type { WorkLimits } from './in-turns.ts';
import {
  closest,
  createPackageList,
  type DirectPackages,
  elsewhereOf,
  type LockedPackage,
  type Lockfile,
  toLocked,
} from './lockfile.ts';
import { forEachYamlPair } from './yaml-pairs.ts';

interface Block {
  version: string;
  /** What the descriptors came to: `zod@npm:4.6.7`, `@reef/app@workspace:packages/app`. */
  resolution: string;
  dependencies: Map<string, string>;
}

/** Reads yarn.lock of yarn 2 and later, where the packages of the workspace are blocks like all others. */
export async function readBerryLock(content: string, limits: WorkLimits): Promise<Lockfile> {
  const blocks = new Map<string, Block>();
  await forEachYamlPair(content, limits, (path, key, value) => {
    const [descriptors = '', section] = path;
    if (path.length === 0 && key !== '__metadata')
      blocks.set(key, { version: '', resolution: '', dependencies: new Map() });
    const block = blocks.get(descriptors);
    if (block === undefined) return;
    if (path.length === 1 && (key === 'version' || key === 'resolution')) block[key] = value;
    if (path.length === 2 && section === 'dependencies') block.dependencies.set(key, value);
  });

  const byDescriptor = new Map<string, LockedPackage>();
  const byCalledAs = createPackageList();
  const list = createPackageList();
  for (const [descriptors, block] of blocks) {
    const locked = fromBlock(block);
    if (locked === undefined) continue;
    list.add(locked);
    for (const descriptor of descriptors.split(', ')) {
      byDescriptor.set(descriptor, locked);
      byCalledAs.add(locked, nameOf(descriptor));
    }
  }

  function find(calledAs: string, declared: string, askedBy: string): LockedPackage | undefined {
    const descriptor = `${calledAs}@${declared}`;
    return (
      // A path means what it means for the package that asks.
      byDescriptor.get(`${descriptor}::locator=${encodeURIComponent(askedBy)}`) ??
      byDescriptor.get(descriptor) ??
      // Before version 4 the lockfile says `^4.1.0` where its descriptor says `npm:^4.1.0`.
      byDescriptor.get(`${calledAs}@npm:${declared}`) ??
      closest(byCalledAs.all(calledAs), declared)
    );
  }

  const importers = new Map<string, DirectPackages>();
  for (const { resolution, dependencies } of blocks.values()) {
    const folder = workspaceFolder(referenceOf(resolution));
    if (folder === undefined) continue;
    const direct = new Map<string, LockedPackage>();
    for (const [calledAs, declared] of dependencies) {
      const locked = find(calledAs, declared, resolution);
      if (locked !== undefined) direct.set(calledAs, locked);
    }
    importers.set(folder, direct);
  }
  return { importers, resolve: () => undefined, all: list.all };
}

function fromBlock({ resolution, version }: Block): LockedPackage | undefined {
  const reference = referenceOf(resolution);
  // `0.0.0-use.local` stands where the folder's own package.json has the version.
  const own = version === '0.0.0-use.local' ? undefined : version;
  return toLocked(nameOf(resolution), own, elsewhereOf(reference), workspaceFolder(reference));
}

function workspaceFolder(reference: string): string | undefined {
  if (!reference.startsWith('workspace:')) return undefined;
  const folder = reference.slice('workspace:'.length);
  return folder === '.' ? '' : folder;
}

function nameOf(descriptor: string): string {
  return descriptor.slice(0, Math.max(0, descriptor.indexOf('@', 1)));
}

function referenceOf(resolution: string): string {
  return resolution.slice(resolution.indexOf('@', 1) + 1);
}

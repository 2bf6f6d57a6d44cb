import { statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { realPathOf } from '../climb.ts';
import type { About } from '../origin.ts';
import { readManifest } from '../read-manifest.ts';

/** A package folder as its package.json describes it. */
export interface InstalledPackage {
  /** Real path of its folder. */
  readonly root: string;
  readonly name: string | undefined;
  readonly version: string;
  /** Why nothing of its package.json could be read. */
  readonly unread: string | undefined;
  readonly about: About;
  /** Times, size and inode of package.json: a copy with `cp -a` keeps the first time, and no copy keeps all of them. */
  readonly manifestState: string;
  /** Whether its files change without its package.json: a workspace package, or a folder that is linked to. */
  readonly isMutable: boolean;
}

export type ReadPackage = (folder: string) => Promise<InstalledPackage | undefined>;

const exactVersion = /^\d+\.\d+\.\d+[\w.+-]{0,80}$/;
/** What package managers take where a package.json has no version, as those of private workspace packages. */
const noVersion = '0.0.0';
const maxKnown = 5_000;

/** Creates a reader of package folders that reads a package.json again only when its state has changed. */
export function createPackageReader(): ReadPackage {
  const known = new Map<string, InstalledPackage>();

  return async function readPackage(folder) {
    const root = await realPathOf(folder);
    if (root === undefined) return undefined;
    const file = join(root, 'package.json');
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    const manifestState = [stats.mtimeMs, stats.ctimeMs, stats.size, stats.ino].join(' ');
    const before = known.get(root);
    if (before?.manifestState === manifestState) return before;
    const manifest = await readManifest(file);
    if (manifest === undefined) return undefined;
    const { name, version = '', description, keywords, entryPoints, unread } = manifest;
    const read: InstalledPackage = {
      root,
      name,
      version: exactVersion.test(version) ? version : noVersion,
      unread,
      about: {
        ...(description === undefined ? {} : { description }),
        keywords,
        entryPoints,
      },
      manifestState,
      isMutable: !root.split(sep).includes('node_modules'),
    };
    if (known.size >= maxKnown) known.clear();
    known.set(root, read);
    return read;
  };
}

/** The stamp of a package: what it calls itself, the state of its package.json, and a digest of its files. */
export function stampOf({ name, version, manifestState }: InstalledPackage, digest: string): string {
  return `${name}@${version} ${manifestState} ${digest}`;
}

import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isNpmName } from '../../library.ts';
import { type Climb, type ClimbLimits, climb, isInside, realPathOf } from '../climb.ts';
import type { Project } from '../origin.ts';
import type { InstalledPackage, ReadPackage } from './read-package.ts';

/** A package that the project reaches, and the path that it was reached by. */
export interface FoundPackage {
  readonly path: string;
  readonly read: InstalledPackage;
}

export interface FindPackagesOptions extends ClimbLimits {
  readonly readPackage: ReadPackage;
}

/**
 * The packages that `node_modules/<installedAs>` means for each package folder of a project, nearest folder first, each real
 * folder once. A package folder's own node_modules wins over those above it, as in Node.
 */
export async function findPackages(
  installedAs: string,
  project: Project,
  options: FindPackagesOptions,
): Promise<readonly FoundPackage[]> {
  const found = new Map<string, FoundPackage>();
  const looked = new Map<string, FoundPackage | undefined>();
  for (const packageFolder of project.packageFolders) {
    for (const modules of await modulesFolders(packageFolder, project, options)) {
      const path = join(modules, installedAs);
      if (!looked.has(path)) looked.set(path, await readInside(path, modules, options.readPackage));
      const here = looked.get(path);
      if (here === undefined) continue;
      if (!found.has(here.read.root)) found.set(here.read.root, here);
      break;
    }
  }
  return [...found.values()];
}

const maxListed = 2_000;

/** Names in the node_modules folders of the project itself and those above it, at most 2,000. */
export async function listNames(project: Project, limits: ClimbLimits): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const modules of await modulesFolders(project.folder, project, limits)) {
    for (const name of await namesIn(modules)) {
      if (name.startsWith('@')) {
        for (const inner of await namesIn(join(modules, name))) names.add(`${name}/${inner}`);
      } else {
        names.add(name);
      }
      if (names.size > maxListed) break;
    }
  }
  return [...names].filter(isNpmName).slice(0, maxListed);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.'));
}

/** `package.json` says nothing about how a name was made, so the joined path is looked at too, not only the name. */
async function readInside(
  path: string,
  modules: string,
  readPackage: ReadPackage,
): Promise<FoundPackage | undefined> {
  if (path === modules || !isInside(path, modules)) return undefined;
  const read = await readPackage(path);
  return read === undefined ? undefined : { path, read };
}

/** The node_modules folders that Node would look into from a folder, as far as their owners are trusted. */
async function modulesFolders(
  folder: string,
  project: Project,
  limits: ClimbLimits,
): Promise<readonly string[]> {
  const start = await realPathOf(folder);
  if (start === undefined) return [];
  const way = await climb(start, limits);
  const folders: string[] = [];
  for (const above of way.folders) {
    const modules = join(above, 'node_modules');
    if (isInside(above, project.workspaceRoot) || isTrusted(modules, way)) folders.push(modules);
  }
  return folders;
}

/** Inside the project its node_modules may be anyone's (a volume, an image layer); above it only ours or its owner's. */
function isTrusted(modules: string, way: Climb): boolean {
  const stats = statSync(modules, { throwIfNoEntry: false });
  return stats !== undefined && way.trusts(stats.uid);
}

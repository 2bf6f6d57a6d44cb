import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Climb, type ClimbLimits, climb, realPathOf } from '../climb.ts';
import type { Dependency, Project } from '../origin.ts';
import { type Manifest, readManifest } from '../read-manifest.ts';
import type { Footprint } from './footprint.ts';
import { nearestFirst, readWorkspace, type Workspace } from './workspace.ts';

export interface ReadProjectOptions extends ClimbLimits {
  /** A folder that was named on purpose is a project whoever owns its package.json, and also when it is the home folder. */
  readonly isNamed: boolean;
  readonly footprint: Footprint;
}

/** Reads the project that a folder is in: the nearest package.json at it or above. Undefined when there is none. */
export async function readProject(start: string, options: ReadProjectOptions): Promise<Project | undefined> {
  const { footprint } = options;
  const realStart = await realPathOf(start);
  if (realStart === undefined || (realStart === options.homeFolder && !options.isNamed)) return undefined;
  const way = await climb(realStart, options);
  for (const [index, folder] of way.folders.entries()) {
    const file = join(folder, 'package.json');
    footprint.add(file);
    if (!(await isTaken(file, way, options.isNamed && index === 0))) continue;
    const manifest = await readManifest(file);
    if (manifest === undefined) continue;
    const above = { ...way, folders: way.folders.slice(index) };
    const workspace = await findWorkspace(folder, manifest, above, footprint);
    return toProject(folder, manifest, workspace, footprint);
  }
  return undefined;
}

async function isTaken(file: string, way: Climb, whoeverOwnsIt: boolean): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  return stats !== undefined && (whoeverOwnsIt || way.trusts(stats.uid));
}

/** The nearest workspace at or above the folder that counts the folder among its packages. */
async function findWorkspace(
  folder: string,
  manifest: Manifest,
  way: Climb,
  footprint: Footprint,
): Promise<Workspace | undefined> {
  for (const root of way.folders) {
    const file = join(root, 'package.json');
    footprint.add(file);
    const isSelf = root === folder;
    if (!isSelf && !(await isTaken(file, way, false))) continue;
    const workspace = await readWorkspace(root, isSelf ? manifest : await readManifest(file), footprint);
    if (workspace !== undefined && (isSelf || workspace.packageFolders.includes(folder))) return workspace;
  }
  return undefined;
}

async function toProject(
  folder: string,
  manifest: Manifest,
  workspace: Workspace | undefined,
  footprint: Footprint,
): Promise<Project> {
  const workspaceRoot = workspace?.root ?? folder;
  const all = new Set([folder, workspaceRoot, ...(workspace?.packageFolders ?? [])]);
  const packageFolders = nearestFirst([...all], folder);
  const dependencies = new Map<string, Dependency>(manifest.dependencies);
  const notes = [...faultNotes(folder, folder, manifest), ...(workspace?.notes ?? [])];
  let lacksDependencies = manifest.lacksDependencies;
  if (folder === workspaceRoot) {
    for (const packageFolder of packageFolders.slice(1)) {
      const file = join(packageFolder, 'package.json');
      footprint.add(file);
      const packageManifest = await readManifest(file);
      if (packageManifest === undefined) continue;
      notes.push(...faultNotes(packageFolder, folder, packageManifest));
      lacksDependencies ||= packageManifest.lacksDependencies;
      for (const [name, dependency] of packageManifest.dependencies)
        if (!dependencies.has(name)) dependencies.set(name, dependency);
    }
  }
  return {
    folder,
    workspaceRoot,
    packageFolders,
    dependencies,
    notes,
    ...(lacksDependencies ? { lacksDependencies } : {}),
  };
}

function faultNotes(folder: string, project: string, manifest: Manifest): string[] {
  const shown = [...relative(project, folder).split(sep), 'package.json']
    .filter((part) => part !== '')
    .join('/');
  if (manifest.unread !== undefined) return [`${shown} of the project cannot be read: ${manifest.unread}.`];
  return manifest.faults.map((fault) => `${shown} of the project was read in part: ${fault}.`);
}

import { join, relative, sep } from 'node:path';
import { isInside, realPathOf } from '../climb.ts';
import type { Project } from '../origin.ts';
import { type FoundLockfile, findLockfile } from './find-lockfile.ts';
import { type LoadedLockfile, type LoadLimits, loadLockfile } from './load-lockfile.ts';
import { aliasOf, type Elsewhere, type LockedPackage, type Lockfile, unknownVersion } from './lockfile.ts';
import { createManifests, type Manifests } from './manifests.ts';

/** A version of a library as the project's lockfile pins it. */
export interface LockedVersion {
  /** The library's own name, also where it was asked for by an alias. */
  readonly name: string;
  /** Exact; `0.0.0` where something from elsewhere has none. */
  readonly version: string;
  /** The package folder that asks for it; of a dependency of dependencies the folder of the lockfile. */
  readonly neededBy: string;
  readonly isDirect: boolean;
  /** Set where it does not come from the registry, so that no registry has to be asked for it. */
  readonly resolvedElsewhere?: Elsewhere;
  /** What the project calls it, where that is another name. */
  readonly alias?: string;
}

/** What there is to say of a project's lockfile, whichever library is asked for. */
export interface LockfileState {
  /** Its file name; undefined where there is none that can be read. */
  readonly file?: string;
  /** Yarn Plug'n'Play: nothing lies in node_modules, so the lockfile alone has the version. */
  readonly isPnp: boolean;
  /** One sentence each on what could not be read. */
  readonly notes: readonly string[];
}

export interface LockfileReader {
  /**
   * The versions that are pinned for a library (by its own name or the project's alias): the direct dependencies of the package
   * folders, nearest to the project first, then other versions that are there for the sake of something else. Empty without a
   * lockfile. Never rejects for what a lockfile holds.
   */
  lockedVersions(project: Project, name: string): Promise<readonly LockedVersion[]>;
  about(project: Project): Promise<LockfileState>;
}

export interface LockfileReaderOptions {
  /** Milliseconds, for the limit on parsing. */
  readonly now: () => number;
  readonly limits?: Partial<Pick<LoadLimits, 'maxBytes' | 'maxMs'>>;
}

interface Place {
  /** Of the lockfile. */
  readonly folder: string;
  readonly file: string | undefined;
  readonly lockfile: Lockfile | undefined;
  readonly isPnp: boolean;
  readonly notes: readonly string[];
}

const maxBytes = 64_000_000;
const maxMs = 5_000;
/** A parsed lockfile of 20 MB takes about as much memory again. */
const maxParsed = 4;

/** Creates a reader of the lockfiles of npm, pnpm, yarn and bun that reads a file again only when it has changed. */
export function createLockfileReader({ now, limits }: LockfileReaderOptions): LockfileReader {
  const parsed = new Map<string, { readonly state: string; readonly loaded: Promise<LoadedLockfile> }>();
  const manifests = createManifests();

  function load(found: FoundLockfile): Promise<LoadedLockfile> {
    const before = parsed.get(found.path);
    const loaded =
      before?.state === found.state
        ? before.loaded
        : loadLockfile(found, { now, maxBytes, maxMs, ...limits });
    // Set again: the last one used is the last in order.
    parsed.delete(found.path);
    parsed.set(found.path, { state: found.state, loaded });
    for (const path of parsed.keys()) if (parsed.size > maxParsed) parsed.delete(path);
    return loaded;
  }

  async function readPlace(folder: string): Promise<Place> {
    const { found, isPnp, notes } = await findLockfile(folder);
    if (found === undefined) return { folder, file: undefined, lockfile: undefined, isPnp, notes };
    const loaded = await load(found);
    const file = loaded.lockfile === undefined ? undefined : found.file;
    return { folder, file, lockfile: loaded.lockfile, isPnp, notes: [...notes, ...loaded.notes] };
  }

  /** The root's comes first: npm and yarn never look at one that was left in a package of the workspace. */
  async function readPlaces({ workspaceRoot, folder }: Project): Promise<readonly Place[]> {
    return Promise.all([...new Set([workspaceRoot, folder])].map(readPlace));
  }

  async function lockedVersions(project: Project, name: string): Promise<readonly LockedVersion[]> {
    const places = await readPlaces(project);
    const found: LockedVersion[] = [];
    for (const neededBy of project.packageFolders) {
      const place = places.find((each) => covers(each, neededBy));
      if (place === undefined) continue;
      for (const [calledAs, locked] of await directOf(place, neededBy, name, project, manifests)) {
        const whole = await withOwnVersion(locked, place, project, manifests);
        found.push(toLockedVersion(whole, { calledAs, neededBy, isDirect: true }));
      }
    }
    for (const { lockfile, folder } of places) {
      for (const locked of lockfile?.all(name) ?? []) {
        if (found.some((each) => each.name === locked.name && each.version === locked.version)) continue;
        // A link is a folder of the workspace, and is said where it is a direct dependency.
        if (locked.elsewhere === 'workspace' || locked.elsewhere === 'link') continue;
        found.push(toLockedVersion(locked, { calledAs: locked.name, neededBy: folder, isDirect: false }));
      }
    }
    return found;
  }

  async function about(project: Project): Promise<LockfileState> {
    const places = await readPlaces(project);
    const read =
      places.find((each) => covers(each, project.folder)) ??
      places.find(({ lockfile }) => lockfile !== undefined);
    return {
      ...(read?.file === undefined ? {} : { file: read.file }),
      isPnp: places.some(({ isPnp }) => isPnp),
      notes: [...new Set(places.flatMap(({ notes }) => notes))],
    };
  }

  return { lockedVersions, about };
}

/** Whether a lockfile speaks for a package folder: it lists the folder, or is of a format that lists none. */
function covers({ folder, lockfile }: Place, packageFolder: string): boolean {
  if (lockfile === undefined || !isInside(packageFolder, folder)) return false;
  return lockfile.importers === undefined || lockfile.importers.has(toKey(folder, packageFolder));
}

/** The direct dependencies of a package folder that are the library; called so by name first, then by alias. */
async function directOf(
  { folder, lockfile }: Place,
  packageFolder: string,
  name: string,
  project: Project,
  manifests: Manifests,
): Promise<readonly (readonly [string, LockedPackage])[]> {
  if (lockfile?.importers !== undefined) {
    const direct = lockfile.importers.get(toKey(folder, packageFolder)) ?? new Map<string, LockedPackage>();
    const byName = direct.get(name);
    const aliases = [...direct].filter(([calledAs, locked]) => locked.name === name && calledAs !== name);
    return byName === undefined ? aliases : [[name, byName], ...aliases];
  }
  const found: [string, LockedPackage][] = [];
  for (const { name: calledAs, declared } of (await manifests.read(packageFolder))?.dependencies.values() ??
    []) {
    if (calledAs !== name && aliasOf(declared)?.name !== name) continue;
    const locked =
      lockfile?.resolve(calledAs, declared) ?? (await inWorkspace(calledAs, folder, project, manifests));
    if (locked !== undefined) found.push([calledAs, locked]);
  }
  return found.sort(([a], [b]) => Number(b === name) - Number(a === name));
}

/** yarn 1 leaves the packages of the workspace out of its lockfile. */
async function inWorkspace(
  name: string,
  lockfileFolder: string,
  { packageFolders }: Project,
  manifests: Manifests,
): Promise<LockedPackage | undefined> {
  for (const folder of packageFolders) {
    const manifest = await manifests.read(folder);
    if (manifest?.name !== name) continue;
    return { name, version: unknownVersion, elsewhere: 'workspace', folder: toKey(lockfileFolder, folder) };
  }
  return undefined;
}

/** Most lockfiles leave the version of a linked folder to its package.json; read only inside the workspace. */
async function withOwnVersion(
  locked: LockedPackage,
  place: Place,
  project: Project,
  manifests: Manifests,
): Promise<LockedPackage> {
  if (locked.folder === undefined || locked.version !== unknownVersion) return locked;
  const folder = await realPathOf(join(place.folder, locked.folder));
  if (folder === undefined || !isInside(folder, project.workspaceRoot)) return locked;
  return { ...locked, version: await manifests.versionOf(folder) };
}

function toLockedVersion(
  { name, version, elsewhere }: LockedPackage,
  by: { readonly calledAs: string; readonly neededBy: string; readonly isDirect: boolean },
): LockedVersion {
  return {
    name,
    version,
    neededBy: by.neededBy,
    isDirect: by.isDirect,
    ...(elsewhere === undefined ? {} : { resolvedElsewhere: elsewhere }),
    ...(by.calledAs === name ? {} : { alias: by.calledAs }),
  };
}

function toKey(from: string, folder: string): string {
  return relative(from, folder).split(sep).join('/');
}

import { join, relative, sep } from 'node:path';
import { cancelledError, DocpinError, toDocpinError } from '../../errors.ts';
import { isNpmName, versionMatches } from '../../library.ts';
import { createClimbLimits, realPathOf } from '../climb.ts';
import { type DocsLimits, docsLimits } from '../docs-files/docs-limits.ts';
import { selectDocs } from '../docs-files/select-docs.ts';
import type { DocsFile, Located, OpenHooks, Origin, Project, Survey, Wanted } from '../origin.ts';
import { collectDeclarations, declaresItself, hasDeclarations } from '../types/collect-declarations.ts';
import type { PackageFiles } from '../types/package-files.ts';
import { typesPackageName } from '../types/types-package-name.ts';
import { type FoundPackage, findPackages, listNames } from './find-packages.ts';
import { createInstalledFiles } from './installed-files.ts';
import { openInstalledFolder } from './installed-folder.ts';
import { createPackageDigests } from './package-digests.ts';
import { readDocsFile } from './read-docs-file.ts';
import { createPackageReader, stampOf } from './read-package.ts';

export interface InstalledOriginOptions {
  readonly homeFolder: string;
  /** Ours; undefined on systems without owners. */
  readonly userId: number | undefined;
  readonly limits?: DocsLimits;
  readonly now?: () => number;
}

const maxShipping = 500;

/**
 * Creates the origin of packages as they are installed: in the node_modules folders that Node would look into from the project
 * and from every package of its workspace. Links (of pnpm and of workspaces) are followed to the real folder, and only files
 * that really lie in it are read.
 */
export function createInstalledOrigin(options: InstalledOriginOptions): Origin {
  const limits = options.limits ?? docsLimits;
  const readPackage = createPackageReader();
  const readDigest = createPackageDigests({ limits, now: options.now ?? Date.now });
  const climbLimits = createClimbLimits(options);
  const shipping = new Map<string, { readonly stamp: string; readonly ships: boolean }>();

  async function locate(wanted: Wanted, project: Project | undefined, signal: AbortSignal) {
    signal.throwIfAborted();
    if (project === undefined || !isNpmName(wanted.name)) return [];
    const located: Located[] = [];
    for (const { installedAs, realName } of waysToInstall(wanted.name, project)) {
      const found = await findPackages(installedAs, project, { ...(await climbLimits()), readPackage });
      for (const each of found) {
        if (each.read.name !== realName) continue;
        if (wanted.version !== undefined && !versionMatches(each.read.version, wanted.version)) continue;
        located.push(await toLocated(each, realName, installedAs, project, signal));
      }
    }
    return located;
  }

  /** A package whose package.json cannot be read is there, but says neither name nor version. */
  async function explain({ name }: Wanted, project: Project | undefined) {
    if (project === undefined || !isNpmName(name)) return undefined;
    const found = await findPackages(name, project, { ...(await climbLimits()), readPackage });
    const broken = found.find(({ read }) => read.unread !== undefined);
    if (broken === undefined) return undefined;
    const { path, read } = broken;
    const shown = [...relative(project.folder, path).split(sep), 'package.json'].join('/');
    return new DocpinError('bad-input', {
      what: `${name} is installed, but ${shown} cannot be read: ${read.unread}.`,
      next: `Install ${name} again, or mend that file.`,
    });
  }

  async function toLocated(
    { path, read }: FoundPackage,
    name: string,
    installedAs: string,
    project: Project,
    signal: AbortSignal,
  ): Promise<Located> {
    signal.throwIfAborted();
    const stamp = stampOf(read, readDigest(read));
    const types = await findTypes({ path, read }, { name, installedAs, stamp });
    return {
      origin: 'installed',
      name,
      version: read.version,
      location: `installed:${read.root}`,
      stamp: types === undefined ? stamp : `${stamp} ${types.stamp}`,
      root: read.root,
      shownRoot: relative(project.folder, path).split(sep).join('/'),
      ...(types === undefined ? {} : { types }),
      ...(installedAs === name ? {} : { alias: installedAs }),
      about: read.about,
    };
  }

  /** The `@types` package beside one that ships no declarations: in the same node_modules folder. */
  async function findTypes(
    { path, read }: FoundPackage,
    { name, installedAs, stamp }: { name: string; installedAs: string; stamp: string },
  ): Promise<Located['types']> {
    const modules = path.slice(0, path.length - installedAs.length);
    const typesName = typesPackageName(name);
    const folder = await realPathOf(join(modules, typesName));
    // Asked first, because it costs one look and mostly there is none.
    if (folder === undefined || (await shipsTypes(read.root, stamp))) return undefined;
    const types = await readPackage(folder);
    if (types?.name !== typesName) return undefined;
    const { version, root } = types;
    return { name: typesName, version, root, stamp: stampOf(types, readDigest(types)) };
  }

  /** It takes a millisecond in a package with hundreds of files at its root, and is the same as long as the stamp is. */
  async function shipsTypes(root: string, stamp: string): Promise<boolean> {
    const before = shipping.get(root);
    if (before?.stamp === stamp) return before.ships;
    const ships = await declaresItself(filesOf(root));
    if (shipping.size >= maxShipping) shipping.clear();
    shipping.set(root, { stamp, ships });
    return ships;
  }

  function filesOf(root: string): PackageFiles {
    return createInstalledFiles(root, limits.maxFileBytes);
  }

  async function survey(located: Located, signal: AbortSignal): Promise<Survey> {
    signal.throwIfAborted();
    const { files, skipped } = selectDocs(openInstalledFolder(located.root), limits);
    const hasTypes = located.types !== undefined || (await hasDeclarations(filesOf(located.root)));
    return { files: files.map(({ path, kind, bytes }) => ({ path, kind, bytes })), skipped, hasTypes };
  }

  async function* open(
    located: Located,
    signal: AbortSignal,
    { onSkipped, onExpected }: OpenHooks,
  ): AsyncGenerator<DocsFile> {
    try {
      signal.throwIfAborted();
      const { files, skipped } = selectDocs(openInstalledFolder(located.root), limits);
      // Before the first file is given: what it takes is not to be counted as the time of one of them.
      const declarations = await collectDeclarations(filesOf((located.types ?? located).root), { signal });
      onExpected?.(files.length + declarations.files.length);
      for (const file of skipped) onSkipped(file);
      for (const { path, kind } of files) {
        signal.throwIfAborted();
        const bytes = await readDocsFile(located.root, path, limits.maxFileBytes);
        if (bytes instanceof Uint8Array) yield { path, kind, bytes };
        else onSkipped({ path, why: bytes.why });
      }
      const place = located.types === undefined ? '' : `node_modules/${located.types.name}/`;
      for (const { path, why } of declarations.skipped) onSkipped({ path: `${place}${path}`, why });
      for (const { path, bytes, isExported } of declarations.files) {
        signal.throwIfAborted();
        yield { path: `${place}${path}`, kind: isExported ? 'api' : 'internal', bytes };
      }
    } catch (thrown) {
      throw toInstalledError(thrown, signal);
    }
  }

  return {
    name: 'installed',
    locate: (wanted, project, signal) => translated(() => locate(wanted, project, signal), signal),
    present: (project, signal) => translated(async () => listNames(project, await climbLimits()), signal),
    explain: (wanted, project, signal) => translated(() => explain(wanted, project), signal),
    survey: (located, signal) => translated(() => survey(located, signal), signal),
    open,
  };
}

/** The name itself, and every alias that the project declares for it: `"zod3": "npm:zod@3"`. */
function waysToInstall(name: string, project: Project): readonly { installedAs: string; realName: string }[] {
  const ways = [{ installedAs: name, realName: name }];
  for (const { name: installedAs, declared } of project.dependencies.values()) {
    const realName = aliasTarget(declared);
    if (realName === undefined) continue;
    if (realName === name && installedAs !== name) ways.push({ installedAs, realName });
    // Asked for by its alias: what is installed there is the other library, and is called so.
    if (installedAs === name) ways.push({ installedAs, realName });
  }
  return ways;
}

function aliasTarget(declared: string): string | undefined {
  const target = /^npm:(@?[^@]+)/.exec(declared)?.[1];
  return target !== undefined && isNpmName(target) ? target : undefined;
}

async function translated<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw toInstalledError(thrown, signal);
  }
}

function toInstalledError(thrown: unknown, signal: AbortSignal): DocpinError {
  if (signal.aborted) return cancelledError(thrown);
  const code = (thrown as NodeJS.ErrnoException).code;
  if (thrown instanceof DocpinError || code === undefined) return toDocpinError(thrown);
  return new DocpinError(
    'unavailable',
    {
      what: `The installed packages could not be read (${code}).`,
      next: 'Install the dependencies again, or check the permissions of node_modules.',
    },
    { cause: thrown },
  );
}

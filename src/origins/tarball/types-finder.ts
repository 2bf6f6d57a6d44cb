import { DocpinError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { withTimeLimit } from '../../time-limit.ts';
import type { Located, Project, Wanted } from '../origin.ts';
import { declaresItself } from '../types/collect-declarations.ts';
import { typesPackageName } from '../types/types-package-name.ts';
import { archiveLimits } from './archive/archive-limits.ts';
import { listPackage } from './archive/archived-package.ts';
import { toAskedPackage } from './asked-package.ts';
import { keepTarball } from './download-tarball.ts';
import { mappedRegistry, type NpmConfig } from './npm-config/npm-config.ts';
import { registryTooSlow } from './registry/registry-error.ts';

/** A version that the registry has, and for whom it was asked. */
export interface FoundTarball {
  readonly located: Located;
  readonly project: Project | undefined;
  readonly config: NpmConfig;
}

export interface TypesFinderOptions<Found extends FoundTarball> {
  /** Asks the registry, also where it is asked for dependencies alone: the types belong to a library that was let through. */
  readonly find: (
    wanted: Wanted,
    project: Project | undefined,
    signal: AbortSignal,
  ) => Promise<Found | DocpinError>;
  /** Downloads a tarball and checks its hash. */
  readonly download: (found: Found, signal: AbortSignal) => Promise<Uint8Array>;
  readonly now: () => number;
  readonly log: Log;
  /** How long all requests for one library's types may take together. */
  readonly waitMs: number;
}

export interface TypesFinder {
  /**
   * Where the library ships no declarations, brings those of its `@types` package to this machine, in the newest version for
   * the same minor version of the library, else for the same major one. Rejects for a tarball that cannot be read and an
   * aborted signal, not for types that do not come: without them the docs are still worth reading.
   */
  addTypes(found: FoundTarball, packed: Uint8Array, signal: AbortSignal): Promise<Located>;
  /** Another location for ten minutes after the types could not be fetched: what is read without them is not the whole of it. */
  locationFor(location: string): string;
}

const retryAfterMs = 10 * 60_000;
const maxFailures = 1_000;
/** These stay until somebody changes the configuration; trying again would download the library for every question. */
const lasting: ReadonlySet<string> = new Set(['bad-config', 'unauthorized', 'forbidden']);

/** Where the types of a tarball are kept. */
export function typesFileOf(root: string): string {
  return `${root}.types`;
}

/** Creates the search for declarations that stand in a package of their own. */
export function createTypesFinder<Found extends FoundTarball>(
  options: TypesFinderOptions<Found>,
): TypesFinder {
  const { find, download, now, log, waitMs } = options;
  const failedAtMs = new Map<string, number>();

  async function fetchTypes(
    { located, project }: FoundTarball,
    signal: AbortSignal,
  ): Promise<Located['types']> {
    const name = typesPackageName(located.name);
    // A project may mean another package by that name, which is no business of this library.
    if (toAskedPackage({ name }, project).name !== name) return undefined;
    for (const version of rangesFor(located.version)) {
      const types = await find({ name, version }, project, signal);
      if (types instanceof DocpinError) continue;
      const { version: chosen, stamp } = types.located;
      // Its own file: somebody may be reading the package of types itself, and lets go of that one.
      const kept = { name, version: chosen, stamp, root: typesFileOf(located.root) };
      await keepTarball(kept.root, await download(types, signal), signal);
      return kept;
    }
    return undefined;
  }

  async function addTypes(found: FoundTarball, packed: Uint8Array, signal: AbortSignal): Promise<Located> {
    const { located, config } = found;
    // A scope that is mapped to a registry of its own is private, and so is the name of its types.
    if (mappedRegistry(located.name, config) !== undefined || located.name.startsWith('@types/'))
      return located;
    const { declarations } = await listPackage(packed, archiveLimits, signal);
    if (await declaresItself(declarations)) return located;
    // Of one that is tried again it has a suffix.
    const plain = located.location.replace(withoutTypes, '');
    try {
      const types = await withTimeLimit(
        signal,
        { limitMs: waitMs, error: () => registryTooSlow(waitMs) },
        (limited) => fetchTypes(found, limited),
      );
      failedAtMs.delete(plain);
      return { ...located, location: plain, ...(types === undefined ? {} : { types }) };
    } catch (thrown) {
      signal.throwIfAborted();
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      log.debug('The types of a package could not be fetched.', { library: located.name, why });
      if (thrown instanceof DocpinError && lasting.has(thrown.code)) return located;
      if (failedAtMs.size >= maxFailures) failedAtMs.clear();
      failedAtMs.set(plain, now());
      return { ...located, location: `${plain}${withoutTypes}` };
    }
  }

  return {
    addTypes,
    locationFor(location) {
      const atMs = failedAtMs.get(location);
      const isRecent = atMs !== undefined && Math.abs(now() - atMs) < retryAfterMs;
      return isRecent ? `${location}${withoutTypes}` : location;
    },
  };
}

const withoutTypes = ' without types';

function rangesFor(version: string): readonly string[] {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
  return major === undefined ? [] : [`~${major}.${minor}`, `^${major}`];
}

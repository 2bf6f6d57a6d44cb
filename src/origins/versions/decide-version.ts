import { versionMatches } from '../../library.ts';
import { aliasOf, type Elsewhere, elsewhereOf, unknownVersion } from '../lockfile/lockfile.ts';
import type { LockedVersion, LockfileState } from '../lockfile/lockfile-reader.ts';
import type { Located, Project } from '../origin.ts';
import { declaredFor, isPlainRange } from './plain-range.ts';
import { versionNotes } from './version-notes.ts';

/** What is known of a library when its version is decided. */
export interface VersionFacts {
  /** As it was asked for: the library's own name, or what the project calls it. */
  readonly name: string;
  /** Exact version, range or tag; undefined for the one in use. */
  readonly asked?: string | undefined;
  readonly project: Pick<Project, 'folder' | 'workspaceRoot' | 'dependencies'> | undefined;
  /** Of `Origin.locate` without a version, nearest first. */
  readonly installed: readonly Pick<Located, 'name' | 'version' | 'shownRoot'>[];
  /** Of `LockfileReader.lockedVersions`, nearest first. */
  readonly locked: readonly LockedVersion[];
  readonly lockfile?: LockfileState | undefined;
  /** The version that an origin found for a decision's `wanted`; with it, the notes of a second decision are exact. */
  readonly found?: string | undefined;
}

/**
 * Where the version comes from: what is installed, what the lockfile pins, the range in package.json, what was asked for and the
 * project does not have, or the newest one.
 */
export type VersionBasis = 'installed' | 'lockfile' | 'declared' | 'asked' | 'newest';

export interface VersionChoice {
  /** The library's own name, also where an alias was asked for. */
  readonly name: string;
  readonly basis: VersionBasis;
  /** Exact; undefined as long as only a registry can say which one `wanted` means. */
  readonly version?: string;
  /** What to ask an origin for: the exact version, else a range or a tag. */
  readonly wanted: string;
  /** Set where the library is not the registry's: no registry may be asked for it. */
  readonly resolvedElsewhere?: Elsewhere;
}

export interface VersionDecision extends VersionChoice {
  /** Whole sentences for the first lines of the answer. */
  readonly notes: readonly string[];
}

/**
 * Decides which version of a library is meant: the installed one, else the one in the lockfile, else the declared range, else the
 * newest; or the one that was asked for, from the project where it has such a one. Whatever is not plain stands in the notes.
 */
export function decideVersion(facts: VersionFacts): VersionDecision {
  const inUse = chooseInUse(facts);
  const chosen = withFound(facts.asked === undefined ? inUse : chooseAsked(facts, facts.asked, inUse), facts);
  return { ...chosen, notes: versionNotes(facts, chosen, inUse) };
}

function chooseInUse(facts: VersionFacts): VersionChoice {
  const [installed] = facts.installed;
  if (installed !== undefined) return fromInstalled(installed);
  // The nearest direct dependency; without one, what is there for the sake of something else.
  const locked = facts.locked.find(({ isDirect }) => isDirect) ?? facts.locked[0];
  if (locked !== undefined) return fromLocked(locked);
  const declared = declaredFor(facts.project, facts.name);
  if (declared === undefined) return { name: facts.name, basis: 'newest', wanted: 'latest' };
  const alias = aliasOf(declared);
  const range = alias?.range ?? declared;
  const elsewhere = elsewhereOf(range);
  return {
    name: alias?.name ?? facts.name,
    basis: 'declared',
    // A catalog's range stands in a file of the package manager, which is not read.
    wanted: isPlainRange(range) ? range.trim() : 'latest',
    ...(elsewhere === undefined ? {} : { resolvedElsewhere: elsewhere }),
  };
}

function chooseAsked(facts: VersionFacts, asked: string, inUse: VersionChoice): VersionChoice {
  const installed = facts.installed.find(({ version }) => versionMatches(version, asked));
  if (installed !== undefined) return fromInstalled(installed);
  const fitting = facts.locked.filter(
    ({ version }) => version !== unknownVersion && versionMatches(version, asked),
  );
  const locked = fitting.find(({ isDirect }) => isDirect) ?? fitting[0];
  if (locked !== undefined) return fromLocked(locked);
  const { name, resolvedElsewhere } = inUse;
  // What belongs to a folder or a file of the project may be anybody's on a registry; a fork of a public library is public.
  const isPrivate = resolvedElsewhere !== undefined && !['git', 'tarball'].includes(resolvedElsewhere);
  return { name, basis: 'asked', wanted: asked, ...(isPrivate ? { resolvedElsewhere } : {}) };
}

function fromInstalled({ name, version }: Pick<Located, 'name' | 'version'>): VersionChoice {
  return { name, basis: 'installed', version, wanted: version };
}

function fromLocked({ name, version, resolvedElsewhere }: LockedVersion): VersionChoice {
  return {
    name,
    basis: 'lockfile',
    ...(version === unknownVersion ? {} : { version }),
    wanted: version === unknownVersion ? 'latest' : version,
    ...(resolvedElsewhere === undefined ? {} : { resolvedElsewhere }),
  };
}

function withFound(choice: VersionChoice, { found }: VersionFacts): VersionChoice {
  const isOpen = choice.version === undefined && choice.resolvedElsewhere === undefined;
  return isOpen && found !== undefined ? { ...choice, version: found } : choice;
}

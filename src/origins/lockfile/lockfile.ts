import { isNpmName, versionMatches } from '../../library.ts';

/** Where a package comes from when it is not the registry's: its version there says nothing about a registry version. */
export type Elsewhere = 'file' | 'link' | 'workspace' | 'git' | 'tarball';

/** One package as a lockfile pins it. */
export interface LockedPackage {
  /** Its own name, also where the project calls it by an alias. */
  readonly name: string;
  /** Exact, or `unknownVersion`. */
  readonly version: string;
  readonly elsewhere?: Elsewhere;
  /** Of a link or a package of the workspace: its folder, relative to the lockfile. */
  readonly folder?: string;
}

/** Direct dependencies by the name that package.json calls them by. */
export type DirectPackages = ReadonlyMap<string, LockedPackage>;

/** A lockfile of any tool, as far as versions go. */
export interface Lockfile {
  /** By package folder, relative to the lockfile ('' is its own); undefined where the format has none (npm 1, yarn 1). */
  readonly importers?: ReadonlyMap<string, DirectPackages>;
  /** What a line of a package.json is pinned to; for formats without importers. */
  resolve(calledAs: string, declared: string): LockedPackage | undefined;
  /** Everything that is pinned under a package's own name, whoever needs it; what sits at the top comes first. */
  all(name: string): readonly LockedPackage[];
}

/** A lockfile that cannot be read; `message` says why in a few words of ours, never in those of the file. */
export class UnreadableLockfile extends Error {
  override readonly name = 'UnreadableLockfile';
}

/** What package managers take where a package has no version. */
export const unknownVersion = '0.0.0';

const exactVersion = /^\d+\.\d+\.\d+(?:[-+][\w.+-]{1,80})?$/;

export type ExactVersion = `${number}.${number}.${string}`;

/** Whether the text is one exact version; lockfiles are outside text, and a version ends up in answers and in requests. */
export function isExactVersion(text: string | undefined): text is ExactVersion {
  return text !== undefined && text.length <= 100 && exactVersion.test(text);
}

/**
 * Where a declared range or a resolved address points to; undefined for the registry. Protocols that nobody knows (`exec:`) count
 * as a file: better to ask no registry than to ask for somebody else's package of that name.
 */
export function elsewhereOf(address: string): Elsewhere | undefined {
  if (/^workspace:/.test(address)) return 'workspace';
  if (/^(?:link|portal):/.test(address)) return 'link';
  if (/^git[+@:]|^(?:github|gitlab|bitbucket|gist):|^https?:[^#]{1,500}\.git(?:#|$)/.test(address))
    return 'git';
  if (/^https?:/.test(address)) return 'tarball';
  if (/^(?:npm|catalog|patch|jsr):/.test(address)) return undefined;
  if (/^[a-z][a-z+.-]*:|^(?:\.{1,2}|~)?[/\\]|\.t(?:ar\.)?gz$/i.test(address)) return 'file';
  // npm's short form of a GitHub repository; a range has no slash.
  if (/^[\w.-]+\/[\w.-]+(?:#|$)/.test(address)) return 'git';
  return undefined;
}

/** The package and the range behind `npm:zod@^3`; undefined where it is no alias (`^3`, and yarn's `npm:^3`). */
export function aliasOf(declared: string): { readonly name: string; readonly range: string } | undefined {
  const match = /^npm:(@[^/@]+\/[^/@]+|[^/@]+)(?:@(.*))?$/.exec(declared);
  const [, name, range] = match ?? [];
  if (name === undefined || !isNpmName(name)) return undefined;
  // `npm:4.1.0` and `npm:latest` are yarn's way to write a range; npm itself never writes an alias without its range.
  return range === undefined && !name.startsWith('@') ? undefined : { name, range: range ?? '*' };
}

/** A pinned package from what a lockfile says; undefined for a version that is none and for a name that npm could not hold. */
export function toLocked(
  name: string,
  version: string | undefined,
  elsewhere?: Elsewhere,
  folder?: string,
): LockedPackage | undefined {
  if (!isNpmName(name)) return undefined;
  // A link or a file need not have a version; from the registry nothing comes without one.
  if (!isExactVersion(version) && elsewhere === undefined) return undefined;
  return {
    name,
    version: isExactVersion(version) ? version : unknownVersion,
    ...(elsewhere === undefined ? {} : { elsewhere }),
    ...(folder === undefined ? {} : { folder }),
  };
}

/** Of what is pinned under one name, the one that a declared range means where the lockfile does not hold the range itself. */
export function closest(candidates: readonly LockedPackage[], declared: string): LockedPackage | undefined {
  const elsewhere = elsewhereOf(declared);
  const alike = candidates.filter((each) => each.elsewhere === elsewhere);
  // One version only: an override (`resolutions`) or a catalog has replaced the range.
  if (new Set(alike.map(({ version }) => version)).size === 1) return alike[0];
  const range = aliasOf(declared)?.range ?? declared.replace(/^npm:/, '');
  return elsewhere === undefined ? alike.find(({ version }) => versionMatches(version, range)) : undefined;
}

const maxVersions = 1_000;

export interface PackageList {
  /** Under its own name when no other is given. */
  add(each: LockedPackage, under?: string): void;
  all(name: string): readonly LockedPackage[];
}

/** Collects packages by name, each version once and at most 1,000 of a name. */
export function createPackageList(): PackageList {
  const byName = new Map<string, LockedPackage[]>();
  return {
    add(each, under = each.name) {
      const same = byName.get(under);
      if (same === undefined) byName.set(under, [each]);
      else if (same.length < maxVersions && !same.some((other) => isSame(other, each))) same.push(each);
    },
    all: (name) => byName.get(name) ?? [],
  };
}

function isSame(a: LockedPackage, b: LockedPackage): boolean {
  return a.name === b.name && a.version === b.version && a.elsewhere === b.elsewhere && a.folder === b.folder;
}

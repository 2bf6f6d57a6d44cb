import { DocpinError } from '../../errors.ts';
import { compareVersions } from '../../library.ts';
import type { Located, Origin, Project, SkippedFile, Wanted } from '../../origins/origin.ts';
import { plainPath } from './describe-place.ts';

/** Asks the origins in their order; the first that has the library is the one that answers. Nearest place first. */
export async function locateLibrary(
  origins: readonly Origin[],
  wanted: Wanted,
  project: Project | undefined,
  signal: AbortSignal,
): Promise<readonly Located[]> {
  for (const origin of origins) {
    const located = await origin.locate(wanted, project, signal);
    if (located.length > 0) return located;
  }
  return [];
}

/** What an origin has of a library that the project does not have. Rejects where it is not asked on purpose, and where it has other versions. */
export async function locateStranger(
  origin: Origin,
  wanted: Wanted,
  project: Project | undefined,
  signal: AbortSignal,
): Promise<Located | undefined> {
  const refusal = (await origin.foresee?.(wanted, project, signal))?.refusal;
  if (refusal !== undefined) throw refusal;
  const [located] = await origin.locate(wanted, project, signal);
  if (located !== undefined) return located;
  const reason = await origin.explain?.(wanted, project, signal);
  // That there is no such package is the usual case.
  if (reason !== undefined && reason.code !== 'library-not-found') throw reason;
  return undefined;
}

/** Why no origin has the library, where one of them can say more than that. */
export async function explainMissing(
  origins: readonly Origin[],
  wanted: Wanted,
  project: Project | undefined,
  signal: AbortSignal,
): Promise<DocpinError | undefined> {
  for (const origin of origins) {
    const why = await origin.explain?.(wanted, project, signal);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** The distinct versions of what was located, newest first. */
export function versionsOf(located: readonly Located[]): readonly string[] {
  return [...new Set(located.map(({ version }) => version))].sort((a, b) => compareVersions(b, a));
}

/** The library is there, but not in the version that was asked for. */
export function versionNotFound(name: string, wanted: string, located: readonly Located[]): DocpinError {
  const versions = versionsOf(located).slice(0, 5);
  const there = versions.map((version) => `${name}@${version}`);
  return new DocpinError('version-not-found', {
    what: `${name}@${wanted} is not installed in this project; ${there.join(', ')} ${there.length === 1 ? 'is' : 'are'}.`,
    next: `Ask for npm:${there[0] ?? name} to read what is installed.`,
  });
}

/** The library is not there at all: not installed, not declared, or no project is known. */
export function libraryNotFound(name: string, project: Project | undefined): DocpinError {
  if (project === undefined) {
    return new DocpinError('library-not-found', {
      what: `No project is known, so there are no installed packages to look for ${name} in.`,
      next: 'Name the project: the `project` argument of the call, `--project <folder>`, or DOCPIN_PROJECT.',
    });
  }
  const declared = project.dependencies.get(name);
  if (declared !== undefined) {
    return new DocpinError('version-not-found', {
      what: `${name} is declared in package.json (${declaredText(declared.declared)}), but not installed.`,
      next: 'Install the dependencies of the project, then ask again.',
    });
  }
  return new DocpinError('library-not-found', {
    what: `${name} is not installed in this project.`,
    next: 'Call resolve-library to see what there is under a similar name.',
  });
}

/** The library is there and ships nothing to read, or nothing that can be read. */
export function noDocs({ name, version }: Located, [skipped]: readonly SkippedFile[]): DocpinError {
  if (skipped !== undefined) {
    return new DocpinError('no-docs', {
      what: `The installed package ${name}@${version} has no docs that can be read: ${plainPath(skipped.path)} was not read: ${skipped.why}.`,
      next: `Call resolve-library with ${name} to see which other sources have it.`,
    });
  }
  return new DocpinError('no-docs', {
    what: `The installed package ${name}@${version} ships no docs.`,
    next: `Call resolve-library with ${name} to see which other sources have it, or read its type declarations.`,
  });
}

/** A range is the project's own text: shown only as far as it looks like one. */
function declaredText(declared: string): string {
  return /^[\w.+~^<>=*|@:/ -]{1,60}$/.test(declared) ? declared : 'in a form of its own';
}

/** The library is one of the project's own, or comes from somewhere that docpin does not read. */
export function notOfRegistry(name: string, notes: readonly string[]): DocpinError {
  return new DocpinError('library-not-found', {
    what: [`${name} is not installed in this project.`, ...notes].join(' '),
    next: 'Install the dependencies of the project to read what it ships.',
  });
}

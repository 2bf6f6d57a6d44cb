import { type DocpinError, toDocpinError } from '../../errors.ts';
import type { Origin, Project } from '../../origins/origin.ts';
import type { VersionBasis } from '../../origins/versions/decide-version.ts';
import type { ProjectVersions } from '../../origins/versions/project-versions.ts';

/** A library that the project asks for or pins, and that is not installed. */
export interface MissingLibrary {
  /** Its own name, also where the project calls it by an alias. */
  readonly name: string;
  /** Exact, where the lockfile pins one. */
  readonly version: string | undefined;
  /** Where the version comes from; `newest` where the project does not have the library in any way. */
  readonly basis: VersionBasis;
  /** Why it cannot be read before it is installed; undefined where the registry would be asked for it. */
  readonly refusal: Pick<DocpinError, 'what'> | undefined;
}

/** What can be said of a library that is not installed, without the network. */
export type ForeseeMissing = (name: string, project: Project, signal: AbortSignal) => Promise<MissingLibrary>;

export interface ForeseeMissingOptions {
  readonly registry: (() => Promise<Origin>) | undefined;
  readonly decideVersion: ProjectVersions;
}

/** Creates what says from where a library that is not installed would be read, and in which version. */
export function createForeseeMissing({ registry, decideVersion }: ForeseeMissingOptions): ForeseeMissing {
  async function refusalOf(
    wanted: { readonly name: string; readonly version: string },
    project: Project,
    signal: AbortSignal,
  ): Promise<MissingLibrary['refusal']> {
    if (registry === undefined) return notInstalled;
    try {
      const origin = await registry();
      return (await origin.foresee?.(wanted, project, signal))?.refusal;
    } catch (thrown) {
      signal.throwIfAborted();
      return toDocpinError(thrown);
    }
  }

  return async function foreseeMissing(name, project, signal) {
    const decision = await decideVersion({ name, project, installed: [] });
    const { version, wanted, basis, resolvedElsewhere } = decision;
    const found = { name: decision.name, basis };
    // Nothing has to be known of the registry for either.
    if (basis === 'newest') return { ...found, version: undefined, refusal: notInstalled };
    if (resolvedElsewhere !== undefined) return { ...found, version: undefined, refusal: notPublished };
    const refusal = await refusalOf({ name: decision.name, version: wanted }, project, signal);
    return { ...found, version, refusal };
  };
}

const notInstalled = { what: 'not installed' };
const notPublished = { what: 'not of the registry, so it is read only when it is installed' };

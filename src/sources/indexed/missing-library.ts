import { type DocpinError, toDocpinError } from '../../errors.ts';
import type { Located, Origin, Project, Wanted } from '../../origins/origin.ts';
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
  /** Read before, so that nobody has to be asked for it. */
  readonly remembered: Located | undefined;
}

/** What can be said of a library that is not installed, without the network. */
export type ForeseeMissing = (name: string, project: Project, signal: AbortSignal) => Promise<MissingLibrary>;

export interface ForeseeMissingOptions {
  readonly registry: (() => Promise<Origin>) | undefined;
  readonly decideVersion: ProjectVersions;
}

/** Creates what says from where a library that is not installed would be read, and in which version. */
export function createForeseeMissing({ registry, decideVersion }: ForeseeMissingOptions): ForeseeMissing {
  async function outlookOf(
    wanted: Wanted,
    project: Project,
    signal: AbortSignal,
  ): Promise<Pick<MissingLibrary, 'refusal' | 'remembered'>> {
    if (registry === undefined) return refused('not installed');
    try {
      const { refusal, remembered } = (await (await registry()).foresee?.(wanted, project, signal)) ?? {};
      return { refusal, remembered };
    } catch (thrown) {
      signal.throwIfAborted();
      return refused(toDocpinError(thrown).what);
    }
  }

  return async function foreseeMissing(name, project, signal) {
    const decision = await decideVersion({ name, project, installed: [] });
    const { version, wanted, basis, resolvedElsewhere } = decision;
    const found = { name: decision.name, basis };
    // Nothing has to be known of the registry for either.
    if (basis === 'newest') return { ...found, version: undefined, ...refused('not installed') };
    if (resolvedElsewhere !== undefined) return { ...found, version: undefined, ...refused(notPublished) };
    return {
      ...found,
      version,
      ...(await outlookOf({ name: decision.name, version: wanted }, project, signal)),
    };
  };
}

const notPublished = 'not of the registry, so it is read only when it is installed';

function refused(what: string): Pick<MissingLibrary, 'refusal' | 'remembered'> {
  return { refusal: { what }, remembered: undefined };
}

import type { CallContext } from '../../call.ts';
import { DocpinError, toDocpinError } from '../../errors.ts';
import type { FindProject, Located, Origin, OriginFacts, Project, Wanted } from '../../origins/origin.ts';
import type { ProjectVersions } from '../../origins/versions/project-versions.ts';
import {
  libraryNotFound,
  locateStranger,
  notOfRegistry,
  versionNotFound,
  versionsOf,
} from './locate-library.ts';

export interface PlaceFinderOptions {
  readonly findProject: FindProject;
  readonly installed: Origin;
  /** The registry, made when it is first needed; undefined where it may not be asked at all. */
  readonly registry: (() => Promise<Origin>) | undefined;
  readonly decideVersion: ProjectVersions;
}

/** The place whose files answer for a library. */
export interface Place {
  readonly located: Located;
  readonly origin: Origin;
  readonly project: Project | undefined;
  /** What is not plain about the version, in whole sentences. */
  readonly notes: readonly string[];
  /** What the origin knows of it beyond its files. */
  readonly facts: OriginFacts | undefined;
}

export interface AskedLibrary {
  readonly name: string;
  /** Exact version, range or tag. */
  readonly version?: string | undefined;
}

export interface PlaceFinder {
  /** Where the library is read in the version that is meant. Rejects with an error that says which versions there are. */
  find(asked: AskedLibrary, call: CallContext): Promise<Place>;
  /** The id's parts for a name that the project has: installed, locked or declared. Undefined for any other. */
  nameInProject(asked: AskedLibrary, call: CallContext): Promise<AskedLibrary | undefined>;
  /** The same for a package that only the registry has, by its very name. Rejects where it is not asked on purpose. */
  nameInRegistry(asked: AskedLibrary, call: CallContext): Promise<AskedLibrary | undefined>;
  /** Whether a library of this name is the project's in any way: nobody else's package is meant by it then. */
  isOfProject(name: string, call: CallContext): Promise<boolean>;
}

/** Creates the search for the place that answers: what is installed first, then the registry at the version that is meant. */
export function createPlaceFinder(options: PlaceFinderOptions): PlaceFinder {
  const { findProject, installed: installedOrigin, registry, decideVersion } = options;

  async function search(name: string, call: CallContext): Promise<Searched> {
    const { signal } = call;
    const project = await findProject(call);
    const installed = project === undefined ? [] : await installedOrigin.locate({ name }, project, signal);
    return { project, installed, signal };
  }

  async function find({ name, version: asked }: AskedLibrary, call: CallContext): Promise<Place> {
    const searched = await search(name, call);
    const { project, installed } = searched;
    const inUse = await decideVersion({ name, project, installed });
    // A name that was turned into an id carries the version in use: that is not one that somebody asked for.
    const isAsked = asked !== undefined && asked !== inUse.version;
    const decision = isAsked ? await decideVersion({ name, asked, project, installed }) : inUse;
    const { version, notes } = decision;
    const here =
      decision.basis === 'installed' ? installed.find((each) => each.version === version) : undefined;
    if (here !== undefined)
      return { located: here, origin: installedOrigin, project, notes, facts: undefined };
    if (decision.resolvedElsewhere !== undefined) throw notOfRegistry(name, notes);
    if (registry === undefined) throw await whyNotInstalled({ name, version: asked }, searched);

    const wanted = { name: decision.name, version: decision.wanted };
    const { origin, located } = await findInRegistry(registry, wanted, searched);
    const exact =
      version === undefined
        ? await decideVersion({
            name,
            asked: isAsked ? asked : undefined,
            project,
            installed,
            found: located.version,
          })
        : decision;
    return {
      located,
      origin,
      project,
      notes: exact.notes,
      facts: await origin.describe?.(located, call.signal),
    };
  }

  async function whyNotInstalled({ name, version }: AskedLibrary, searched: Searched): Promise<DocpinError> {
    const { project, installed, signal } = searched;
    if (installed.length > 0 && version !== undefined) return versionNotFound(name, version, installed);
    return (await installedOrigin.explain?.({ name }, project, signal)) ?? libraryNotFound(name, project);
  }

  async function nameInProject(asked: AskedLibrary, call: CallContext): Promise<AskedLibrary | undefined> {
    const { name, version } = asked;
    const searched = await search(name, call);
    const { project, installed } = searched;
    if (project === undefined) return undefined;
    const inUse = await decideVersion({ name, project, installed });
    if (inUse.basis === 'newest') {
      // Installed, but unreadable, is of the project too; nobody else may answer for it.
      const broken = await installedOrigin.explain?.({ name }, project, call.signal);
      if (broken !== undefined) throw broken;
      return undefined;
    }
    const meant =
      version === undefined ? inUse : await decideVersion({ name, asked: version, project, installed });
    if (meant.basis !== 'installed' && registry === undefined) throw await whyNotInstalled(asked, searched);
    return { name: meant.basis === 'installed' ? meant.name : name, version: meant.version ?? version };
  }

  async function nameInRegistry(asked: AskedLibrary, call: CallContext): Promise<AskedLibrary | undefined> {
    if (registry === undefined) return undefined;
    const wanted = { name: asked.name, version: asked.version ?? 'latest' };
    const project = await findProject(call);
    const located = await locateStranger(await registry(), wanted, project, call.signal);
    return located === undefined ? undefined : { name: asked.name, version: located.version };
  }

  async function isOfProject(name: string, call: CallContext): Promise<boolean> {
    const project = await findProject(call);
    if (project === undefined) return false;
    // No file has to be read for what package.json says.
    if (project.dependencies.has(name)) return true;
    const { installed } = await search(name, call);
    const { basis } = await decideVersion({ name, project, installed });
    return (
      basis !== 'newest' || (await installedOrigin.explain?.({ name }, project, call.signal)) !== undefined
    );
  }

  return { find, nameInProject, nameInRegistry, isOfProject };
}

interface Searched {
  readonly project: Project | undefined;
  readonly installed: readonly Located[];
  readonly signal: AbortSignal;
}

/** What the registry has; its refusals also say what the project has, because that is what can be read now. */
async function findInRegistry(
  registry: () => Promise<Origin>,
  wanted: Wanted,
  searched: Searched,
): Promise<{ readonly origin: Origin; readonly located: Located }> {
  const { project, installed, signal } = searched;
  try {
    const origin = await registry();
    const [located] = await origin.locate(wanted, project, signal);
    if (located !== undefined) return { origin, located };
    throw (await origin.explain?.(wanted, project, signal)) ?? libraryNotFound(wanted.name, project);
  } catch (thrown) {
    const error = toDocpinError(thrown);
    if (signal.aborted) throw error;
    const { code, next, retryAtMs } = error;
    throw new DocpinError(
      code === 'library-not-found' && installed.length > 0 ? 'version-not-found' : code,
      { what: `${whatIsHere(wanted.name, searched)} ${error.what}`, next },
      { cause: error, ...(retryAtMs === undefined ? {} : { retryAtMs }) },
    );
  }
}

function whatIsHere(name: string, { project, installed }: Searched): string {
  if (installed.length > 0) {
    const versions = versionsOf(installed).slice(0, 5);
    const shown = versions.map((version) => `${name}@${version}`).join(', ');
    return `${shown} ${versions.length === 1 ? 'is' : 'are'} installed.`;
  }
  return project?.dependencies.has(name) === true
    ? libraryNotFound(name, project).what
    : `${name} is not installed.`;
}

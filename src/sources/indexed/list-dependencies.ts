import { DocpinError } from '../../errors.ts';
import type { Dependency, Origin, Project } from '../../origins/origin.ts';
import type { ListedLibrary, Listing } from '../source.ts';
import { surveyText } from './coverage.ts';
import type { Limit } from './limit-concurrency.ts';
import { explainMissing, locateLibrary } from './locate-library.ts';

export interface ListDependenciesOptions {
  readonly origins: readonly Origin[];
  readonly project: Project;
  readonly limit: Limit;
  readonly signal: AbortSignal;
}

/** Every direct dependency with the version in use and what there is to read, in order of their names; reads no docs. */
export async function listDependencies(options: ListDependenciesOptions): Promise<Listing> {
  const { project, limit } = options;
  const dependencies = [...project.dependencies.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (dependencies.length === 0 && project.lacksDependencies === true) throw nothingKnown(project);
  const libraries = await Promise.all(dependencies.map((each) => limit(() => listOne(each, options))));
  return { project: project.folder, notes: project.notes, libraries };
}

async function listOne(
  { name, declared }: Dependency,
  { origins, project, signal }: ListDependenciesOptions,
): Promise<ListedLibrary> {
  const [nearest] = await locateLibrary(origins, { name }, project, signal);
  const origin = origins.find((each) => each.name === nearest?.origin);
  if (nearest === undefined || origin === undefined) {
    const why = await explainMissing(origins, { name }, project, signal);
    const state = why === undefined ? 'not installed' : 'not readable';
    return { name, version: undefined, declared, origin: state, coverage: why?.what ?? state };
  }
  const coverage = surveyText(await origin.survey(nearest, signal));
  return { name, version: nearest.version, declared, origin: origin.name, coverage };
}

/** An empty list would say that there are none. */
function nothingKnown({ notes }: Project): DocpinError {
  return new DocpinError('bad-input', {
    what: ['The dependencies of the project are not known.', ...notes.slice(0, 3)].join(' '),
    next: 'Mend that, then ask again.',
  });
}

import { DocpinError } from '../../errors.ts';
import type { Dependency, Origin, Project } from '../../origins/origin.ts';
import type { ListedLibrary, Listing } from '../source.ts';
import type { CoverageOf, IndexedCoverage } from './coverage.ts';
import type { Limit } from './limit-concurrency.ts';
import { explainMissing, locateLibrary } from './locate-library.ts';
import type { ForeseeMissing } from './missing-library.ts';

export interface ListDependenciesOptions {
  readonly origins: readonly Origin[];
  readonly coverageOf: CoverageOf;
  readonly indexedCoverage: IndexedCoverage;
  readonly foreseeMissing: ForeseeMissing;
  readonly project: Project;
  readonly limit: Limit;
  readonly signal: AbortSignal;
}

/**
 * Every direct dependency with the version in use and what there is to read, in order of their names. Reads no docs and asks
 * nobody: of what is not installed it says where it would be read.
 */
export async function listDependencies(options: ListDependenciesOptions): Promise<Listing> {
  const { project, limit } = options;
  const dependencies = [...project.dependencies.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (dependencies.length === 0 && project.lacksDependencies === true) throw nothingKnown(project);
  const libraries = await Promise.all(dependencies.map((each) => limit(() => listOne(each, options))));
  return { project: project.folder, notes: project.notes, libraries };
}

async function listOne(dependency: Dependency, options: ListDependenciesOptions): Promise<ListedLibrary> {
  const { name, declared } = dependency;
  const { origins, project, signal } = options;
  const [nearest] = await locateLibrary(origins, { name }, project, signal);
  if (nearest === undefined) return listMissing(dependency, options);
  const coverage = await options.coverageOf(nearest, signal);
  return { name, version: nearest.version, declared, origin: 'installed', coverage };
}

async function listMissing(
  { name, declared }: Dependency,
  { origins, project, signal, foreseeMissing, indexedCoverage }: ListDependenciesOptions,
): Promise<ListedLibrary> {
  const broken = await explainMissing(origins, { name }, project, signal);
  if (broken !== undefined)
    return { name, version: undefined, declared, origin: 'not readable', coverage: broken.what };
  const { version, refusal, remembered } = await foreseeMissing(name, project, signal);
  const indexed = remembered === undefined ? undefined : await indexedCoverage(remembered);
  const isPinned = version !== undefined;
  return {
    name,
    version,
    declared,
    origin: refusal === undefined ? 'registry' : 'not installed',
    coverage: refusal?.what ?? indexed ?? 'not read yet',
    ...(isPinned ? { versionFrom: 'lockfile' } : {}),
  };
}

/** An empty list would say that there are none. */
function nothingKnown({ notes }: Project): DocpinError {
  return new DocpinError('bad-input', {
    what: ['The dependencies of the project are not known.', ...notes.slice(0, 3)].join(' '),
    next: 'Mend that, then ask again.',
  });
}

import { isNpmName, printLibrary } from '../../../library.ts';
import type { Located, Origin, Project } from '../../../origins/origin.ts';
import type { Candidate, ResolveRequest } from '../../source.ts';
import type { CoverageOf, IndexedCoverage } from '../coverage.ts';
import type { Limit } from '../limit-concurrency.ts';
import { explainMissing, locateLibrary, versionsOf } from '../locate-library.ts';
import type { ForeseeMissing } from '../missing-library.ts';
import { matchName, type NameMatch } from './match-name.ts';

export interface FindCandidatesOptions {
  readonly origins: readonly Origin[];
  readonly coverageOf: CoverageOf;
  readonly indexedCoverage: IndexedCoverage;
  readonly foreseeMissing: ForeseeMissing;
  readonly project: Project;
  readonly limit: Limit;
  readonly signal: AbortSignal;
}

interface Match {
  readonly name: string;
  readonly match: NameMatch;
  readonly isDirect: boolean;
  readonly rank: number;
  readonly located: readonly Located[];
}

const maxCandidates = 10;
/** A dependency beats a package that merely is there, unless that one has the very name. */
const directBonus = 0.15;
const describedBonus = 0.05;

/** The libraries of a project that are like a name or a description, best first. */
export async function findCandidates(
  request: ResolveRequest,
  options: FindCandidatesOptions,
): Promise<readonly Candidate[]> {
  const direct = await matchDirect(request, options);
  const present = await matchPresent(request, options);
  const matches = [...direct, ...present, ...matchLocked(request, [...direct, ...present])];
  const best = matches.sort((a, b) => b.rank - a.rank || (a.name < b.name ? -1 : 1)).slice(0, maxCandidates);
  const candidates = await Promise.all(best.map((match) => options.limit(() => toCandidate(match, options))));
  return candidates.filter((candidate) => candidate !== undefined);
}

async function matchDirect(
  request: ResolveRequest,
  options: FindCandidatesOptions,
): Promise<readonly Match[]> {
  const { origins, project, signal, limit } = options;
  const matches = [...project.dependencies.keys()].map((name) =>
    limit(async (): Promise<Match | undefined> => {
      const located = await locateLibrary(origins, { name }, project, signal);
      const about = located[0]?.about;
      const named = { name: located[0]?.name ?? name, ...about };
      const match = better(matchName(request.name, { name }), matchName(request.name, named));
      if (match === undefined) return undefined;
      const isDescribed = request.query !== undefined && matchName(request.query, named) !== undefined;
      const rank = match.score + directBonus + (isDescribed ? describedBonus : 0);
      return { name, match, isDirect: true, rank, located };
    }),
  );
  return (await Promise.all(matches)).filter((match) => match !== undefined);
}

/** Packages that are installed without being asked for match by their names only: reading hundreds of them takes too long. */
async function matchPresent(
  request: ResolveRequest,
  options: FindCandidatesOptions,
): Promise<readonly Match[]> {
  const { origins, project, signal } = options;
  const names = await Promise.all(origins.map((origin) => origin.present?.(project, signal) ?? []));
  return [...new Set(names.flat())]
    .filter((name) => !project.dependencies.has(name))
    .flatMap((name) => {
      const match = matchName(request.name, { name });
      return match === undefined ? [] : [{ name, match, isDirect: false, rank: match.score, located: [] }];
    });
}

/**
 * The very name, which a lockfile may pin for the sake of something else, or the project may have under another name. Whether it
 * does is asked when the candidate is made.
 */
function matchLocked({ name }: ResolveRequest, others: readonly Match[]): readonly Match[] {
  if (!isNpmName(name)) return [];
  if (others.some((other) => other.name === name || other.located[0]?.name === name)) return [];
  const match: NameMatch = { score: 1, how: 'exact', why: 'its very name' };
  return [{ name, match, isDirect: false, rank: match.score, located: [] }];
}

async function toCandidate(match: Match, options: FindCandidatesOptions): Promise<Candidate | undefined> {
  const { origins, project, signal } = options;
  const { name } = match;
  const located =
    match.located.length > 0 ? match.located : await locateLibrary(origins, { name }, project, signal);
  const [nearest] = located;
  if (nearest === undefined) return missingCandidate(match, options);
  const description = nearest.about?.description;
  return {
    id: printLibrary({ kind: 'npm', name: nearest.name, version: nearest.version }),
    title: nearest.name,
    ...(description === undefined ? {} : { description }),
    match: kindOf(match),
    why: `${placeOf(match, project)}, ${match.match.why}`,
    versions: versionsOf(located).slice(0, maxCandidates),
    coverage: await options.coverageOf(nearest, signal),
  };
}

function placeOf({ isDirect }: Match, { lacksDependencies = false }: Project): string {
  if (isDirect) return 'dependency of this project';
  return lacksDependencies ? 'installed' : 'installed, but not a direct dependency';
}

async function missingCandidate(
  match: Match,
  { origins, project, foreseeMissing, indexedCoverage, signal }: FindCandidatesOptions,
): Promise<Candidate | undefined> {
  // Installed, but unreadable: whoever asks for it is told why.
  if ((await explainMissing(origins, { name: match.name }, project, signal)) !== undefined) {
    const why = `installed, but it cannot be read; ${match.match.why}`;
    const id = printLibrary({ kind: 'npm', name: match.name });
    return { id, title: match.name, match: kindOf(match), why, versions: [] };
  }
  const { name, version, basis, refusal, remembered } = await foreseeMissing(match.name, project, signal);
  if (basis === 'newest') return undefined;
  const coverage = remembered === undefined ? undefined : await indexedCoverage(remembered);
  const pinned = version === undefined ? [] : [version];
  const place = match.isDirect || basis === 'declared' ? 'declared by' : 'in the lockfile of';
  const state = refusal === undefined ? 'not installed, but read from the registry' : 'but not installed';
  return {
    id: printLibrary({ kind: 'npm', name, ...(version === undefined ? {} : { version }) }),
    title: name,
    match: kindOf(match),
    why: `${place} this project, ${state}; ${match.match.why}`,
    versions: pinned,
    ...(coverage === undefined ? {} : { coverage }),
  };
}

/** A likeness stays one, also to a dependency, and so does another way of writing a name: offered, never opened unasked. */
function kindOf({ match, isDirect }: Match): Candidate['match'] {
  if (match.how !== 'exact') return match.how;
  if (isDirect) return 'dependency';
  return match.score === 1 ? 'exact' : 'similar';
}

function better(a: NameMatch | undefined, b: NameMatch | undefined): NameMatch | undefined {
  return (a?.score ?? 0) >= (b?.score ?? 0) ? a : b;
}

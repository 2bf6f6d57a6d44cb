import type { CallContext } from '../../../call.ts';
import { DocpinError } from '../../../errors.ts';
import { printLibrary } from '../../../library.ts';
import type { FindProject, Located, Origin, OriginFacts, Project } from '../../../origins/origin.ts';
import { withTimeLimit } from '../../../time-limit.ts';
import type { Candidate } from '../../source.ts';
import type { IndexedCoverage } from '../coverage.ts';
import { standingOf } from '../describe-place.ts';
import { locateStranger } from '../locate-library.ts';

export interface OfferStrangerOptions {
  readonly findProject: FindProject;
  readonly registry: () => Promise<Origin>;
  readonly indexedCoverage: IndexedCoverage;
  /** How long the registry may take. */
  readonly waitMs: number;
}

/**
 * The registry's package of exactly this name, as a candidate that says that nobody in the project chose it; none where the
 * registry has none. Rejects where the registry was not asked on purpose, or failed.
 */
export async function offerStranger(
  name: string,
  { findProject, registry, indexedCoverage, waitMs }: OfferStrangerOptions,
  call: CallContext,
): Promise<readonly Candidate[]> {
  const project = await findProject(call);
  return withTimeLimit(call.signal, { limitMs: waitMs, error: () => tooSlow(waitMs) }, async (signal) => {
    const origin = await registry();
    const located = await locateStranger(origin, { name }, project, signal);
    if (located === undefined) return [];
    // What is known beside its name and version must not cost the name, also when it is out of time.
    const facts = await origin.describe?.(located, signal).catch(() => undefined);
    const coverage = await indexedCoverage(located);
    return [{ ...toCandidate(located, facts, project), ...(coverage === undefined ? {} : { coverage }) }];
  });
}

function toCandidate(
  { name, version }: Located,
  facts: OriginFacts | undefined,
  project: Project | undefined,
): Candidate {
  const isKnownStranger = project !== undefined && project.lacksDependencies !== true;
  return {
    id: printLibrary({ kind: 'npm', name, version }),
    title: name,
    match: 'exact',
    why: [
      'from the registry',
      ...(isKnownStranger ? ['NOT a dependency of this project'] : []),
      ...(facts === undefined ? [] : standingOf(facts)),
      ...(facts?.isDeprecated === true ? ['deprecated'] : []),
    ].join(', '),
    versions: [...new Set([...(facts?.taggedVersions ?? []), version])],
  };
}

function tooSlow(waitMs: number): DocpinError {
  return new DocpinError('timed-out', {
    what: `The registry did not answer within ${Math.round(waitMs / 100) / 10} s.`,
    next: 'Ask again in a moment.',
  });
}

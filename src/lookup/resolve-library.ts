import type { CallContext } from '../call.ts';
import { DocpinError, type ErrorCode, toDocpinError } from '../errors.ts';
import type { Candidate, ResolveRequest, Source } from '../sources/source.ts';
import { withTimeLimit } from '../time-limit.ts';
import type { LookupOptions, Resolution } from './lookup.ts';
import { cleanInline } from './text/clean-text.ts';

export interface ResolveOptions extends Pick<LookupOptions, 'sources' | 'log'> {
  /** Leaves out what the project does not have, where the caller has asked for that already. */
  readonly isOnlyHere?: boolean;
}

/** How long one source may take before the others' candidates are given without its own. */
const sourceDeadlineMs = 10_000;
const maxCandidates = 10;
const order: readonly Candidate['match'][] = ['dependency', 'exact', 'similar', 'search'];
/** Nothing failed, but somebody was not asked on purpose: worth a word only where nothing else was found. */
const refusals: ReadonlySet<ErrorCode> = new Set(['library-not-found', 'offline']);

/**
 * Asks every source side by side and orders what came: dependencies of the project, then exact matches, then the popular. A
 * source that failed is a line in `failures`. Rejects with `library-not-found` when nothing was found anywhere.
 */
export async function resolveLibrary(
  options: ResolveOptions,
  request: ResolveRequest,
  call: CallContext,
): Promise<Resolution['facts']> {
  const problems: DocpinError[] = [];

  async function ask(
    source: Source,
    work: (limited: CallContext) => Promise<readonly Candidate[]> | undefined,
  ): Promise<readonly Candidate[]> {
    const limit = { limitMs: sourceDeadlineMs, error: () => tooSlow(source.name) };
    try {
      return (await withTimeLimit(call.signal, limit, async (signal) => work({ ...call, signal }))) ?? [];
    } catch (thrown) {
      const error = toDocpinError(thrown);
      if (call.signal.aborted || error.code === 'bad-input') throw error;
      options.log.info('source failed to resolve', { source: source.name, code: error.code });
      problems.push(error);
      return [];
    }
  }

  const found = await Promise.all(
    options.sources.flatMap((source) => [
      ask(source, (limited) => source.resolve(request, limited)),
      ...(options.isOnlyHere === true
        ? []
        : [ask(source, (limited) => source.resolveElsewhere?.(request, limited))]),
    ]),
  );
  const candidates = found.flat().map(cleanCandidate).sort(byStrength).slice(0, maxCandidates);
  const failures = problems.filter(({ code }) => !refusals.has(code));
  if (candidates.length === 0) throw nothingFound(request, [...failures, ...problems]);
  return { candidates, failures: failures.map(({ what }) => what) };
}

function byStrength(a: Candidate, b: Candidate): number {
  return order.indexOf(a.match) - order.indexOf(b.match) || (b.popularity ?? 0) - (a.popularity ?? 0);
}

function cleanCandidate(candidate: Candidate): Candidate {
  const { description, ...rest } = candidate;
  return {
    ...rest,
    title: cleanInline(candidate.title, 100),
    ...(description === undefined ? {} : { description: cleanInline(description, 240) }),
    versions: candidate.versions.map((version) => cleanInline(version, 40)).slice(0, 10),
  };
}

function tooSlow(source: string): DocpinError {
  return new DocpinError('timed-out', {
    what: `The source ${source} did not answer within ${sourceDeadlineMs / 1_000} s.`,
    next: 'Ask again in a moment.',
  });
}

/** Where a source failed, that failure is what the caller has to know; "not found" would only be a guess. */
function nothingFound(request: ResolveRequest, [problem]: readonly DocpinError[]): DocpinError {
  const what = `No library is called "${cleanInline(request.name, 80)}" here, nor anything like it.`;
  if (problem !== undefined) {
    const { code, next, retryAtMs } = problem;
    return new DocpinError(
      code,
      { what: `${what} ${problem.what}`, next },
      { cause: problem, ...(retryAtMs === undefined ? {} : { retryAtMs }) },
    );
  }
  return new DocpinError('library-not-found', {
    what,
    next: 'Check the spelling, try the package name as it stands in package.json, or run `docpin list` for what the project has.',
  });
}

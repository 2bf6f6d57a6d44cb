import type { CallContext } from '../call.ts';
import { DocpinError, type ErrorCode, toDocpinError } from '../errors.ts';
import { type LibraryId, type LibraryName, parseLibrary, printLibrary } from '../library.ts';
import type { Source } from '../sources/source.ts';
import type { LookupOptions } from './lookup.ts';
import { resolveLibrary } from './resolve-library.ts';
import { cleanInline } from './text/clean-text.ts';

export interface Identified {
  readonly source: Source;
  readonly library: LibraryId;
  /** What the answer must say about how the library was found, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Says which library is meant and which source owns it. An id is taken as it is; a name is asked of each source in turn, and
 * only its very name counts: likenesses are offered in the error, never opened.
 */
export async function identifyLibrary(
  options: LookupOptions,
  text: string,
  call: CallContext,
): Promise<Identified> {
  const reference = parseLibrary(text);
  if (reference.kind === 'name') return identifyName(options, reference, call);
  const source = options.sources.find((candidate) => candidate.owns(reference));
  if (source !== undefined) return { source, library: reference, notes: [] };
  throw new DocpinError('bad-input', {
    what: `Nothing that is switched on answers "${cleanInline(printLibrary(reference), 120)}".`,
    next: options.offHints[reference.kind] ?? 'Give another id; resolve-library finds one.',
  });
}

/** Failures that decide the call: asking another source would answer for something else than was meant. */
const decisive: ReadonlySet<ErrorCode> = new Set(['cancelled', 'bad-input']);

async function identifyName(
  options: LookupOptions,
  name: LibraryName,
  call: CallContext,
): Promise<Identified> {
  const failures: DocpinError[] = [];
  const notes: string[] = [];
  for (const source of options.sources) {
    try {
      const library = await source.identify(name, call);
      if (library !== undefined) return { source, library, notes };
      notes.push(...((await source.caveats?.(call)) ?? []));
    } catch (thrown) {
      const error = toDocpinError(thrown);
      if (decisive.has(error.code)) throw error;
      options.log.info('source failed to identify', { source: source.name, code: error.code });
      failures.push(error);
    }
  }
  // A known library in a version that is not there says more than "not found" would.
  throw (
    failures.find((error) => error.code === 'version-not-found') ??
    (await notFound(options, name, { failures, notes }, call))
  );
}

interface Found {
  readonly failures: readonly DocpinError[];
  readonly notes: readonly string[];
}

/** The error for a name that nothing knows: what was asked, what is like it, and, where a source failed, that failure. */
async function notFound(
  options: LookupOptions,
  name: LibraryName,
  found: Found,
  call: CallContext,
): Promise<DocpinError> {
  const shown = cleanInline(printLibrary(name), 80);
  const what = [`No library is called exactly "${shown}" here.`, ...found.notes].join(' ');
  const [failure] = found.failures;
  if (failure !== undefined) {
    const { code, next, retryAtMs } = failure;
    return new DocpinError(
      code,
      { what: `${what} ${failure.what}`, next },
      { cause: failure, ...(retryAtMs === undefined ? {} : { retryAtMs }) },
    );
  }
  const offers = await offersFor(options, name, call);
  if (offers.length > 0) {
    return new DocpinError('library-not-found', {
      what: `${what} Close to it: ${offers.join(', ')}.`,
      next: 'Ask again with one of these ids.',
    });
  }
  return new DocpinError('library-not-found', {
    what,
    next: [
      'Check the spelling, name another project folder, or run `docpin list` for what the project has.',
      ...(options.offHints.context7 === undefined ? [] : [options.offHints.context7]),
    ].join(' '),
  });
}

async function offersFor(
  options: LookupOptions,
  name: LibraryName,
  call: CallContext,
): Promise<readonly string[]> {
  try {
    const { candidates } = await resolveLibrary(options, { name: name.name }, call);
    return candidates.slice(0, 5).map((candidate) => candidate.id);
  } catch (thrown) {
    const error = toDocpinError(thrown);
    if (error.code === 'library-not-found') return [];
    throw error;
  }
}

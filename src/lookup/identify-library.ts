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
  const answering: Source[] = [];
  const ask = async (
    source: Source,
    work: () => Promise<LibraryId | undefined> | undefined,
  ): Promise<Identified | undefined> => {
    try {
      const library = await work();
      return library === undefined ? undefined : { source, library, notes };
    } catch (thrown) {
      const error = toDocpinError(thrown);
      if (decisive.has(error.code)) throw error;
      options.log.info('source failed to identify', { source: source.name, code: error.code });
      failures.push(error);
      return undefined;
    }
  };
  for (const source of options.sources) {
    const failuresBefore = failures.length;
    const found = await ask(source, () => source.identify(name, call));
    if (found !== undefined) return found;
    if (failures.length === failuresBefore) answering.push(source);
    notes.push(...((await source.caveats?.(call)) ?? []));
  }
  // A known library in a version that is not there says more than what strangers offer under its name.
  const telling = failures.find((error) => error.code === 'version-not-found');
  if (telling !== undefined) throw telling;
  for (const source of options.sources) {
    const found = await ask(source, () => source.identifyElsewhere?.(name, call));
    // This source says by itself what it knows of the project.
    if (found !== undefined) return { ...found, notes: [] };
  }
  throw (
    failures.find((error) => error.code === 'version-not-found') ??
    (await notFound(options, name, { answering, failures, notes }, call))
  );
}

interface Found {
  /** Sources that can be asked for likenesses: those that did not just fail. */
  readonly answering: readonly Source[];
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
  const offers = await offersFor({ ...options, sources: found.answering }, name, call);
  const what = [
    `No library is called exactly "${shown}" here.`,
    ...found.notes,
    ...(offers.length > 0 ? [`Close to it: ${offers.join(', ')}.`] : []),
  ].join(' ');
  const [failure] = found.failures;
  if (failure !== undefined) {
    const { code, next, retryAtMs } = failure;
    const details = { cause: failure, ...(retryAtMs === undefined ? {} : { retryAtMs }) };
    return new DocpinError(code, { what: `${what} ${failure.what}`, next }, details);
  }
  if (offers.length > 0)
    return new DocpinError('library-not-found', { what, next: 'Ask again with one of these ids.' });
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
    const { candidates } = await resolveLibrary({ ...options, isOnlyHere: true }, { name: name.name }, call);
    return candidates.slice(0, 5).map((candidate) => candidate.id);
  } catch (thrown) {
    const error = toDocpinError(thrown);
    if (error.code === 'library-not-found') return [];
    throw error;
  }
}

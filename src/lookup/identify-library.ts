import type { CallContext } from '../call.ts';
import { DocpinError, toDocpinError } from '../errors.ts';
import { type LibraryId, type LibraryName, parseLibrary, printLibrary } from '../library.ts';
import type { Source } from '../sources/source.ts';
import type { LookupOptions } from './lookup.ts';
import { resolveLibrary } from './resolve-library.ts';
import { cleanInline } from './text/clean-text.ts';

export interface Identified {
  readonly source: Source;
  readonly library: LibraryId;
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
  if (source !== undefined) return { source, library: reference };
  throw new DocpinError('bad-input', {
    what: `Nothing that is switched on answers "${cleanInline(printLibrary(reference), 120)}".`,
    next: options.offHints[reference.kind] ?? 'Give another id; resolve-library finds one.',
  });
}

async function identifyName(
  options: LookupOptions,
  name: LibraryName,
  call: CallContext,
): Promise<Identified> {
  const failures: DocpinError[] = [];
  for (const source of options.sources) {
    try {
      const library = await source.identify(name, call);
      if (library !== undefined) return { source, library };
    } catch (thrown) {
      const error = toDocpinError(thrown);
      if (error.code === 'cancelled') throw error;
      options.log.info('source failed to identify', { source: source.name, code: error.code });
      failures.push(error);
    }
  }
  // A known library in a version that is not there, or a project that cannot be read, says more than "not found" would.
  const telling = failures.find((error) => error.code === 'version-not-found' || error.code === 'bad-input');
  throw telling ?? (await notFound(options, name, failures, call));
}

async function notFound(
  options: LookupOptions,
  name: LibraryName,
  failures: readonly DocpinError[],
  call: CallContext,
): Promise<DocpinError> {
  const shown = cleanInline(printLibrary(name), 80);
  const failed = failures.map((error) => ` ${error.what}`).join('');
  const what = `No library is called exactly "${shown}" here.${failed}`;
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
      'Install it in the project, name another project folder, or check the spelling with resolve-library.',
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

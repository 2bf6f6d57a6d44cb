import type { CallContext } from '../call.ts';
import { DocpinError, toDocpinError } from '../errors.ts';
import { identifyLibrary } from './identify-library.ts';
import type { LookupOptions, Preparation, PreparedLibrary } from './lookup.ts';

/**
 * Makes libraries ready one after the other: the named ones, or every direct dependency of the project. One that fails is said
 * in the result and does not stop the others; a cancelled call does.
 */
export async function prepareLibraries(
  options: LookupOptions,
  names: readonly string[],
  call: CallContext,
): Promise<Preparation['facts']> {
  const wanted = names.length > 0 ? names : await dependenciesOf(options, call);
  const libraries: PreparedLibrary[] = [];
  for (const [done, name] of wanted.entries()) {
    call.onProgress?.({ done, total: wanted.length, message: `Indexing ${name}` });
    libraries.push(await prepareOne(options, name, call));
  }
  return { libraries };
}

async function dependenciesOf(options: LookupOptions, call: CallContext): Promise<readonly string[]> {
  const lister = options.sources.find((source) => source.list !== undefined);
  const listing = await lister?.list?.(call);
  if (listing?.project === undefined) {
    throw new DocpinError('bad-input', {
      what: 'No project is known, so there are no dependencies to index.',
      next: 'Name libraries, or a project with --project.',
    });
  }
  return listing.libraries.filter(({ origin }) => origin === 'installed').map(({ name }) => name);
}

async function prepareOne(options: LookupOptions, name: string, call: CallContext): Promise<PreparedLibrary> {
  const { onProgress: _perFile, ...quiet } = call;
  try {
    const { source, library } = await identifyLibrary(options, name, quiet);
    if (source.prepare === undefined)
      return { name, state: 'nothing to do', detail: `${source.name} keeps no index` };
    const { id, coverage, isNew } = await source.prepare(library, quiet);
    return { name: id, state: isNew ? 'indexed' : 'ready', detail: coverage };
  } catch (thrown) {
    const error = toDocpinError(thrown);
    if (call.signal.aborted) throw error;
    return { name, state: 'failed', detail: error.message };
  }
}

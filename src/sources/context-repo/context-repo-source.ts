import type { CallContext } from '../../call.ts';
import { DocpinError } from '../../errors.ts';
import { type LibraryId, type LibraryName, printLibrary } from '../../library.ts';
import type { Source } from '../source.ts';
import { answerQuery } from './answer-query.ts';
import { type CachedReadsOptions, createCachedReads, type SearchScope } from './cached-reads.ts';
import { findItems, findNamed, toCandidates } from './find-items.ts';
import { type ContentsOptions, listContents } from './list-contents.ts';

export interface ContextRepoSourceOptions
  extends CachedReadsOptions,
    Pick<ContentsOptions, 'cutMarkdown' | 'countTokens'> {
  /** Takes secrets out of a query, and caps it at 500 characters. */
  readonly toOutboundQuery: (query: string) => string;
}

type ContextRepoId = Extract<LibraryId, { readonly kind: 'context-repo' }>;

/**
 * Creates the source of a user's own documents in Context Repo. Whose they are the call's credential says; without one nothing
 * is found. The caller closes `cache` and the upstreams behind `client`.
 */
export function createContextRepoSource(options: ContextRepoSourceOptions): Source {
  const { client, countTokens } = options;
  const reads = createCachedReads(options);

  /** A search of documents that the caller may not read costs a request for nothing. */
  const maySearch = (call: CallContext): Promise<boolean> => client.mayRun('get_document', call);

  async function identify(name: LibraryName, call: CallContext): Promise<ContextRepoId | undefined> {
    const words = options.toOutboundQuery(name.name);
    if (words === '' || !(await maySearch(call))) return undefined;
    const named = await findNamed(reads, words, call);
    const [only] = named;
    // Of two that bear the name nobody can say which is meant.
    if (only === undefined || named.length > 1) return undefined;
    if (name.version !== undefined && name.version !== 'latest') throw noVersions(only.path, name.version);
    return { kind: 'context-repo', path: only.path };
  }

  return {
    name: 'context-repo',
    owns: (library) => library.kind === 'context-repo',
    identify,
    async resolve({ name }, call) {
      const words = options.toOutboundQuery(name);
      if (words === '' || !(await maySearch(call))) return [];
      return toCandidates(await findItems(reads, words, call), name);
    },
    async answer(request, call) {
      const id = printLibrary(request.library);
      const scope = scopeOf(request.library);
      const query = request.query === undefined ? '' : options.toOutboundQuery(request.query);
      return query === ''
        ? listContents({ ...options, reads }, { ...request, id, scope }, call)
        : answerQuery(reads, { ...request, id, scope, query }, countTokens, call);
    },
    close: async () => undefined,
  };
}

function scopeOf(library: LibraryId): SearchScope {
  const [kind, id = ''] = library.kind === 'context-repo' ? library.path.split('/') : [];
  if (kind === 'all') return {};
  if (kind === 'document') return { documentId: id };
  if (kind === 'collection') return { collectionId: id };
  throw new DocpinError('bad-input', {
    what: 'Context Repo was asked for a library that is not its own.',
    next: 'Give an id such as context-repo:document/<id>, context-repo:collection/<id> or context-repo:all.',
  });
}

function noVersions(path: string, version: string): DocpinError {
  return new DocpinError('version-not-found', {
    what: `Context Repo serves context-repo:${path} as it is now, not in version ${JSON.stringify(version.slice(0, 40))}.`,
    next: 'Leave the version out.',
  });
}

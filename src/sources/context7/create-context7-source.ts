import type { Cache } from '../../cache/cache.ts';
import type { CallContext } from '../../call.ts';
import { DocpinError } from '../../errors.ts';
import { compareVersions, type LibraryId, type LibraryName, versionMatches } from '../../library.ts';
import type { Send } from '../../upstream/upstream.ts';
import type { AnswerRequest, Candidate, ResolveRequest, Source, SourceAnswer } from '../source.ts';
import type { Context7Id, FoundLibrary, Generation } from './api.ts';
import { type CachedApi, createCachedApi } from './cached-api.ts';
import { createContextApi } from './context-api.ts';
import { versionNotFound } from './context7-error.ts';
import { createAsk, EndpointMissingError } from './create-ask.ts';
import { createDocsApi } from './docs-api.ts';
import { createToPageSnippets } from './page-snippets.ts';
import { readAnswer } from './read-answer.ts';

export interface Context7SourceOptions {
  /** With `/api`, as CONTEXT7_API_URL has it. */
  readonly baseUrl: string;
  /** `auto` asks today's generation, and the one of November 2025 where the server has no other. */
  readonly api: 'auto' | Generation;
  readonly apiKey?: string;
  /** Names the key without giving it away; the same key must give the same id. */
  readonly credentialId: string;
  readonly send: Send;
  readonly cache: Cache;
  /** Takes secrets out of a query, and caps it at 500 characters. */
  readonly toOutboundQuery: (query: string) => string;
  readonly countTokens: (text: string) => number;
}

const maxCandidates = 10;
const maxVersions = 10;

/** Creates the source that answers from the Context7 API. The caller closes `cache` and the upstream behind `send`. */
export function createContext7Source(options: Context7SourceOptions): Source {
  const withApi = createApiChoice(options);

  async function search(name: string, query: string | undefined, call: CallContext) {
    const outboundName = options.toOutboundQuery(name);
    if (outboundName === '') return [];
    const outboundQuery = query === undefined ? '' : options.toOutboundQuery(query);
    const request = { name: outboundName, query: outboundQuery === '' ? undefined : outboundQuery };
    return (await withApi((api) => api.search(request, call.signal))).value;
  }

  async function answer(request: AnswerRequest, call: CallContext): Promise<SourceAnswer> {
    const library = toContext7Id(request.library);
    const query = request.query === undefined ? '' : options.toOutboundQuery(request.query);
    const topic = query === '' ? undefined : query;
    return withApi((api) => readAnswer(api, { ...request, library, topic }, call.signal));
  }

  return {
    name: 'context7',
    owns: (library) => library.kind === 'context7',
    async identify(name, call) {
      const found = await search(name.name, undefined, call);
      return pickVersion(
        found.filter((library) => isNamed(library, name.name)),
        name,
      );
    },
    async resolve({ name, query }: ResolveRequest, call) {
      const found = await search(name, query, call);
      return found.slice(0, maxCandidates).map((library) => toCandidate(library, name));
    },
    answer,
    async supplement({ name, version }, request, call) {
      const named = (await search(name, undefined, call)).filter((library) => isNamed(library, name));
      const library = mostTrusted(named);
      if (library === undefined) return undefined;
      const tag = nearestTag(library, version);
      const id = toId(library, tag);
      const found = await answer({ ...request, library: id }, call);
      if (tag === undefined || isTagOf(tag, version)) return found;
      return { ...found, notes: [...found.notes, `Context7 has docs of ${tag}, not of ${version}.`] };
    },
    close: async () => undefined,
  };
}

/** Runs a call with the configured generation; with `auto`, with the one that the server turns out to have. */
function createApiChoice(
  options: Context7SourceOptions,
): <T>(run: (api: CachedApi) => Promise<T>) => Promise<T> {
  const ask = createAsk(options);
  const toSnippets = createToPageSnippets(options.countTokens);
  const context = createCachedApi(createContextApi(ask, toSnippets), options);
  const docs = createCachedApi(createDocsApi(ask, toSnippets), options);
  let serverIsOld = false;

  return async (run) => {
    if (options.api === 'docs' || serverIsOld) return run(docs);
    if (options.api === 'context') return run(context);
    try {
      return await run(context);
    } catch (error) {
      if (!(error instanceof EndpointMissingError)) throw error;
      const result = await run(docs);
      // Only now is it known that the server has a Context7 API at all.
      serverIsOld = true;
      return result;
    }
  };
}

function toContext7Id(library: LibraryId): Context7Id {
  if (library.kind === 'context7') return library;
  throw new DocpinError('bad-input', {
    what: 'Context7 was asked for a library that is not its own.',
    next: 'Give an id of the form /owner/repo.',
  });
}

/** The version that was asked for, of the most trusted of the libraries that bear the very name. */
function pickVersion(named: readonly FoundLibrary[], { version }: LibraryName): Context7Id | undefined {
  const library = mostTrusted(named);
  if (library === undefined) return undefined;
  if (version === undefined || version === 'latest') return toId(library, undefined);
  const tag = newestTag(library, version);
  if (tag === undefined)
    throw versionNotFound(`/${library.owner}/${library.repo}`, version, library.versions);
  return toId(library, tag);
}

function mostTrusted(named: readonly FoundLibrary[]): FoundLibrary | undefined {
  return named.toSorted((a, b) => (b.trustScore ?? -1) - (a.trustScore ?? -1))[0];
}

/** The tag of a version, else the newest one of its major version. */
function nearestTag(library: FoundLibrary, version: string): string | undefined {
  return newestTag(library, version) ?? newestTag(library, `^${version.split('.', 1)[0]}`);
}

function newestTag({ versions }: FoundLibrary, wanted: string): string | undefined {
  return versions.filter((tag) => isTagOf(tag, wanted)).toSorted((a, b) => compareVersions(b, a))[0];
}

function isTagOf(tag: string, wanted: string): boolean {
  return tag === wanted || versionMatches(tag.replace(/^v(?=\d)/, ''), wanted);
}

function toId({ owner, repo }: FoundLibrary, version: string | undefined): Context7Id {
  return { kind: 'context7', owner, repo, ...(version === undefined ? {} : { version }) };
}

function toCandidate(library: FoundLibrary, name: string): Candidate {
  const isExact = isNamed(library, name);
  return {
    id: `/${library.owner}/${library.repo}`,
    title: library.title,
    ...(library.description === undefined ? {} : { description: library.description }),
    match: isExact ? 'exact' : 'search',
    why: isExact ? 'has this name on Context7' : 'found by the search of Context7',
    versions: library.versions.slice(0, maxVersions),
    ...coverageOf(library),
    ...(library.trustScore === undefined ? {} : { popularity: Math.min(library.trustScore / 10, 1) }),
  };
}

function coverageOf({ isReady, snippets }: FoundLibrary): { readonly coverage?: string } {
  if (!isReady) return { coverage: 'not indexed yet' };
  return snippets === undefined ? {} : { coverage: snippets === 1 ? '1 snippet' : `${snippets} snippets` };
}

/** Whether the title, the repository or `@owner/repo` is the very name, not counting case, spaces and punctuation. */
function isNamed({ owner, repo, title }: FoundLibrary, name: string): boolean {
  const wanted = normalise(name);
  if (wanted === '') return false;
  if (name.includes('/')) return normaliseScoped(name) === normaliseScoped(`${owner}/${repo}`);
  return normalise(title) === wanted || normalise(repo) === wanted;
}

function normalise(name: string): string {
  return name.toLowerCase().replace(/[\s._-]+/g, '');
}

function normaliseScoped(name: string): string {
  return normalise(name).replace(/^@/, '');
}

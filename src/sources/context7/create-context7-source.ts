import type { Cache, CacheAnswer } from '../../cache/cache.ts';
import type { CallContext } from '../../call.ts';
import { DocpinError } from '../../errors.ts';
import { compareVersions, type LibraryId, type LibraryName, versionMatches } from '../../library.ts';
import type { Send } from '../../upstream/upstream.ts';
import { oldestOf } from '../oldest-of.ts';
import type { QuotaFacts } from '../quota/quota-facts.ts';
import type { AnswerRequest, Candidate, ResolveRequest, Source, SourceAnswer } from '../source.ts';
import { createApiChoice } from './api-choice.ts';
import { createCachedApi } from './cached-api.ts';
import type { Context7Id, FoundLibrary, Generation } from './client/api.ts';
import { createContextApi } from './client/context-api.ts';
import { noKeyError, versionNotFound } from './client/context7-error.ts';
import { type Context7Credential, createAsk } from './client/create-ask.ts';
import { createDocsApi } from './client/docs-api.ts';
import { createToPageSnippets } from './page-snippets.ts';
import { readAnswer } from './read-answer.ts';

export interface Context7SourceOptions {
  /** With `/api`, as CONTEXT7_API_URL has it. */
  readonly baseUrl: string;
  /** `auto` asks today's generation, and the one of November 2025 where the server has no other. */
  readonly api: 'auto' | Generation;
  /** What a call is asked with. Where it gives `undefined`, Context7 is not asked for that caller. */
  readonly credentialOf: (call: CallContext) => Context7Credential | undefined;
  /** How a caller without a credential would bring one. */
  readonly callersSetting: string;
  readonly send: Send;
  readonly cache: Cache;
  /** What is known of the quotas of the server's credentials. */
  readonly quota: QuotaFacts;
  readonly now: () => number;
  /** Takes secrets, also those that are given, out of a query, and caps it at 500 characters. */
  readonly toOutboundQuery: (query: string, secrets: readonly string[]) => string;
  readonly countTokens: (text: string) => number;
}

interface Session {
  readonly withApi: ReturnType<typeof createApiChoice>;
  readonly toOutboundQuery: (query: string) => string;
}

/** Of callers who come and go; opening one again costs a look into the cache. */
const maxSessions = 1_000;
const maxCandidates = 10;
const maxVersions = 10;
const nothingFound: CacheAnswer<never[]> = {
  value: [],
  askedAtMs: 0,
  freshness: { state: 'live', ageMs: 0 },
};

/** Creates the source that answers from the Context7 API. The caller closes `cache` and the upstream behind `send`. */
export function createContext7Source(options: Context7SourceOptions): Source {
  const toSnippets = createToPageSnippets(options.countTokens);
  const sessions = new Map<string, Session>();

  /** What one credential is asked through: its copies and its quota are nobody else's. */
  function sessionOf(call: CallContext): Session | undefined {
    const credential = options.credentialOf(call);
    if (credential === undefined) return undefined;
    const session = sessions.get(credential.id) ?? openSession(credential);
    // The one that was used last is the last to go.
    sessions.delete(credential.id);
    sessions.set(credential.id, session);
    const [oldest] = sessions.keys();
    if (sessions.size > maxSessions && oldest !== undefined) sessions.delete(oldest);
    return session;
  }

  function openSession(credential: Context7Credential): Session {
    const ask = createAsk({ ...options, credential });
    const place = { ...options, credentialId: credential.id };
    const secrets = credential.key === undefined ? [] : [credential.key];
    return {
      toOutboundQuery: (query) => options.toOutboundQuery(query, secrets),
      withApi: createApiChoice({
        ...place,
        generations: {
          context: createCachedApi(createContextApi(ask, toSnippets), place),
          docs: createCachedApi(createDocsApi(ask, toSnippets), place),
        },
      }),
    };
  }

  async function search(
    name: string,
    query: string | undefined,
    call: CallContext,
  ): Promise<CacheAnswer<readonly FoundLibrary[]>> {
    const session = sessionOf(call);
    if (session === undefined) return nothingFound;
    const outboundName = session.toOutboundQuery(name);
    if (outboundName === '') return nothingFound;
    const outboundQuery = query === undefined ? '' : session.toOutboundQuery(query);
    const request = { name: outboundName, query: outboundQuery === '' ? undefined : outboundQuery };
    return session.withApi((api) => api.search(request, call.signal));
  }

  async function answer(request: AnswerRequest, call: CallContext): Promise<SourceAnswer> {
    const session = sessionOf(call);
    if (session === undefined) throw noKeyError(options.callersSetting);
    const library = toContext7Id(request.library);
    const query = request.query === undefined ? '' : session.toOutboundQuery(request.query);
    const topic = query === '' ? undefined : query;
    return session.withApi((api) => readAnswer(api, { ...request, library, topic }, call.signal));
  }

  return {
    name: 'context7',
    owns: (library) => library.kind === 'context7',
    async identify(name, call) {
      const found = await search(name.name, undefined, call);
      return pickVersion(
        found.value.filter((library) => isNamed(library, name.name)),
        name,
      );
    },
    async resolve({ name, query }: ResolveRequest, call) {
      const { value, freshness } = await search(name, query, call);
      const age = freshness.state === 'stale' ? { freshness } : {};
      return value.slice(0, maxCandidates).map((library) => ({ ...toCandidate(library, name), ...age }));
    },
    answer,
    async supplement({ name, version }, request, call) {
      const { value, freshness } = await search(name, undefined, call);
      const library = mostTrusted(value.filter((each) => isNamed(each, name)));
      if (library === undefined) return undefined;
      const tag = nearestTag(library, version);
      const id = toId(library, tag);
      const answered = await answer({ ...request, library: id }, call);
      // Which version it is of was told by the search.
      const found = { ...answered, freshness: oldestOf([answered.freshness, freshness]) };
      if (tag === undefined || isTagOf(tag, version)) return found;
      return { ...found, notes: [...found.notes, `Context7 has docs of ${tag}, not of ${version}.`] };
    },
    async readyLibraries(call) {
      const { cache, baseUrl, credentialOf } = options;
      const credentialId = credentialOf(call)?.id;
      if (credentialId === undefined) return 0;
      return cache.countLibraries({ source: 'context7', baseUrl, credentialId });
    },
    close: async () => undefined,
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

import type { CacheAnswer } from '../../cache/cache.ts';
import { DocpinError } from '../../errors.ts';
import { printLibrary } from '../../library.ts';
import { oldestOf } from '../oldest-of.ts';
import type { AnswerRequest, Freshness, Snippet, SourceAnswer } from '../source.ts';
import type { CachedApi } from './cached-api.ts';
import type { Context7Id, DocsPage, PageSnippet } from './client/api.ts';
import { mergeByRank } from './page-snippets.ts';

export interface ReadAnswerRequest extends Pick<AnswerRequest, 'mode' | 'page' | 'tokens'> {
  readonly library: Context7Id;
  /** Fit to leave the machine; undefined asks for an overview. */
  readonly topic: string | undefined;
}

interface PageAnswer {
  readonly served: Context7Id;
  readonly snippets: readonly PageSnippet[];
  readonly hasNext: boolean;
  readonly freshness: readonly Freshness[];
}

/**
 * Reads upstream pages, one after the other, until they hold the tokens that were asked for; each is a batch of its own, so
 * that what stands on an answer page does not change when a later page is asked for.
 */
export async function readAnswer(
  api: CachedApi,
  request: ReadAnswerRequest,
  signal: AbortSignal,
): Promise<SourceAnswer> {
  const snippets = new Map<string, Snippet>();
  const freshness: Freshness[] = [];
  let served = request.library;
  let hasMore = true;
  let tokens = 0;
  for (let page = 1; hasMore && page <= api.maxPages && tokens < request.page * request.tokens; page += 1) {
    const answer = await readPage(api, request, page, signal);
    served = answer.served;
    freshness.push(...answer.freshness);
    hasMore = answer.hasNext && page < api.maxPages;
    for (const snippet of answer.snippets) {
      // A snippet that comes again, on this page or a later one, says nothing new.
      if (snippets.has(snippet.id)) continue;
      snippets.set(snippet.id, { ...snippet, batch: page - 1 });
      tokens += snippet.tokens;
    }
  }
  return {
    id: printLibrary(served),
    origin: 'Context7',
    notes: toNotes(api, request, served),
    snippets: [...snippets.values()],
    hasMore,
    freshness: oldestOf(freshness),
  };
}

async function readPage(
  api: CachedApi,
  { library, topic, mode }: ReadAnswerRequest,
  page: number,
  signal: AbortSignal,
): Promise<PageAnswer> {
  const parts = await settle(
    api.kindsFor(mode).map((kinds) => api.readPage({ library, topic, kinds, page }, signal)),
  );
  const ofKind = (kind: PageSnippet['kind']) =>
    parts.flatMap(({ value }) => value.snippets.filter((snippet) => snippet.kind === kind));
  const snippets =
    mode !== 'all'
      ? ofKind(mode)
      : parts.length === 1
        ? parts.flatMap(({ value }) => value.snippets)
        : mergeByRank(ofKind('code'), ofKind('info'));
  const [first] = parts;
  return {
    served: first === undefined ? library : withVersionOf(library, first.value),
    snippets,
    hasNext: parts.some(({ value }) => value.hasNext),
    freshness: parts.map((part) => part.freshness),
  };
}

/** Waits for all. A library without code is refused where code is asked for; its prose is an answer all the same. */
async function settle(requests: readonly Promise<CacheAnswer<DocsPage>>[]): Promise<CacheAnswer<DocsPage>[]> {
  const results = await Promise.allSettled(requests);
  const answers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  const isBearable = (error: unknown) => error instanceof DocpinError && error.code === 'not-served';
  const worst =
    failures.find((error) => !isBearable(error)) ?? (answers.length === 0 ? failures[0] : undefined);
  if (worst !== undefined) throw worst;
  return answers;
}

function withVersionOf({ version }: Context7Id, { owner, repo }: DocsPage): Context7Id {
  return { kind: 'context7', owner, repo, ...(version === undefined ? {} : { version }) };
}

function toNotes(api: CachedApi, { library, topic }: ReadAnswerRequest, served: Context7Id): string[] {
  const notes: string[] = [];
  if (
    served.owner.toLowerCase() !== library.owner.toLowerCase() ||
    served.repo.toLowerCase() !== library.repo.toLowerCase()
  ) {
    notes.push(`${printLibrary(library)} has moved to ${printLibrary(served)}.`);
  }
  if (served.version === undefined) {
    notes.push(
      'No version was named: Context7 serves its current docs and does not say of which version they are.',
    );
  }
  if (topic === undefined && api.generation === 'context') {
    notes.push('No query was given: Context7 was asked for an overview, installation and getting started.');
  }
  return notes;
}

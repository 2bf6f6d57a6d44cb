import type { Answer, Asked } from '../fault-engine/exchange.ts';
import { json, refuse, text } from './answers.ts';
import {
  type CodeSnippet,
  type InfoSnippet,
  keys as knownKeys,
  libraries,
  type StandInLibrary,
} from './libraries.ts';
import { missing, notOneOf, readInteger, tooLong, unknownParameter } from './parameters.ts';
import { renderTxt } from './render-txt.ts';

export type Generation = 'docs' | 'context';

interface DocsRequest {
  readonly library: StandInLibrary;
  readonly version: string | undefined;
  readonly query: string;
}

const libraryIdForm = /^\/[^/]+\/[^/]+([/@][^/]+)?$/;

/** Answers as the documented API does, and with 400 to whatever it does not allow. */
export function answerContract(asked: Asked, generations: readonly Generation[]): Answer {
  const handler = route(asked.path, generations);
  // What an edge server says of a path that it does not have: no contract body.
  if (handler === undefined)
    return { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not Found</h1>' };
  if (asked.method !== 'GET') return refuse(405, 'method_not_allowed');
  const key = readKey(asked.headers.authorization);
  if (typeof key === 'object') return key;
  return handler(asked, key);
}

type Handler = (asked: Asked, key: string | undefined) => Answer;

function route(path: string, generations: readonly Generation[]): Handler | undefined {
  if (generations.includes('context')) {
    if (path === '/v2/libs/search') return searchToday;
    if (path === '/v2/context') return context;
  }
  if (generations.includes('docs')) {
    if (path === '/v2/search') return searchNovember;
    if (/^\/v2\/docs\/(?:code|info)\/[^/]+\/[^/]+(?:\/[^/]+)?$/.test(path)) return docs;
  }
  return undefined;
}

function readKey(header: string | undefined): string | undefined | Answer {
  if (header === undefined) return undefined;
  const key = /^Bearer (\S+)$/.exec(header)?.[1];
  if (key === undefined) return refuse(400, 'invalid_input');
  return Object.values<string>(knownKeys).includes(key) ? key : refuse(401, 'invalid_api_key');
}

function searchNovember(asked: Asked, key: string | undefined): Answer {
  const fault = unknownParameter(asked, ['query']) ?? tooLong(asked, 'query');
  if (fault !== undefined) return fault;
  const query = asked.query.get('query') ?? '';
  const results = query === '' ? [] : findLibraries(query, key);
  return json({ results, metadata: { authentication: key === undefined ? 'none' : 'personal' } });
}

function searchToday(asked: Asked, key: string | undefined): Answer {
  const fault =
    unknownParameter(asked, ['libraryName', 'query', 'fast']) ??
    missing(asked, ['libraryName', 'query']) ??
    tooLong(asked, 'libraryName') ??
    tooLong(asked, 'query') ??
    notOneOf(asked, 'fast', ['true', 'false']);
  if (fault !== undefined) return fault;
  const results = findLibraries(asked.query.get('libraryName') ?? '', key);
  if (results.length === 0) return refuse(404, 'no_libraries_found');
  return json({ results, searchFilterApplied: false });
}

function context(asked: Asked, key: string | undefined): Answer {
  const fault =
    unknownParameter(asked, ['libraryId', 'query', 'type', 'fast']) ??
    missing(asked, ['libraryId', 'query']) ??
    tooLong(asked, 'libraryId') ??
    tooLong(asked, 'query') ??
    notOneOf(asked, 'type', ['json', 'txt']) ??
    notOneOf(asked, 'fast', ['true', 'false']);
  if (fault !== undefined) return fault;
  const id = asked.query.get('libraryId') ?? '';
  if (!libraryIdForm.test(id)) return refuse(400, 'invalid_library_id');
  const [owner = '', repo = '', version] = id.slice(1).replace('@', '/').split('/');
  const request = openLibrary(owner, repo, version, asked.query.get('query') ?? '', key);
  if ('status' in request) return request;
  const { library, query } = request;
  // The server decides how much it sends.
  const code = rank(library.code, query, codeText).slice(0, 20);
  const info = rank(library.info, query, infoText).slice(0, 10);
  if (code.length + info.length === 0)
    return refuse(
      404,
      library.code.length + library.info.length === 0 ? 'no_snippets_found' : 'no_relevant_snippets',
    );
  if (library.refusal === 'no-code' && info.length === 0) return refuse(422, 'no_code_found');
  if (asked.query.get('type') !== 'json') return text(renderTxt(code, info));
  return json({
    codeSnippets: code.map((snippet) => at(snippet, request.version)),
    infoSnippets: info.map((snippet) => at(snippet, request.version)),
    ...(library.rules === undefined
      ? {}
      : { rules: { global: [], libraryOwn: library.rules, libraryTeam: [] } }),
  });
}

function docs(asked: Asked, key: string | undefined): Answer {
  const fault =
    unknownParameter(asked, ['topic', 'type', 'page', 'limit']) ??
    tooLong(asked, 'topic') ??
    notOneOf(asked, 'type', ['json', 'txt'], 'invalid_type');
  if (fault !== undefined) return fault;
  const page = readInteger(asked.query.get('page'), 1);
  if (page === undefined || page < 1 || page > 10) return refuse(400, 'invalid_page');
  const limit = readInteger(asked.query.get('limit'), 10);
  if (limit === undefined || limit < 1 || limit > 10) return refuse(400, 'invalid_limit', { maxLimit: 10 });
  const [, , , kind = '', owner = '', repo = '', version] = asked.path.split('/').map(decodeURIComponent);
  const request = openLibrary(owner, repo, version, asked.query.get('topic') ?? '', key);
  if ('status' in request) return request;
  if (kind === 'code' && request.library.refusal === 'no-code') return refuse(422, 'no_code_found');
  const code = kind === 'code' ? rank(request.library.code, request.query, codeText) : [];
  const info = kind === 'info' ? rank(request.library.info, request.query, infoText) : [];
  return docsPage(
    [...code, ...info].map((snippet) => at(snippet, request.version)),
    page,
    limit,
    asked,
    { code, info },
  );
}

function docsPage(
  all: readonly (CodeSnippet | InfoSnippet)[],
  page: number,
  limit: number,
  asked: Asked,
  parts: { readonly code: readonly CodeSnippet[]; readonly info: readonly InfoSnippet[] },
): Answer {
  const totalPages = Math.min(10, Math.ceil(all.length / limit));
  const [from, to] = [(page - 1) * limit, page * limit];
  const snippets = all.slice(from, to);
  const totalTokens = snippets.reduce(
    (sum, snippet) => sum + ('codeTokens' in snippet ? snippet.codeTokens : snippet.contentTokens),
    0,
  );
  const hasNext = page < totalPages;
  if (asked.query.get('type') !== 'json') {
    const answer = text(renderTxt(parts.code.slice(from, to), parts.info.slice(from, to)));
    return {
      ...answer,
      headers: {
        ...answer.headers,
        'x-context7-page': String(page),
        'x-context7-limit': String(limit),
        'x-context7-total-pages': String(totalPages),
        'x-context7-has-next': String(hasNext),
        'x-context7-has-prev': String(page > 1),
        'x-context7-total-tokens': String(totalTokens),
      },
    };
  }
  return json({
    snippets,
    totalTokens,
    pagination: { page, limit, totalPages, hasNext, hasPrev: page > 1 },
    metadata: { authentication: asked.headers.authorization === undefined ? 'none' : 'personal' },
  });
}

function openLibrary(
  owner: string,
  repo: string,
  version: string | undefined,
  query: string,
  key: string | undefined,
): DocsRequest | Answer {
  const id = `/${owner}/${repo}`.toLowerCase();
  const library = libraries.find((one) => one.id.toLowerCase() === id);
  if (library === undefined || (library.onlyForKey !== undefined && library.onlyForKey !== key))
    return refuse(404, 'library_not_found');
  if (library.redirectUrl !== undefined)
    return refuse(301, 'library_redirected', { redirectUrl: library.redirectUrl });
  if (library.refusal === 'not-finalized') return refuse(202, 'library_not_finalized');
  if (library.refusal === 'blocked') return refuse(403, 'library_blocked');
  if (library.refusal === 'no-access') return refuse(403, 'access_denied');
  if (library.refusal === 'too-large') return refuse(422, 'library_too_large');
  if (version !== undefined && !library.versions.includes(version)) {
    return refuse(404, 'tag_not_found', {
      message: `Tag "${version}" not found for library "${library.id}". Available tags: ${library.versions.join(', ')}`,
    });
  }
  return { library, version, query };
}

function findLibraries(name: string, key: string | undefined): object[] {
  const words = wordsOf(name);
  return libraries
    .filter((library) => library.onlyForKey === undefined || library.onlyForKey === key)
    .map((library) => ({
      library,
      score: scoreOf(searchText(library), words),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ library }) => ({
      id: library.id,
      title: library.title,
      description: library.description,
      branch: 'main',
      lastUpdateDate: '2026-07-02T10:00:00.000Z',
      state: library.state,
      totalTokens: library.stars === -1 ? -1 : 51_200,
      totalSnippets: library.stars === -1 ? -1 : library.code.length + library.info.length,
      stars: library.stars,
      trustScore: library.trustScore,
      benchmarkScore: 80.5,
      versions: library.versions,
    }));
}

/** With the title in one word too, as a fuzzy search takes `nextjs` for Next.js. */
function searchText({ title, id, description }: StandInLibrary): string {
  return `${title} ${title.replace(/\W/g, '')} ${id} ${description}`;
}

/** A query that holds this finds nothing: ranking as vector search does finds something for all others. */
export const nothingLikeThis = 'nothing-like-this';

/** Best first by shared words. */
function rank<T>(snippets: readonly T[], query: string, textOf: (snippet: T) => string): readonly T[] {
  if (query === '') return snippets;
  if (query.includes(nothingLikeThis)) return [];
  const words = wordsOf(query);
  const scored = snippets.map((snippet) => ({ snippet, score: scoreOf(textOf(snippet), words) }));
  return scored.sort((a, b) => b.score - a.score).map(({ snippet }) => snippet);
}

/** Marks a snippet as one of a version, so that tests see which one was served. */
function at<T extends CodeSnippet | InfoSnippet>(snippet: T, version: string | undefined): T {
  if (version === undefined) return snippet;
  const mark = ` (as of ${version})`;
  return 'content' in snippet
    ? { ...snippet, content: snippet.content + mark }
    : { ...snippet, codeDescription: snippet.codeDescription + mark };
}

function wordsOf(value: string): readonly string[] {
  return value
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function scoreOf(value: string, words: readonly string[]): number {
  const lower = value.toLowerCase();
  return words.filter((word) => lower.includes(word)).length;
}

function codeText(snippet: CodeSnippet): string {
  return `${snippet.pageTitle} ${snippet.codeTitle} ${snippet.codeDescription}`;
}

function infoText(snippet: InfoSnippet): string {
  return `${snippet.breadcrumb ?? ''} ${snippet.content}`;
}

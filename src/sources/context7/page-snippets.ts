import { createHash } from 'node:crypto';
import { printLibrary } from '../../library.ts';
import { toLine } from '../to-line.ts';
import type { Context7Id, PageSnippet } from './client/api.ts';
import type { WireCode, WireInfo } from './client/wire.ts';

export interface ToPageSnippets {
  code(snippets: readonly WireCode[], library: Context7Id): PageSnippet[];
  info(snippets: readonly WireInfo[], library: Context7Id): PageSnippet[];
}

const maxTitleLength = 300;
const maxLocationLength = 500;

/** Creates the conversion from snippets on the wire to ours. `countTokens` stands in where the API's count cannot be right. */
export function createToPageSnippets(countTokens: (text: string) => number): ToPageSnippets {
  function toSnippet(
    kind: 'code' | 'info',
    parts: {
      readonly place: string;
      readonly title: string;
      readonly text: string;
      readonly tokens: number | undefined;
    },
    library: Context7Id,
  ): PageSnippet {
    const title = toLine(parts.title, maxTitleLength);
    const place = toLine(parts.place, maxLocationLength);
    const shownPlace = place.replace(/#_snippet_\d+$/, '');
    return {
      id: toId([kind, place, title, parts.text]),
      kind,
      title: title === '' ? printLibrary(library) : title,
      location: shownPlace === '' ? printLibrary(library) : shownPlace,
      text: parts.text,
      tokens: isPlausible(parts.tokens, parts.text) ? parts.tokens : countTokens(parts.text),
    };
  }

  return {
    code: (snippets, library) =>
      snippets.map((snippet) => {
        const title = [snippet.pageTitle ?? '', snippet.codeTitle].filter((part) => part !== '').join(' > ');
        const place = snippet.codeId ?? '';
        return toSnippet(
          'code',
          { place, title, text: renderCode(snippet), tokens: snippet.codeTokens },
          library,
        );
      }),
    info: (snippets, library) =>
      snippets.map(({ pageId = '', breadcrumb = '', content, contentTokens }) =>
        toSnippet(
          'info',
          { place: pageId, title: breadcrumb, text: content, tokens: contentTokens },
          library,
        ),
      ),
  };
}

/** Merges two ranked lists by relative rank, as nothing says how good a code snippet is beside an info snippet. */
export function mergeByRank(code: readonly PageSnippet[], info: readonly PageSnippet[]): PageSnippet[] {
  const ranked = [code, info].flatMap((list) =>
    list.map((snippet, index) => ({ snippet, rank: (index + 1) / list.length })),
  );
  return ranked.sort((a, b) => a.rank - b.rank).map(({ snippet }) => snippet);
}

function renderCode({ codeDescription = '', codeList }: WireCode): string {
  const fences = codeList.map(({ language = '', code }) => {
    const fence = '`'.repeat(longestBacktickRun(code) >= 3 ? longestBacktickRun(code) + 1 : 3);
    return `${fence}${toInfoString(language)}\n${code}\n${fence}`;
  });
  return [codeDescription.trim(), ...fences].filter((part) => part !== '').join('\n\n');
}

/** `APIDOC` marks generated reference, which is Markdown. */
function toInfoString(language: string): string {
  if (language === 'APIDOC') return 'markdown';
  return /^[\w+#.-]{1,30}$/.test(language) ? language : '';
}

function longestBacktickRun(code: string): number {
  return (code.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

/** Text runs at one to eight characters a token; outside of that the count is of something else, or made up. */
function isPlausible(tokens: number | undefined, text: string): tokens is number {
  if (tokens === undefined || !Number.isInteger(tokens)) return false;
  return tokens >= Math.max(1, text.length / 8) && tokens <= 2 * text.length + 16;
}

function toId(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);
}

import type { CallContext } from '../call.ts';
import { DocpinError } from '../errors.ts';
import type { Snippet, SourceAnswer } from '../sources/source.ts';
import { fitBudget } from './fit-budget.ts';
import { identifyLibrary } from './identify-library.ts';
import type { Answer, DocsRequest, LookupOptions } from './lookup.ts';
import { renderAnswer, renderedTokens } from './render-answer.ts';
import { supplementAnswer } from './supplement-answer.ts';
import { cleanInline } from './text/clean-text.ts';

/** Tokens that the first lines and the last one take, at most; the rest of the budget is for snippets. */
const frameTokens = 110;
const maxPages = 10;

/** Answers a query: which library, its snippets, without doubles, as one page within the budget. */
export async function answerQuery(
  options: LookupOptions,
  request: DocsRequest,
  call: CallContext,
): Promise<Answer> {
  const { source, library, notes } = await identifyLibrary(options, request.library, call);
  const query = request.query?.trim();
  const asked = {
    ...(query === undefined || query === '' ? {} : { query }),
    mode: request.mode,
    page: request.page,
    tokens: request.tokens,
  };
  const answer = await source.answer({ library, ...asked }, call);
  const answered = await supplementAnswer(options, { source, answer }, asked, call);
  const found = { ...answered, notes: [...notes, ...answered.notes] };
  const snippets = withoutDoubles(found.snippets);
  if (snippets.length === 0) throw found.emptyBecause ?? nothingMatched(found, request);
  const budget = request.tokens - frameTokens - tokensOfNotes(options, found);
  const priced = snippets.map((snippet) => ({
    snippet,
    batch: snippet.batch,
    tokens: renderedTokens(snippet, options.countTokens),
  }));
  const pages = fitBudget(priced, budget);
  const page = pages[request.page - 1];
  if (page === undefined) throw noSuchPage(request.page, pages.length);
  return renderAnswer({
    found,
    snippets: page.map((item) => item.snippet),
    sections: snippets.length,
    page: request.page,
    pages: Math.min(pages.length, maxPages),
    morePages: found.hasMore && pages.length < maxPages,
    budget,
    countTokens: options.countTokens,
  });
}

function tokensOfNotes(options: LookupOptions, found: SourceAnswer): number {
  return found.notes.reduce((sum, note) => sum + options.countTokens(note) + 1, 0);
}

/** Drops snippets whose text, white space aside, was given before. */
function withoutDoubles(snippets: readonly Snippet[]): readonly Snippet[] {
  const seen = new Set<string>();
  return snippets.filter((snippet) => {
    const folded = snippet.text.replace(/\s+/g, ' ').trim();
    if (folded === '' || seen.has(folded)) return false;
    seen.add(folded);
    return true;
  });
}

function nothingMatched(found: SourceAnswer, request: DocsRequest): DocpinError {
  const mode = request.mode === 'all' ? '' : ` in mode "${request.mode}"`;
  const notes = found.notes.map((note) => ` ${cleanInline(note)}`).join('');
  return new DocpinError('nothing-found', {
    what: `The docs of ${found.id} (${found.origin}) hold nothing on this query${mode}.${notes}`,
    next:
      request.mode === 'all'
        ? 'Ask in other words, use names from its API, or leave the query out for an overview of what there is.'
        : 'Ask with mode "all", in other words, or leave the query out for an overview of what there is.',
  });
}

function noSuchPage(page: number, pages: number): DocpinError {
  return new DocpinError('bad-input', {
    what: `Page ${page} does not exist: the answer has ${pages} page${pages === 1 ? '' : 's'}.`,
    next: `Ask for page 1${pages === 1 ? '' : ` to ${pages}`}, or ask another question.`,
  });
}

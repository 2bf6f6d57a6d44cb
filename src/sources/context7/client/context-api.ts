import { printLibrary } from '../../../library.ts';
import { toFoundLibraries } from '../found-libraries.ts';
import { mergeByRank, type ToPageSnippets } from '../page-snippets.ts';
import type { Context7Api } from './api.ts';
import type { Ask } from './create-ask.ts';
import { wireContext, wireSearch } from './wire.ts';

/** What is asked when nothing was: this generation has no request without a query. */
const overviewQuery = 'overview, installation and getting started';

/** Today's generation: `v2/libs/search` and `v2/context`. One page, whose size the server decides. */
export function createContextApi(ask: Ask, toSnippets: ToPageSnippets): Context7Api {
  return {
    generation: 'context',
    maxPages: 1,
    kindsFor: () => ['all'],
    async search({ name, query }, signal) {
      const parameters = { libraryName: name, query: query ?? name };
      const found = await ask.search({ path: ['v2', 'libs', 'search'], parameters }, wireSearch, signal);
      return toFoundLibraries(found?.results ?? []);
    },
    async readPage({ library, topic }, signal) {
      const { served, value } = await ask.library(
        library,
        (id) => ({
          path: ['v2', 'context'],
          parameters: { libraryId: printLibrary(id), query: topic ?? overviewQuery, type: 'json' },
        }),
        wireContext,
        signal,
      );
      const code = toSnippets.code(value?.codeSnippets ?? [], served);
      const info = toSnippets.info(value?.infoSnippets ?? [], served);
      return { owner: served.owner, repo: served.repo, snippets: mergeByRank(code, info), hasNext: false };
    },
  };
}

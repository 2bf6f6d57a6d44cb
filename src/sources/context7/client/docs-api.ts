import { toFoundLibraries } from '../found-libraries.ts';
import type { ToPageSnippets } from '../page-snippets.ts';
import type { Context7Api, Context7Id, DocsPage, PageRequest } from './api.ts';
import type { Ask, Endpoint } from './create-ask.ts';
import { wireCodePage, wireInfoPage, wireSearch } from './wire.ts';

const pageSize = '10';

/** The generation of November 2025: `v2/search` and `v2/docs/code|info`, with topic, pages and the version in the path. */
export function createDocsApi(ask: Ask, toSnippets: ToPageSnippets): Context7Api {
  return {
    generation: 'docs',
    maxPages: 10,
    kindsFor: (mode) => (mode === 'all' ? ['code', 'info'] : [mode]),
    async search({ name }, signal) {
      const found = await ask.search(
        { path: ['v2', 'search'], parameters: { query: name } },
        wireSearch,
        signal,
      );
      return toFoundLibraries(found?.results ?? []);
    },
    async readPage(request, signal) {
      const endpointOf = (id: Context7Id) => toEndpoint(id, request);
      if (request.kinds === 'info') {
        const { served, value } = await ask.library(request.library, endpointOf, wireInfoPage, signal);
        return toPage(served, toSnippets.info(value?.snippets ?? [], served), value?.pagination);
      }
      const { served, value } = await ask.library(request.library, endpointOf, wireCodePage, signal);
      return toPage(served, toSnippets.code(value?.snippets ?? [], served), value?.pagination);
    },
  };
}

function toEndpoint(id: Context7Id, { kinds, topic, page }: PageRequest): Endpoint {
  const version = id.version === undefined ? [] : [id.version];
  return {
    path: ['v2', 'docs', kinds === 'info' ? 'info' : 'code', id.owner, id.repo, ...version],
    // Without `type` this generation answers in plain text.
    parameters: { type: 'json', topic, page: String(page), limit: pageSize },
  };
}

function toPage(
  { owner, repo }: Context7Id,
  snippets: DocsPage['snippets'],
  pagination: { readonly hasNext: boolean } | undefined,
): DocsPage {
  return { owner, repo, snippets, hasNext: snippets.length > 0 && pagination?.hasNext === true };
}

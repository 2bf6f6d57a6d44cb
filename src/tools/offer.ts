import type { Lookup } from '../lookup/lookup.ts';
import { createDocsPrompt, type DocsPrompt } from './docs-prompt.ts';
import { createGetDocsTool } from './get-docs.ts';
import { createLibraryResource, type LibraryResource } from './library-resource.ts';
import { createResolveLibraryTool } from './resolve-library.ts';
import type { Tool } from './tool.ts';

/** Everything that an MCP client is offered. It never changes while docpin runs. */
export interface Offer {
  /** Said to the model once, when a client connects. At most 120 tokens: it stands in every conversation. */
  readonly instructions: string;
  /** In the order in which they are listed. */
  readonly tools: readonly Tool[];
  readonly resource: LibraryResource;
  readonly prompt: DocsPrompt;
}

const instructions =
  'docpin serves documentation of libraries in the version that this project has installed. Call get-docs with a library ' +
  'name and one question before you write or review code against a library, and when an API, option or error message is ' +
  'unfamiliar. Ask again in other words, or with names from the API, when the answer does not fit. Do not use it for the ' +
  "project's own code or for what you can already read in the repository.";

/** Creates the offer over the use cases. */
export function createOffer(lookup: Lookup): Offer {
  return {
    instructions,
    tools: [createResolveLibraryTool(lookup), createGetDocsTool(lookup)],
    resource: createLibraryResource(lookup),
    prompt: createDocsPrompt(lookup),
  };
}

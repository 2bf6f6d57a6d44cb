import type { Lookup } from '../lookup/lookup.ts';
import { createDocsPrompt, type DocsPrompt } from './docs-prompt.ts';
import { createGetDocsTool } from './get-docs.ts';
import { createLibraryResource, type LibraryResource } from './library-resource.ts';
import { createResolveLibraryTool } from './resolve-library.ts';
import type { ProjectAccess, Tool } from './tool.ts';

/** Everything that an MCP client is offered. It never changes while docpin runs. */
export interface Offer {
  /** Said to the model once, when a client connects. At most 120 tokens: it stands in every conversation. */
  readonly instructions: string;
  /** In the order in which they are listed. */
  readonly tools: readonly Tool[];
  readonly resource: LibraryResource;
  readonly prompt: DocsPrompt;
}

const ofProject =
  'docpin serves documentation of libraries in the version that this project has installed. Call get-docs with a library ' +
  'name and one question ';
const ofVersion =
  'docpin serves documentation of libraries in the version that you name. Call get-docs with a library name, the version that ' +
  'the project has (zod@4.6.7) and one question ';
const when =
  'before you write or review code against a library, and when an API, option or error message is ' +
  'unfamiliar. Ask again in other words, or with names from the API, when the answer does not fit. Do not use it for the ' +
  "project's own code or for what you can already read in the repository.";

/** Creates the offer over the use cases; `further` are the tools of the toolsets that are on. */
export function createOffer(lookup: Lookup, project: ProjectAccess, further: readonly Tool[] = []): Offer {
  return {
    instructions: (project === 'none' ? ofVersion : ofProject) + when,
    tools: [createResolveLibraryTool(lookup, project), createGetDocsTool(lookup, project), ...further],
    resource: createLibraryResource(lookup),
    prompt: createDocsPrompt(lookup, project),
  };
}

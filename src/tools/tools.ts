import type { Lookup } from '../lookup/lookup.ts';
import { createGetDocsTool } from './get-docs.ts';
import { createResolveLibraryTool } from './resolve-library.ts';
import type { Tool } from './tool.ts';

/** Said to the model once, when a client connects. At most 120 tokens: it stands in every conversation. */
export const instructions =
  'docpin serves documentation of libraries in the version that this project has installed. Call get-docs with a library ' +
  'name and one question before you write or review code against a library, and when an API, option or error message is ' +
  'unfamiliar. Ask again in other words, or with names from the API, when the answer does not fit. Do not use it for the ' +
  "project's own code or for what you can already read in the repository.";

/** Every tool, in the order in which they are listed. */
export function createTools(lookup: Lookup): readonly Tool[] {
  return [createResolveLibraryTool(lookup), createGetDocsTool(lookup)];
}

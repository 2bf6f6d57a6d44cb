import { isAbsolute } from 'node:path';
import * as z from 'zod';
import type { Lookup } from '../lookup/lookup.ts';
import { type ProjectAccess, parseArguments, readingAnnotations, type Tool } from './tool.ts';

const inputSchema = z.object({
  library: z
    .string('is needed: a library id or name')
    .trim()
    .min(1, 'is empty')
    .max(300, 'is longer than 300 characters')
    .describe('Library name or id: zod, zod@4, npm:zod@4.6.7, /owner/repo'),
  query: z
    .string('must be text')
    .max(4_000, 'is longer than 4,000 characters: ask one question in a sentence')
    .optional()
    .describe('One question, or API names. Leave out for an overview'),
  mode: z.enum(['all', 'code', 'info'], 'must be all, code or info').default('all'),
  page: z
    .int('must be a whole number from 1 to 10')
    .min(1, 'must be 1 to 10')
    .max(10, 'must be 1 to 10')
    .default(1),
  tokens: z
    .int('must be a whole number from 500 to 20000')
    .min(500, 'must be 500 to 20000')
    .max(20_000, 'must be 500 to 20000')
    .default(2_500)
    .describe('Budget of the answer'),
  project: z
    .string('must be an absolute path')
    .max(4_096, 'is too long')
    .refine(isAbsolute, 'must be an absolute path')
    .optional()
    .describe('Absolute folder of the package.json whose dependencies decide the version'),
});

const aliases = {
  libraryId: 'library',
  libraryID: 'library',
  context7CompatibleLibraryID: 'library',
  libraryName: 'library',
  name: 'library',
  topic: 'query',
  userQuery: 'query',
  question: 'query',
};

/** A caller on another machine has no folders here. */
const remoteInputSchema = inputSchema.omit({ project: true });

type Arguments = z.infer<typeof remoteInputSchema> & Pick<z.infer<typeof inputSchema>, 'project'>;

const whatOfProject =
  "Answers from the documentation of the library version that the user's project really has installed. ";
const whatOfVersion =
  'Answers from the documentation of a library. Name the version that the project has (zod@4.6.7): this server does not see the ' +
  'project, and serves the newest one unasked. ';
const when = 'Use it before writing code against a library. The first line says which version was served.';

/** The tool that answers from a library's docs. */
export function createGetDocsTool(lookup: Pick<Lookup, 'answer'>, project: ProjectAccess): Tool {
  const schema = project === 'of-client' ? inputSchema : remoteInputSchema;
  return {
    name: 'get-docs',
    title: 'Get library docs',
    description: (project === 'none' ? whatOfVersion : whatOfProject) + when,
    inputSchema: schema,
    annotations: readingAnnotations,
    // Claude Code defers MCP tools until they are searched for, unless a tool asks not to be.
    meta: { 'anthropic/alwaysLoad': true },
    otherNames: ['query-docs', 'get-library-docs'],
    async call(args, context) {
      const parsed: Arguments = parseArguments(schema, aliases, args);
      const { project: folder, query, library, ...request } = parsed;
      const { text, facts } = await lookup.answer(
        { ...request, library: withVersion(library, args), ...(query === undefined ? {} : { query }) },
        folder === undefined ? context : { ...context, projectFolder: folder },
      );
      const { snippets, ...rest } = facts;
      return { text, facts: { ...rest, places: snippets.map((snippet) => snippet.location) } };
    },
  };
}

/** Models that know other servers send the version apart; ignoring it would answer for another one. */
function withVersion(library: string, args: unknown): string {
  const version = typeof args === 'object' && args !== null && 'version' in args ? args.version : undefined;
  if ((typeof version !== 'string' && typeof version !== 'number') || version === '') return library;
  return library.lastIndexOf('@') > 0 || library.startsWith('/') ? library : `${library}@${version}`;
}

import * as z from 'zod';
import type { Lookup } from '../lookup/lookup.ts';
import { type ProjectAccess, parseArguments, readingAnnotations, type Tool } from './tool.ts';

const inputSchema = z.object({
  name: z
    .string('is needed: a library or package name, or a description')
    .trim()
    .min(1, 'is empty')
    .max(200, 'is longer than 200 characters')
    .describe('Library or package name, or what it does'),
  query: z
    .string('must be text')
    .max(4_000, 'is longer than 4,000 characters')
    .optional()
    .describe('What you need it for; ranks the matches'),
});

const aliases = {
  libraryName: 'name',
  library: 'name',
  userQuery: 'query',
  question: 'query',
  topic: 'query',
};

const what =
  'Finds the library id for a name or description, with versions and how much documentation there is. ';
const order = 'Dependencies of the project come first. ';
const when = 'Only needed when get-docs does not know the name.';

/** The tool that finds which library is meant. */
export function createResolveLibraryTool(lookup: Pick<Lookup, 'resolve'>, project: ProjectAccess): Tool {
  return {
    name: 'resolve-library',
    title: 'Find a library',
    description: what + (project === 'none' ? '' : order) + when,
    inputSchema,
    annotations: readingAnnotations,
    otherNames: ['resolve-library-id'],
    async call(args, context) {
      const { name, query } = parseArguments(inputSchema, aliases, args);
      const { text, facts } = await lookup.resolve(
        { name, ...(query === undefined ? {} : { query }) },
        context,
      );
      return { text, facts };
    },
  };
}

import * as z from 'zod';
import type { Lookup } from '../lookup/lookup.ts';
import { type CallContext, type ProjectAccess, parseArguments } from './tool.ts';

/** A prompt that a person picks in the client: a library's docs on a question, put into the conversation. */
export interface DocsPrompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly description: string;
    readonly required: boolean;
  }[];
  /** The text of the one message. Rejects with a `DocpinError`. */
  render(args: unknown, context: CallContext): Promise<string>;
}

const argumentsSchema = z.object({
  library: z
    .string('is needed: a library id or name')
    .trim()
    .min(1, 'is empty')
    .max(300, 'is longer than 300 characters'),
  query: z.string('must be text').max(4_000, 'is longer than 4,000 characters').optional(),
});

/** Creates the prompt over the use cases. */
export function createDocsPrompt(lookup: Pick<Lookup, 'answer'>, project: ProjectAccess): DocsPrompt {
  const whose = project === 'none' ? 'that its name says (zod@4.6.7)' : 'of the project';
  return {
    name: 'docs',
    title: 'Library docs',
    description: `Puts a library's documentation on a question into the conversation, in the version ${whose}.`,
    arguments: [
      { name: 'library', description: 'Library name or id', required: true },
      { name: 'query', description: 'The question; nothing for an overview', required: false },
    ],
    async render(args, context) {
      const { library, query } = parseArguments(argumentsSchema, {}, args);
      const { text } = await lookup.answer(
        { library, ...(query === undefined ? {} : { query }), mode: 'all', page: 1, tokens: 2_500 },
        context,
      );
      return query === undefined ? text : `Answer from the documentation below: ${query}\n\n${text}`;
    },
  };
}

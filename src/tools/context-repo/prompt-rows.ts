import * as z from 'zod';
import { cursor, id, limit, page, tagFilter, text } from './arguments.ts';
import { listText } from './list-text.ts';
import { type ToolRow, toolRow } from './tool-row.ts';

export const promptRows: readonly ToolRow[] = [
  toolRow({
    operation: 'search_prompts',
    title: 'Search prompts',
    description: "Lists the user's own prompts in Context Repo, with their ids.",
    inputSchema: z.object({
      search: text(500).describe('Words in title, description or text').optional(),
      tags: tagFilter,
      limit,
      cursor,
    }),
    aliases: { q: 'search', query: 'search' },
    async run({ search, tags, ...rest }, ask, show) {
      const data = await ask('search_prompts', { query: { ...rest, q: search, tags: tags?.join(',') } });
      const entries = data.rows.map(
        (row) =>
          `- ${show.line(row.title) || 'Untitled'} (id ${row.id})${row.description === undefined ? '' : `\n  ${show.line(row.description, 240)}`}`,
      );
      return { text: listText({ kind: 'prompt', entries, cursor: data.cursor }), data };
    },
  }),
  toolRow({
    operation: 'read_prompt',
    title: 'Read a prompt',
    description:
      'Gives a prompt of Context Repo as it was written, with its variables, which are yours to fill in.',
    inputSchema: z.object({ promptId: id('prompt'), page }),
    aliases: { id: 'promptId' },
    async run({ promptId }, ask, show) {
      const data = await ask('read_prompt', { id: promptId });
      const version = data.currentVersion === undefined ? '' : `, version ${data.currentVersion}`;
      return {
        text: [
          `${show.line(data.title) || 'Untitled'} (id ${data.id}${version})`,
          ...(data.description === undefined || data.description === ''
            ? []
            : [show.line(data.description, 1_000)]),
          ...data.variables.map(
            ({ name, description }) =>
              `Variable \${${show.line(name, 100)}}${description === undefined ? '' : `: ${show.line(description)}`}`,
          ),
        ].join('\n'),
        content: show.asWritten(data.content),
        data,
      };
    },
  }),
];

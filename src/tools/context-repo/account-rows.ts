import * as z from 'zod';
import { page } from './arguments.ts';
import { type ToolRow, toolRow } from './tool-row.ts';

export const accountRows: readonly ToolRow[] = [
  toolRow({
    operation: 'get_user_info',
    title: 'Tell whose key it is',
    description: 'Tells whose the Context Repo key is and what it may do.',
    inputSchema: z.object({}),
    async run(_args, ask, show) {
      const data = await ask('get_user_info', {});
      const { permissions } = data;
      const may =
        permissions === undefined ? 'not told' : show.line(permissions.join(', '), 500) || 'nothing';
      return { text: `${show.line(data.name) || 'No name'}\nScopes: ${may}`, data };
    },
  }),
  toolRow({
    operation: 'get_capabilities',
    title: 'Tell what Context Repo can do',
    description: 'Gives what Context Repo tells everybody of itself, as JSON.',
    inputSchema: z.object({ page }),
    async run(_args, ask, show) {
      const content = await ask('get_capabilities', {});
      return {
        text: 'Capabilities of Context Repo:',
        content: show.asWritten(JSON.stringify(content, undefined, 2)),
        data: { content },
      };
    },
  }),
];

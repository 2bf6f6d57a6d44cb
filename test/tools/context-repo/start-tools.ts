import { onTestFinished } from 'vitest';
import { DocpinError } from '../../../src/errors.ts';
import { cleanInline } from '../../../src/lookup/text/clean-text.ts';
import { stripInvisible } from '../../../src/lookup/text/strip-invisible.ts';
import { operationOf } from '../../../src/sources/context-repo/client/operations.ts';
import { createContextRepoTools } from '../../../src/tools/context-repo/create-context-repo-tools.ts';
import type { Tool, ToolResult } from '../../../src/tools/tool.ts';
import { toOutboundQuery } from '../../../src/upstream/outbound-query.ts';
import { call, type StartOptions, startContextRepo } from '../../sources/context-repo/start-context-repo.ts';

/** The tools over the real client before the stand-in. */
export async function startTools({
  allowsWrites = true,
  ...options
}: StartOptions & { allowsWrites?: boolean } = {}) {
  const started = await startContextRepo(options);
  onTestFinished(() => started.close());
  const toolsOf = (writes: boolean) =>
    createContextRepoTools({
      openClient: async () => started.client,
      operationOf,
      allowsWrites: writes,
      show: {
        line: (text = '', maxLength) => cleanInline(text, maxLength),
        asWritten: (text = '') => stripInvisible(text),
      },
      countTokens: (text) => Math.ceil(text.length / 4),
      toOutboundQuery: (query) => toOutboundQuery(query, [started.key]),
    });
  const tools = toolsOf(allowsWrites);

  function toolOf(name: string): Tool {
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool;
  }

  return {
    ...started,
    tools,
    toolsOf,
    use: (name: string, args: object = {}, context = call()): Promise<ToolResult> =>
      toolOf(name).call(args, context),
    async fail(name: string, args: unknown = {}, context = call()): Promise<DocpinError> {
      const error = await toolOf(name)
        .call(args, context)
        .catch((thrown: unknown) => thrown);
      if (error instanceof DocpinError) return error;
      throw new Error(`${name} did not fail`, { cause: error });
    },
    /** What was asked beside what the credential may do. */
    asked: () =>
      started.standIn.requests
        .filter(({ path }) => path !== '/v1/user/me')
        .map(({ method, path }) => `${method} ${path}`),
  };
}

/** Arguments that each tool takes; ids are of nothing. */
export const plainArguments: Readonly<Record<string, object>> = {
  list_documents: {},
  get_document: { documentId: 'dNothing' },
  create_document: { title: 'T', content: 'C' },
  update_document: { documentId: 'dNothing', title: 'T' },
  scrape_document: { url: 'https://example.com/' },
  search_prompts: {},
  read_prompt: { promptId: 'pNothing' },
  find_items: { query: 'deploy' },
  list_collections: {},
  deep_search: { query: 'deploy' },
  deep_read: { chunkId: 'kNothing' },
  deep_expand: { chunkId: 'kNothing', direction: 'up' },
  get_user_info: {},
  get_capabilities: {},
};

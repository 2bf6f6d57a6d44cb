import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { type ErrorCode, toDocpinError } from '../errors.ts';
import type { DocsPrompt } from '../tools/docs-prompt.ts';
import type { LibraryResource } from '../tools/library-resource.ts';
import type { CallContext } from '../tools/tool.ts';
import type { TrackCall } from './track-calls.ts';

export interface ResourceOptions {
  readonly resource: LibraryResource;
  readonly prompt: DocsPrompt;
  readonly toCall: (context: ServerContext) => CallContext;
  readonly track: TrackCall;
}

/** Serves the library resource, the docs prompt, and completion of library ids in both. Their lists never change. */
export function serveResources(
  server: McpServer['server'],
  { resource, prompt, toCall, track }: ResourceOptions,
): void {
  const { uriTemplate, name, title, description, mimeType } = resource;

  server.setRequestHandler('resources/list', () => ({ resources: [] }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [{ uriTemplate, name, title, description, mimeType }],
  }));
  server.setRequestHandler('resources/read', async ({ params: { uri } }, context) => {
    const read = () => resource.read(uri, toCall(context));
    const text = await inProtocolTerms(() => track('resources/read', read), uri);
    return { contents: [{ uri, mimeType, text }] };
  });

  server.setRequestHandler('prompts/list', () => ({
    prompts: [
      {
        name: prompt.name,
        title: prompt.title,
        description: prompt.description,
        arguments: prompt.arguments.map((argument) => ({ ...argument })),
      },
    ],
  }));
  server.setRequestHandler('prompts/get', async ({ params }, context) => {
    if (params.name !== prompt.name) {
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `docpin has no such prompt. Its prompt: ${prompt.name}.`,
      );
    }
    const render = () => prompt.render(params.arguments, toCall(context));
    const text = await inProtocolTerms(() => track('prompts/get', render));
    return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text } }] };
  });

  server.setRequestHandler('completion/complete', async ({ params: { argument } }, context) => {
    if (argument.name !== 'id' && argument.name !== 'library')
      return { completion: { values: [], hasMore: false } };
    const values = await inProtocolTerms(() => resource.complete(argument.value, toCall(context)));
    return { completion: { values: [...values], total: values.length, hasMore: false } };
  });
}

/** It is not here; offline, nobody may be asked who could have it. */
const missing: ReadonlySet<ErrorCode> = new Set([
  'library-not-found',
  'version-not-found',
  'no-docs',
  'offline',
]);

/** These methods have no `isError`: a failure is an error of the protocol, with our message. */
async function inProtocolTerms<T>(work: () => Promise<T>, uri?: string): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = toDocpinError(thrown);
    const isMissing = missing.has(error.code);
    if (uri !== undefined && isMissing) throw new ResourceNotFoundError(uri, error.message);
    const code =
      error.code === 'bad-input' || isMissing
        ? ProtocolErrorCode.InvalidParams
        : ProtocolErrorCode.InternalError;
    throw new ProtocolError(code, error.message);
  }
}

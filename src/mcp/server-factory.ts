import {
  McpServer,
  type McpServerFactory,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import { toDocpinError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { DocsPrompt } from '../tools/docs-prompt.ts';
import type { LibraryResource } from '../tools/library-resource.ts';
import type { CallContext, Tool } from '../tools/tool.ts';
import type { Caller, FinishedCall } from './caller.ts';
import { createProgressReporter } from './progress-reporter.ts';
import { createRootsReader } from './roots-reader.ts';
import { serveResources } from './serve-resources.ts';
import { createTrackCall } from './track-calls.ts';

export interface ServerFactoryOptions extends Partial<HttpHooks> {
  readonly version: string;
  readonly instructions: string;
  readonly tools: readonly Tool[];
  readonly resource: LibraryResource;
  readonly prompt: DocsPrompt;
  readonly log: Log;
}

/** What HTTP adds, where each request has a caller of its own. */
export interface HttpHooks {
  /**
   * Who sent a request. Left out on stdio, where the one client is the operator's own: only that one is asked for its roots,
   * because a remote caller's folders would be looked for on this machine.
   */
  readonly callerOf: (request: Request | undefined) => Caller;
  /** Told of every call that is over. Must not throw. */
  readonly onCall: (call: FinishedCall) => void;
}

/** Lists and `server/discover` never change while docpin runs, and hold nothing of a user. */
const constant = { ttlMs: 3_600_000, cacheScope: 'public' } as const;
/** Of a list that depends on what its caller may do. */
const ofCaller = { ...constant, cacheScope: 'private' } as const;

/**
 * Makes a cheap factory of MCP servers: one per stdio connection, one per HTTP request. It serves the 2026-07-28 protocol
 * and every earlier one. Tool schemas are derived once per process, not once per server: that is a third of the SDK's time.
 */
export function createServerFactory(options: ServerFactoryOptions): McpServerFactory {
  const { tools, log, callerOf } = options;
  const byName = new Map(
    tools.flatMap((tool) => [tool.name, ...tool.otherNames].map((name) => [name, tool] as const)),
  );
  const isForAll = tools.every(({ isOffered }) => isOffered === undefined);
  let listed: ReturnType<typeof listTools> | undefined;

  return ({ era, requestInfo }) => {
    const caller = callerOf?.(requestInfo);
    const track = createTrackCall(options.onCall, caller?.name);
    const mcpServer = new McpServer(
      { name: 'docpin', title: 'docpin', version: options.version },
      {
        capabilities: {
          tools: { listChanged: false },
          resources: { listChanged: false },
          prompts: { listChanged: false },
          completions: {},
        },
        instructions: options.instructions,
        cacheHints: {
          'tools/list': isForAll ? constant : ofCaller,
          'prompts/list': constant,
          'resources/list': constant,
          'resources/templates/list': constant,
          'server/discover': constant,
        },
      },
    );
    const { server } = mcpServer;
    const readRoots = era === 'legacy' && callerOf === undefined ? createRootsReader(server) : undefined;
    const toCall = (context: ServerContext) => callContext(context, readRoots, caller);

    serveResources(server, { resource: options.resource, prompt: options.prompt, toCall, track });

    server.setRequestHandler('tools/list', async (_request, context) => {
      listed ??= listTools(tools);
      if (isForAll) return listed;
      const call = toCall(context);
      const offered = await Promise.all(tools.map((tool) => tool.isOffered?.(call) ?? true));
      return { tools: listed.tools.filter((_tool, index) => offered[index]) };
    });

    server.setRequestHandler('tools/call', async (request, context) => {
      const tool = byName.get(request.params.name);
      if (tool === undefined) {
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          `docpin has no such tool. Its tools: ${tools.map(({ name }) => name).join(', ')}.`,
        );
      }
      try {
        const { text, facts } = await track(
          tool.name,
          () => tool.call(request.params.arguments, toCall(context)),
          (result) => result.facts.tokens,
        );
        return { content: [{ type: 'text', text }], _meta: { 'docpin/facts': facts } };
      } catch (thrown) {
        const error = toDocpinError(thrown);
        if (error.code === 'internal') log.error('tool failed', { tool: tool.name, cause: causeOf(error) });
        return {
          content: [{ type: 'text', text: error.message }],
          isError: true,
          _meta: {
            'docpin/error': {
              code: error.code,
              ...(error.retryAtMs === undefined ? {} : { retryAt: new Date(error.retryAtMs).toISOString() }),
            },
          },
        };
      }
    });
    return mcpServer;
  };
}

function callContext(
  context: ServerContext,
  readRoots: CallContext['roots'],
  caller: Caller | undefined,
): CallContext {
  const token = context.mcpReq._meta?.progressToken;
  return {
    signal: context.mcpReq.signal,
    ...(readRoots === undefined ? {} : { roots: readRoots }),
    ...(caller === undefined ? {} : { credentials: caller.credentials }),
    ...(token === undefined ? {} : { onProgress: createProgressReporter(context.mcpReq.notify, token) }),
  };
}

function listTools(tools: readonly Tool[]) {
  return {
    tools: tools.map((tool) => ({
      name: tool.name,
      title: tool.title,
      description: tool.description,
      inputSchema: toInputSchema(tool.inputSchema),
      annotations: { ...tool.annotations },
      ...(tool.meta === undefined ? {} : { _meta: { ...tool.meta } }),
    })),
  };
}

/** JSON Schema of what may be sent: arguments with a default are not required. */
function toInputSchema(schema: z.ZodObject): { type: 'object'; [keyword: string]: unknown } {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { ...rest, type: 'object' };
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : String(error.cause);
}

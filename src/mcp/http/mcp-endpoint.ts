import type { IncomingMessage, ServerResponse } from 'node:http';
import { createMcpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import type { Log } from '../../log.ts';
import type { Caller } from '../caller.ts';
import type { HttpHooks } from '../server-factory.ts';
import { createReadMessage } from './read-message.ts';
import { toWebRequest, writeWebResponse } from './web-exchange.ts';

export interface McpEndpoint {
  /** Serves one POST. Rejects with a `Refusal` before anything is answered. */
  serve(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void>;
  /** Calls that were read and are not answered yet. */
  countInFlight(): number;
  /** Waits until every call is answered. No stream lasts longer: there is nothing that a client could subscribe to. */
  drain(): Promise<void>;
  /** Aborts what is still going on. */
  close(): Promise<void>;
}

export interface McpEndpointOptions {
  /** Makes the factory of MCP servers, one for each request. */
  readonly createFactory: (hooks: HttpHooks) => McpServerFactory;
  readonly onCall: HttpHooks['onCall'];
  readonly log: Log;
}

interface Exchange {
  readonly stop: AbortController;
  readonly over: Promise<void>;
}

/** Creates what serves MCP, in both eras of the protocol, each request on its own: no session, no state between requests. */
export function createMcpEndpoint({ createFactory, onCall, log }: McpEndpointOptions): McpEndpoint {
  const callers = new WeakMap<Request, Caller>();
  const readMessage = createReadMessage();
  const inFlight = new Set<Exchange>();
  const factory = createFactory({ onCall, callerOf: (request) => callerOf(callers, request) });
  const handler = createMcpHandler(factory, {
    onerror: (error) => log.debug('protocol error', { reason: reasonOf(error) }),
  });

  async function exchange(
    request: IncomingMessage,
    response: ServerResponse,
    { message, caller, stop }: { message: object; caller: Caller; stop: AbortController },
  ): Promise<void> {
    response.once('close', () => {
      if (!response.writableFinished) stop.abort();
    });
    if (response.destroyed) stop.abort();
    const webRequest = toWebRequest(request, stop.signal);
    callers.set(webRequest, caller);
    await writeWebResponse(await handler.fetch(webRequest, { parsedBody: message }), response);
  }

  return {
    async serve(request, response, caller) {
      const message = await readMessage(request);
      const stop = new AbortController();
      const over = exchange(request, response, { message, caller, stop });
      const entry: Exchange = { stop, over };
      inFlight.add(entry);
      try {
        await over;
      } finally {
        inFlight.delete(entry);
      }
    },
    countInFlight: () => inFlight.size,
    async drain() {
      await Promise.allSettled([...inFlight].map(({ over }) => over));
    },
    async close() {
      for (const { stop } of inFlight) stop.abort();
      await handler.close();
    },
  };
}

/** The SDK's word for what is wrong, without its sentence: that repeats what the caller wrote. */
function reasonOf({ name, message }: Error): string {
  return /^Rejected (?:inbound|2025-era) request[^(]*\(([\w-]+)\): /.exec(message)?.[1] ?? name;
}

function callerOf(callers: WeakMap<Request, Caller>, request: Request | undefined): Caller {
  const caller = request === undefined ? undefined : callers.get(request);
  // The SDK hands over the request that it was given; one that nobody is known for must not be served as somebody.
  if (caller === undefined) throw new Error('A request came in past the endpoint.');
  return caller;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../log.ts';
import type { Authenticate } from './access/authenticate.ts';
import type { CallerAddress } from './access/caller-address.ts';
import { type HostCheck, preflightHeaders } from './access/host-check.ts';
import type { InFlightLimit } from './access/in-flight-limit.ts';
import type { RateLimits } from './access/rate-limits.ts';
import { readUpstreamKeys } from './access/upstream-keys.ts';
import type { Readiness } from './health.ts';
import type { McpEndpoint } from './mcp-endpoint.ts';
import type { Metrics } from './metrics.ts';
import { maxBodyBytes } from './read-message.ts';
import { answerJson, answerRefusal, endAnswer, Refusal } from './refusal.ts';

export interface ListenerOptions {
  readonly endpoint: McpEndpoint;
  readonly hostCheck: HostCheck;
  readonly addressOf: (request: IncomingMessage) => CallerAddress;
  readonly authenticate: Authenticate;
  /** Whether tokens are asked for at all. */
  readonly hasTokens: boolean;
  readonly limits: RateLimits;
  /** Of the calls that one caller has under way. */
  readonly enter: InFlightLimit;
  readonly metrics: Metrics;
  readonly readiness: () => Readiness;
  readonly isDraining: () => boolean;
  readonly log: Log;
}

interface Route {
  readonly methods: readonly string[];
  serve(request: IncomingMessage, response: ServerResponse): Promise<void> | void;
}

/** Creates what answers every HTTP request. Whatever a client sends ends in an answer or a closed connection. */
export function createListener(
  options: ListenerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { endpoint, hostCheck, addressOf, authenticate, limits, enter, metrics, isDraining, log } = options;

  const routes: Readonly<Record<string, Route>> = {
    '/mcp': { methods: ['POST'], serve: serveMcp },
    '/healthz': {
      methods: ['GET', 'HEAD'],
      serve: (_, response) => answerJson(response, 200, { status: 'ok' }),
    },
    '/readyz': { methods: ['GET', 'HEAD'], serve: (_, response) => serveReadiness(response) },
    '/metrics': { methods: ['GET', 'HEAD'], serve: serveMetrics },
  };

  async function serveMcp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isDraining()) throw stopping();
    const { name, limitKey } = await authenticate(request, addressOf(request));
    await limits.countCall(limitKey);
    const leave = enter(limitKey);
    try {
      await endpoint.serve(request, response, { name, credentials: readUpstreamKeys(request) });
    } finally {
      leave();
    }
  }

  function serveReadiness(response: ServerResponse): void {
    const { state, parts } = isDraining() ? stopped : options.readiness();
    answerJson(response, state === 'failed' ? 503 : 200, { status: state, ...parts });
  }

  async function serveMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const from = addressOf(request);
    if (!from.isLocal) {
      if (!options.hasTokens)
        throw new Refusal(403, 'Metrics are served to this machine only, or with a token.');
      await authenticate(request, from);
    }
    const text = await metrics.render();
    response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' });
    endAnswer(response, text);
  }

  async function answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request;
    hostCheck.assertAllowed(request);
    for (const [name, value] of Object.entries(hostCheck.corsHeaders(request)))
      response.setHeader(name, value);
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) throw new Refusal(404, 'There is nothing at this path. MCP is served at /mcp.');
    if (method === 'OPTIONS' && request.headers.origin !== undefined && path === '/mcp') {
      response.writeHead(204, preflightHeaders);
      return endAnswer(response);
    }
    if (!route.methods.includes(method)) {
      const allow = route.methods.join(', ');
      throw new Refusal(405, `This path takes ${allow}.`, { headers: { allow } });
    }
    await route.serve(request, response);
  }

  return (request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    response.once('close', () => {
      const status = response.headersSent ? response.statusCode : 'aborted';
      metrics.countRequest(Object.hasOwn(routes, path) ? path : 'other', status);
    });
    // A client that goes away is an error of both streams; what serves it is told by the response's end.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (isDraining()) response.setHeader('connection', 'close');
    answer(path, request, response).catch((thrown: unknown) => {
      if (response.destroyed) return;
      const refusal = thrown instanceof Refusal ? thrown : failed(thrown);
      answerRefusal(request, response, refusal, maxBodyBytes);
    });
  };

  function failed(thrown: unknown): Refusal {
    log.error('a request failed', { cause: thrown instanceof Error ? thrown.stack : String(thrown) });
    return new Refusal(500, 'docpin failed in a way it did not foresee. Its log says more.');
  }
}

const stopped: Readiness = { state: 'failed', parts: { server: 'stopping' } };

function stopping(): Refusal {
  return new Refusal(503, 'The server is stopping. Ask again in a moment.', {
    headers: { 'retry-after': '5' },
  });
}

import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import type { FinishedCall } from '../caller.ts';
import { createAddressTest, isLoopbackAddress } from './access/addresses.ts';
import { createAuthenticate } from './access/authenticate.ts';
import { createCallerAddress } from './access/caller-address.ts';
import { createConnectionLimit } from './access/connection-limit.ts';
import { createHostCheck } from './access/host-check.ts';
import { createInFlightLimit } from './access/in-flight-limit.ts';
import { createRateLimits } from './access/rate-limits.ts';
import { openTokenFile, type TokenFile } from './access/token-file.ts';
import { renderCallLine } from './call-line.ts';
import { createListener } from './create-listener.ts';
import { combineReadiness, type Readiness } from './health.ts';
import { createMcpEndpoint, type McpEndpointOptions } from './mcp-endpoint.ts';
import { createMetrics } from './metrics.ts';
import { createNodeServer, listen } from './node-server.ts';

export interface HttpOptions {
  readonly version: string;
  readonly log: Log;
  readonly createFactory: McpEndpointOptions['createFactory'];
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Besides the names of this machine and `host`. */
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Undefined lets everybody in. */
  readonly tokenFile: string | undefined;
  readonly trustedProxies: readonly string[];
  /** For one caller; 0 for no limit. */
  readonly callsPerMinute: number;
  /** What is known of what the answers are made from. */
  readonly readiness: () => Readiness;
  /** Milliseconds of a clock that is never set back. */
  readonly nowMs: () => number;
  /** Takes one line for each call; undefined where none is wanted. */
  readonly writeCallLine: ((line: string) => void) | undefined;
}

export interface HttpServer {
  /** Where MCP is served: `http://127.0.0.1:4850/mcp`. */
  readonly url: string;
  /** Takes no further calls, lets those under way end for 8 s at the most, and closes every connection. */
  close(): Promise<void>;
}

const maxConnectionsPerAddress = 512;
/** Two libraries are read at a time, so more of one caller's calls would mostly wait. */
const maxInFlight = 16;
const failuresPerMinute = 10;
const drainMs = 8_000;
/** Listens on every address of the machine, and is the name of none. */
const wildcards = ['0.0.0.0', '::'];

/** Serves MCP over HTTP until it is closed. Rejects with `bad-config` when the address or the token file cannot be used. */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const { host, port, log, writeCallLine } = options;
  const { tokenFile, trustedProxies, callsPerMinute, nowMs } = options;
  let connections = 0;
  let isDraining = false;

  const metrics = createMetrics({
    version: options.version,
    countConnections: () => connections,
    countInFlight: () => endpoint.countInFlight(),
  });
  const onCall = (call: FinishedCall): void => {
    metrics.countCall(call);
    writeCallLine?.(renderCallLine(call, new Date()));
  };
  const endpoint = createMcpEndpoint({ createFactory: options.createFactory, onCall, log });

  const tokens = tokenFile === undefined ? undefined : openTokenFile({ path: tokenFile, log, nowMs });
  const limits = createRateLimits({ callsPerMinute, failuresPerMinute });
  const ownName = wildcards.includes(host) ? [] : [toHostName(host)];
  const listener = createListener({
    endpoint,
    hostCheck: createHostCheck({
      hosts: [...ownName, ...options.allowedHosts],
      origins: options.allowedOrigins,
    }),
    addressOf: createCallerAddress(trustedProxies),
    authenticate: createAuthenticate({ tokens, limits }),
    hasTokens: tokens !== undefined,
    limits,
    enter: createInFlightLimit(callsPerMinute === 0 ? Infinity : maxInFlight),
    metrics,
    readiness: () => combineReadiness([options.readiness(), readinessOf(tokens)]),
    isDraining: () => isDraining,
    log,
  });

  const isProxy = createAddressTest(trustedProxies);
  const limitConnections = createConnectionLimit({
    maxPerAddress: maxConnectionsPerAddress,
    isExempt: (address) => isLoopbackAddress(address) || isProxy(address),
  });
  const server = createNodeServer(listener, {
    onConnection: (socket) => {
      connections += 1;
      socket.once('close', () => {
        connections -= 1;
      });
      limitConnections(socket);
    },
    onGarbage: (status) => metrics.countRequest('other', status),
  });
  const address = await listen(server, host, port);

  return {
    url: urlOf(address),
    async close() {
      isDraining = true;
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.race([endpoint.drain(), delay(drainMs, undefined, { ref: false })]);
      await endpoint.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function readinessOf(tokens: TokenFile | undefined): Readiness {
  switch (tokens?.state()) {
    case 'lost':
      return { state: 'failed', parts: { tokens: 'the token file cannot be read' } };
    case 'kept':
      return {
        state: 'degraded',
        parts: { tokens: 'the token file cannot be read; its tokens count for another minute' },
      };
    case 'faulty':
      return { state: 'degraded', parts: { tokens: 'a part of the token file cannot be used' } };
    default:
      return { state: 'ready', parts: {} };
  }
}

function urlOf({ address, port }: AddressInfo): string {
  return `http://${toHostName(address)}:${port}/mcp`;
}

/** As it stands in a URL and in a `Host` header, in the one form that an address is written in there. */
function toHostName(host: string): string {
  return new URL(`http://${host.includes(':') ? `[${host}]` : host}/`).hostname;
}

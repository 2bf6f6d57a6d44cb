import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { abortError, DocpinError } from '../errors.ts';
import { isLoopback } from '../is-loopback.ts';
import { createCheckedLookup } from './checked-lookup.ts';
import { readBody } from './read-body.ts';
import type { Upstream, UpstreamRequest, UpstreamResponse } from './upstream.ts';

/** Proxy URLs as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` hold them. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/** Other than what Node trusts by itself. */
export interface TlsSettings {
  /** Certificates of the authorities that are trusted instead of the usual ones, in PEM. */
  readonly ca?: string;
  /** False takes any certificate. */
  readonly rejectUnauthorized?: boolean;
}

export interface UndiciSendOptions {
  readonly userAgent: string;
  readonly proxy?: ProxySettings;
  readonly tls?: TlsSettings;
  /** For requests to a foreign host (`UpstreamRequest.isForeignHost`). */
  readonly refusesAddress?: (address: string) => boolean;
  readonly maxBodyBytes: number;
}

/** No more sockets than this to one server: what is above it waits its turn. */
const maxConnections = 32;
/** Calls of one conversation come seconds apart; undici's own 4 s would open a new connection for nearly each. */
const keepAliveMs = 30_000;
const certificateProblem = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

/**
 * Sends one request, once, and reads the whole answer. Redirects are answers here: nothing is followed, so no credential
 * reaches another origin. Extra authorities of `NODE_EXTRA_CA_CERTS` are trusted, as undici uses the store of node:tls.
 */
export function createUndiciSend(options: UndiciSendOptions): Upstream {
  const { refusesAddress } = options;
  const known = createRoutes(options);
  const foreign =
    refusesAddress === undefined ? known : createRoutes(options, createCheckedLookup(refusesAddress));

  async function send(request: UpstreamRequest): Promise<UpstreamResponse> {
    const { direct, proxied } = request.isForeignHost === true ? foreign : known;
    // A proxy never sees what stays on this machine, and a key may only go over plain HTTP because it stays here.
    const dispatcher = isLoopback(request.url) ? direct : (proxied ?? direct);
    try {
      const response = await dispatcher.request(toDispatch(request, options.userAgent));
      const headers = joinHeaders(response.headers);
      const body = await readBody(response.body, {
        headers,
        host: request.url.hostname,
        maxBytes: options.maxBodyBytes,
      });
      return { status: response.statusCode, headers, body };
    } catch (error) {
      if (request.signal.aborted) throw abortError(request.signal);
      throw error instanceof DocpinError ? error : toUnavailable(error, request.url);
    }
  }

  return {
    send,
    async close() {
      const all = [known.direct, known.proxied, foreign.direct, foreign.proxied];
      await Promise.all([...new Set(all)].map((dispatcher) => dispatcher?.destroy()));
    },
  };
}

interface Routes {
  readonly direct: Dispatcher;
  readonly proxied: Dispatcher | undefined;
}

/** What connections are made by; a proxy looks names up by itself, so `lookup` counts for the others. */
function createRoutes({ proxy, tls = {} }: UndiciSendOptions, lookup?: LookupFunction): Routes {
  const agentOptions = {
    connections: maxConnections,
    keepAliveTimeout: keepAliveMs,
    connect: { ...tls, ...(lookup === undefined ? {} : { lookup }) },
  };
  const direct = new Agent(agentOptions);
  const { httpProxy = '', httpsProxy = '', noProxy = '' } = proxy ?? {};
  if (httpProxy === '' && httpsProxy === '') return { direct, proxied: undefined };
  // All three are given, because undici reads the environment for those that are not.
  const proxies = { httpProxy, httpsProxy, noProxy };
  return {
    direct,
    proxied: new EnvHttpProxyAgent({ ...agentOptions, ...proxies, requestTls: tls, proxyTls: tls }),
  };
}

function toDispatch(request: UpstreamRequest, userAgent: string): Dispatcher.RequestOptions {
  return {
    origin: request.url.origin,
    path: `${request.url.pathname}${request.url.search}`,
    method: request.method,
    headers: { 'accept-encoding': 'gzip, br, deflate', ...request.headers, 'user-agent': userAgent },
    body: request.body ?? null,
    signal: request.signal,
    // Time is kept by the wrappers alone.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}

function joinHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return joined;
}

function toUnavailable(error: unknown, url: URL): DocpinError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isCode = /^[A-Z][A-Z0-9_]{2,50}$/.test(code);
  return new DocpinError(
    'unavailable',
    {
      what: `${url.hostname} could not be reached${isCode ? ` (${code})` : ''}.`,
      next: certificateProblem.test(code)
        ? 'If a company proxy signs connections, point NODE_EXTRA_CA_CERTS at its certificate.'
        : 'Check the network, the address and the proxy settings, then ask again.',
    },
    { cause: error },
  );
}

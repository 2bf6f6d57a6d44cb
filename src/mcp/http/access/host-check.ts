import type { IncomingMessage } from 'node:http';
import { Refusal } from '../refusal.ts';

export interface HostCheckOptions {
  /** Host names besides those of this machine, lower case, without port, IPv6 addresses in brackets. `*` stands for every name. */
  readonly hosts: readonly string[];
  /** Origins besides those of this machine, as browsers send them: `https://app.example`. */
  readonly origins: readonly string[];
}

export interface HostCheck {
  /**
   * Throws a `Refusal` (403) for a request that was sent to another name or by a page of another origin. That is how a web page
   * reaches a server of the machine that it is looked at on (DNS rebinding): its requests carry its own name.
   */
  assertAllowed(request: IncomingMessage): void;
  /** The headers that let a page of an allowed origin read the answer; none for everything that is no page. */
  corsHeaders(request: IncomingMessage): Readonly<Record<string, string>>;
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];
/** A name or address, and a port: nothing else that a URL may hold before a slash. */
const hostForm = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
/** Headers that say who asks what: two of one would be read differently by a proxy and by docpin. */
const singleHeaders = ['host', 'origin', 'authorization', 'content-type', 'content-length'];
const exposedHeaders = 'WWW-Authenticate, Retry-After';

/** Creates the check of the `Host` and `Origin` headers of every request. */
export function createHostCheck(options: HostCheckOptions): HostCheck {
  const hosts = new Set([...loopbackNames, ...options.hosts]);
  const origins = new Set(options.origins);

  function isAllowedHost(header: string | undefined): boolean {
    const name = hostForm.exec(header?.toLowerCase() ?? '')?.[1];
    return name !== undefined && (hosts.has('*') || hosts.has(name));
  }

  function isAllowedOrigin(origin: string): boolean {
    return origins.has(origin) || isLoopbackOrigin(origin);
  }

  return {
    assertAllowed(request) {
      const { host, origin } = request.headers;
      const distinct = request.headersDistinct;
      if (singleHeaders.some((name) => (distinct[name]?.length ?? 0) > 1))
        throw new Refusal(400, 'A header was sent twice.');
      if (!isAllowedHost(host))
        throw new Refusal(
          403,
          'This server does not serve that host name. Its operator allows names with --allow-host.',
        );
      if (origin !== undefined && !isAllowedOrigin(origin))
        throw new Refusal(
          403,
          'This server does not serve pages of that origin. Its operator allows origins with --allow-origin.',
        );
    },
    corsHeaders({ headers: { origin } }) {
      if (origin === undefined || !isAllowedOrigin(origin)) return {};
      return {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': exposedHeaders,
        vary: 'Origin',
      };
    },
  };
}

/** The answer to a browser that asks what a page may send. */
export const preflightHeaders = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers':
    'Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Last-Event-ID, X-Context7-API-Key, X-Context-Repo-API-Key',
  'access-control-max-age': '600',
} as const;

function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  // As a browser writes it: no path, no user name, nothing that only looks like the name.
  return url.origin === origin && /^https?:$/.test(url.protocol) && loopbackNames.includes(url.hostname);
}

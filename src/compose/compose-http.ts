import type { Lookup } from '../lookup/lookup.ts';
import type { HttpServer } from '../mcp/http/serve-http.ts';
import type { ComposeOptions } from './parts.ts';

/** Composes the HTTP server. Nothing of it is loaded where stdio is served. */
export async function composeHttp(
  { config, version, log }: ComposeOptions,
  lookup: Lookup,
  writeLine: (line: string) => void,
): Promise<HttpServer> {
  const [{ serveHttp }, { createServerFactory }, { createOffer }] = await Promise.all([
    import('../mcp/http/serve-http.ts'),
    import('../mcp/server-factory.ts'),
    import('../tools/offer.ts'),
  ]);
  const offer = createOffer(lookup, config.share?.includes('project') === true ? 'shared' : 'none');
  return serveHttp({
    version,
    log,
    createFactory: (hooks) => createServerFactory({ version, ...offer, log, ...hooks }),
    host: config.host,
    port: config.port,
    allowedHosts: config.allowHost ?? [],
    allowedOrigins: config.allowOrigin ?? [],
    tokenFile: config.authTokenFile,
    trustedProxies: config.trustedProxy ?? [],
    callsPerMinute: config.rateLimit,
    readiness: () => ({ state: 'ready', parts: {} }),
    writeCallLine: config.logFormat === 'json' && config.logLevel !== 'silent' ? writeLine : undefined,
  });
}

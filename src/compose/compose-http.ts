import type { Lookup } from '../lookup/lookup.ts';
import type { Readiness } from '../mcp/http/health.ts';
import type { HttpServer } from '../mcp/http/serve-http.ts';
import type { Tool } from '../tools/tool.ts';
import type { PartOptions } from './parts.ts';

/** Composes the HTTP server. Nothing of it is loaded where stdio is served. */
export async function composeHttp(
  { config, version, log, outages }: PartOptions,
  { lookup, furtherTools }: { readonly lookup: Lookup; readonly furtherTools: readonly Tool[] },
  writeLine: (line: string) => void,
): Promise<HttpServer> {
  const [{ serveHttp }, { createServerFactory }, { createOffer }] = await Promise.all([
    import('../mcp/http/serve-http.ts'),
    import('../mcp/server-factory.ts'),
    import('../tools/offer.ts'),
  ]);
  const project = config.share?.includes('project') === true ? 'shared' : 'none';
  const offer = createOffer(lookup, project, furtherTools);
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
    readiness: () => readinessOf(outages.current()),
    nowMs: () => performance.now(),
    writeCallLine: config.logFormat === 'json' && config.logLevel !== 'silent' ? writeLine : undefined,
  });
}

function readinessOf(down: readonly string[]): Readiness {
  const parts = Object.fromEntries(down.map((name) => [name, 'does not answer']));
  return { state: down.length === 0 ? 'ready' : 'degraded', parts };
}

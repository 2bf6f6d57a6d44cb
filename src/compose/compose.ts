import type { CacheContents } from '../cache/cache-contents.ts';
import { type Config, context7IsOn, context7MayBeAsked } from '../config/config.ts';
import { contextRepoIsOn, contextRepoMayBeAsked } from '../config/context-repo.ts';
import type { Diagnosis } from '../doctor/diagnosis.ts';
import { DocpinError } from '../errors.ts';
import type { Lookup, LookupOptions } from '../lookup/lookup.ts';
import type { HttpServer } from '../mcp/http/serve-http.ts';
import type { ConnectionEnd, StdioStreams } from '../mcp/serve-stdio.ts';
import type { Source } from '../sources/source.ts';
import type { Tool } from '../tools/tool.ts';
import { composeCache, type SharedCache } from './compose-cache.ts';
import { type ContextRepo, composeContextRepo, offersContextRepoTools } from './compose-context-repo.ts';
import { composeContext7 } from './compose-context7.ts';
import { composeIndexed } from './compose-indexed.ts';
import { createOutages } from './outages.ts';
import type { Closable, ComposeOptions, PartOptions } from './parts.ts';

/** docpin, put together. */
export interface Docpin {
  readonly lookup: Lookup;
  /** Serves MCP until the client closes the connection. */
  serveStdio(streams: StdioStreams): Promise<ConnectionEnd>;
  /** Serves MCP over HTTP until it is closed. With `--log-format json` `writeLine` gets a line for each call. */
  serveHttp(writeLine: (line: string) => void): Promise<HttpServer>;
  /** Looks at everything that docpin depends on. */
  diagnose(signal: AbortSignal): Promise<Diagnosis>;
  /** The tools of Context Repo, whatever toolsets are on. Rejects where Context Repo is off. */
  contextRepoTools(): Promise<readonly Tool[]>;
  /** What is kept of the answers of APIs. The caller closes it. */
  cacheContents(): Promise<CacheContents>;
  /** Ends children, sockets and files. */
  close(): Promise<void>;
}

/**
 * Puts docpin together from its configuration. Nothing is loaded or opened before it is needed: the parts behind a call are
 * imported by the first call, so that a server is up before they are.
 */
export function compose(given: ComposeOptions): Docpin {
  const options: PartOptions = { ...given, outages: createOutages(Date.now) };
  const cache = composeCache(options);
  const closables: Closable[] = [cache];
  const contextRepo = composeContextRepo(options, closables, cache);
  const furtherTools = offersContextRepoTools(options.config) ? contextRepo.createTools : undefined;
  const lookup = lazyLookup(async () => {
    const [{ createLookup }, { countTokens }] = await Promise.all([
      import('../lookup/lookup.ts'),
      import('../corpus/count-tokens.ts'),
    ]);
    const sources = await createSources(options, closables, { cache, contextRepo });
    return createLookup({ sources, offHints: offHintsOf(options.config), countTokens, log: options.log });
  });

  return {
    lookup,
    async serveStdio(streams) {
      const [{ serveStdio }, { createOffer }, further = []] = await Promise.all([
        import('../mcp/serve-stdio.ts'),
        import('../tools/offer.ts'),
        furtherTools?.(),
      ]);
      const { version, log } = options;
      return serveStdio({ version, ...createOffer(lookup, 'of-client', further), log, streams });
    },
    async serveHttp(writeLine) {
      const { composeHttp } = await import('./compose-http.ts');
      return composeHttp(options, { lookup, furtherTools: (await furtherTools?.()) ?? [] }, writeLine);
    },
    async diagnose(signal) {
      const [{ diagnose }, { diagnoseOptionsOf }] = await Promise.all([
        import('../doctor/diagnose.ts'),
        import('./diagnose/diagnose-options.ts'),
      ]);
      return diagnose(diagnoseOptionsOf(options, { lookup, contextRepo, cache }), signal);
    },
    async contextRepoTools() {
      if (!contextRepoMayBeAsked(options.config)) throw contextRepoIsOff(options.config);
      return contextRepo.createTools();
    },
    cacheContents: cache.contents,
    async close() {
      await Promise.allSettled(closables.map((closable) => closable.close()));
    },
  };
}

/** The sources that are on, in the order in which they are asked for a plain name: what the project has comes first. */
async function createSources(
  options: PartOptions,
  closables: Closable[],
  { cache, contextRepo }: { readonly cache: SharedCache; readonly contextRepo: ContextRepo },
): Promise<readonly Source[]> {
  const { config } = options;
  const isIndexedOn = config.sources === undefined || config.sources.includes('indexed');
  const sources = await Promise.all([
    ...(isIndexedOn ? [composeIndexed(options, closables)] : []),
    ...(contextRepoMayBeAsked(config) ? [contextRepo.createSource()] : []),
    ...(context7MayBeAsked(config) ? [composeContext7(options, closables, cache)] : []),
  ]);
  closables.push(...sources);
  return sources;
}

function offHintsOf(config: Config): LookupOptions['offHints'] {
  const context7 = config.offline
    ? 'Start docpin without --offline to ask Context7.'
    : config.audience === ''
      ? 'Set CONTEXT7_API_KEY (or `--sources indexed,context7` to go without a key) to ask Context7 as well.'
      : 'Callers who send a key in the X-Context7-API-Key header are answered from Context7 as well.';
  return {
    ...(context7IsOn(config) ? {} : { context7 }),
    npm: 'Add indexed to --sources.',
    local: 'Folders of your own are not supported yet; ask for a package or a Context7 library.',
    ...(contextRepoIsOn(config) ? {} : { 'context-repo': contextRepoHint(config) }),
  };
}

function contextRepoHint(config: Config): string {
  if (config.offline) return 'Start docpin without --offline to ask Context Repo.';
  if (config.audience !== '') return 'Send your key in the X-Context-Repo-Api-Key header.';
  return config.sources === undefined
    ? 'Set CONTEXTREPO_API_KEY to a key of your account to ask Context Repo.'
    : 'Add context-repo to --sources.';
}

function contextRepoIsOff(config: Config): DocpinError {
  const code = config.offline ? 'offline' : config.sources === undefined ? 'unauthorized' : 'bad-config';
  return new DocpinError(code, { what: 'Context Repo is off.', next: contextRepoHint(config) });
}

/** A lookup that is built by its first call. */
function lazyLookup(build: () => Promise<Lookup>): Lookup {
  let built: Promise<Lookup> | undefined;
  const lookup = (): Promise<Lookup> => {
    built ??= build().catch((thrown) => {
      // What failed once (a file being replaced by an update) may work for the next call.
      built = undefined;
      throw thrown;
    });
    return built;
  };
  return {
    resolve: async (request, call) => (await lookup()).resolve(request, call),
    answer: async (request, call) => (await lookup()).answer(request, call),
    prepare: async (names, call) => (await lookup()).prepare(names, call),
    list: async (call) => (await lookup()).list(call),
  };
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Config, context7IsOn } from './config/config.ts';
import type { DiagnoseOptions } from './doctor/diagnose.ts';
import type { Check, Diagnosis } from './doctor/diagnosis.ts';
import { toDocpinError } from './errors.ts';
import type { Log } from './log.ts';
import type { Lookup, LookupOptions } from './lookup/lookup.ts';
import type { ConnectionEnd, StdioStreams } from './mcp/serve-stdio.ts';
import type { Source } from './sources/source.ts';

export interface ComposeOptions {
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
  /** The built indexing child. */
  readonly indexChildFile: string;
}

/** docpin, put together. */
export interface Docpin {
  readonly lookup: Lookup;
  /** Serves MCP until the client closes the connection. */
  serveStdio(streams: StdioStreams): Promise<ConnectionEnd>;
  /** Looks at everything that docpin depends on. */
  diagnose(signal: AbortSignal): Promise<Diagnosis>;
  /** Ends children, sockets and files. */
  close(): Promise<void>;
}

/** Something with an end of its own. */
interface Closable {
  close(): Promise<void>;
}

const context7BaseUrl = 'https://context7.com/api';

/**
 * Puts docpin together from its configuration. Nothing is loaded or opened before it is needed: the parts behind a call are
 * imported by the first call, so that a server is up before they are.
 */
export function compose(options: ComposeOptions): Docpin {
  const closables: Closable[] = [];
  const lookup = lazyLookup(async () => {
    const [{ createLookup }, { countTokens }] = await Promise.all([
      import('./lookup/lookup.ts'),
      import('./corpus/count-tokens.ts'),
    ]);
    const sources = await createSources(options, closables);
    return createLookup({ sources, offHints: offHintsOf(options.config), countTokens, log: options.log });
  });

  return {
    lookup,
    async serveStdio(streams) {
      const [{ serveStdio }, { createOffer }] = await Promise.all([
        import('./mcp/serve-stdio.ts'),
        import('./tools/offer.ts'),
      ]);
      const { version, log } = options;
      return serveStdio({ version, ...createOffer(lookup), log, streams });
    },
    async diagnose(signal) {
      const { diagnose } = await import('./doctor/diagnose.ts');
      return diagnose(diagnoseOptionsOf(options, lookup), signal);
    },
    async close() {
      await Promise.allSettled(closables.map((closable) => closable.close()));
    },
  };
}

/** The sources that are on, in the order in which they are asked for a plain name: what the project has comes first. */
async function createSources(options: ComposeOptions, closables: Closable[]): Promise<readonly Source[]> {
  const { config } = options;
  const isIndexedOn = config.sources === undefined || config.sources.includes('indexed');
  const sources = await Promise.all([
    ...(isIndexedOn ? [createIndexed(options, closables)] : []),
    ...(context7IsOn(config) ? [createContext7(options, closables)] : []),
  ]);
  closables.push(...sources);
  return sources;
}

async function createIndexed(
  { config, log, indexChildFile }: ComposeOptions,
  closables: Closable[],
): Promise<Source> {
  const [
    { createProjectFinder },
    { createInstalledOrigin },
    { corpusFileName },
    { countTokens },
    { createCorpusOpener },
    { createIndexer },
    { createIndexedSource },
  ] = await Promise.all([
    import('./origins/project/project-finder.ts'),
    import('./origins/installed/installed-origin.ts'),
    import('./corpus/open-corpus.ts'),
    import('./corpus/count-tokens.ts'),
    import('./index-job.ts'),
    import('./sources/indexed/indexer.ts'),
    import('./sources/indexed/indexed-source.ts'),
  ]);
  const { workingFolder, homeFolder, clientFolder } = config.surroundings;
  const userId = process.getuid?.();
  const now = Date.now;
  const file = join(config.cacheDir, corpusFileName);
  const openCorpus = createCorpusOpener({ file, now, log });
  const indexer = createIndexer({ childFile: indexChildFile, openCorpus, log, now });
  closables.push(indexer);
  return createIndexedSource({
    findProject: createProjectFinder({
      ...(config.project === undefined ? {} : { configuredFolder: config.project }),
      ...(clientFolder === undefined ? {} : { clientFolder }),
      workingFolder,
      homeFolder,
      userId,
      now,
      log,
    }),
    origins: [createInstalledOrigin({ homeFolder, userId })],
    openCorpus,
    indexer,
    countTokens,
    log,
  });
}

async function createContext7(
  { config, version, log }: ComposeOptions,
  closables: Closable[],
): Promise<Source> {
  const [
    { createUpstream },
    { toOutboundQuery },
    { createCache },
    { createCredentialDigest },
    { createMemoryStore },
    { countTokens },
    { createContext7Source },
  ] = await Promise.all([
    import('./upstream/create-upstream.ts'),
    import('./upstream/outbound-query.ts'),
    import('./cache/create-cache.ts'),
    import('./cache/cache-key.ts'),
    import('./cache/stores/memory.ts'),
    import('./corpus/count-tokens.ts'),
    import('./sources/context7/create-context7-source.ts'),
  ]);
  const { httpProxy, httpsProxy, noProxy } = config.surroundings;
  const now = Date.now;
  const upstream = createUpstream({
    version,
    log,
    proxy: {
      ...(httpProxy === undefined ? {} : { httpProxy }),
      ...(httpsProxy === undefined ? {} : { httpsProxy }),
      ...(noProxy === undefined ? {} : { noProxy }),
    },
    limits: {
      deadlineMs: config.upstreamDeadlineMs,
      attemptTimeoutMs: config.upstreamAttemptTimeoutMs,
      maxAttempts: config.upstreamAttempts,
    },
  });
  const store = createMemoryStore({ now });
  const cache = createCache({ store, now, random: Math.random, log });
  closables.push(cache, store, upstream);
  const apiKey = config.context7ApiKey;
  return createContext7Source({
    baseUrl: config.context7ApiUrl ?? context7BaseUrl,
    api: config.context7Api,
    ...(apiKey === undefined ? {} : { apiKey }),
    // The cache lives in this process only, so a secret of this process is enough to keep keys out of its keys.
    credentialId: createCredentialDigest(randomBytes(32))(apiKey),
    send: upstream.send,
    cache,
    toOutboundQuery: (query) => toOutboundQuery(query, apiKey === undefined ? [] : [apiKey]),
    countTokens,
  });
}

function offHintsOf(config: Config): LookupOptions['offHints'] {
  const context7 = config.offline
    ? 'Start docpin without --offline to ask Context7.'
    : 'Set CONTEXT7_API_KEY (or `--sources indexed,context7` to go without a key) to ask Context7 as well.';
  return {
    ...(context7IsOn(config) ? {} : { context7 }),
    npm: 'Add indexed to --sources.',
    local: 'Folders of your own are not supported yet; ask for a package or a Context7 library.',
    'context-repo': 'Context Repo is not supported yet; ask for a package or a Context7 library.',
  };
}

/** A lookup that is built by its first call. */
function lazyLookup(build: () => Promise<Lookup>): Lookup {
  let built: Promise<Lookup> | undefined;
  const lookup = (): Promise<Lookup> => {
    built ??= build();
    return built;
  };
  return {
    resolve: async (request, call) => (await lookup()).resolve(request, call),
    answer: async (request, call) => (await lookup()).answer(request, call),
    prepare: async (names, call) => (await lookup()).prepare(names, call),
    list: async (call) => (await lookup()).list(call),
  };
}

function diagnoseOptionsOf({ config }: ComposeOptions, lookup: Lookup): DiagnoseOptions {
  const { httpProxy, httpsProxy, noProxy, extraCertificates } = config.surroundings;
  const context7Url = config.context7ApiUrl ?? context7BaseUrl;
  return {
    nodeVersion: process.version,
    cacheFolder: config.cacheDir,
    examine: [(signal) => examineProject(lookup, signal), async () => examineContext7(config, context7Url)],
    proxy: { http: httpProxy, https: httpsProxy, none: noProxy },
    extraCertificates,
    egress: context7IsOn(config)
      ? [
          {
            to: new URL(context7Url).host,
            what: `library names and ids, queries (secrets redacted, 500 characters at most)${config.context7ApiKey === undefined ? '' : ', your Context7 key'}`,
            when: 'a Context7 id, or a name that the project does not have',
          },
        ]
      : [],
  };
}

async function examineProject(lookup: Lookup, signal: AbortSignal): Promise<Check> {
  const subject = 'project';
  try {
    const { facts } = await lookup.list({ signal });
    const found = facts.libraries.filter(({ version }) => version !== undefined).length;
    if (facts.project === undefined) {
      return {
        subject,
        state: 'note',
        finding: 'none is known here',
        next: 'Start docpin in a project, or name one with --project or DOCPIN_PROJECT.',
      };
    }
    const missing = facts.libraries.length - found;
    const finding = `${facts.project}, ${found} of ${facts.libraries.length} dependencies installed`;
    return missing === 0
      ? { subject, state: 'ok', finding }
      : {
          subject,
          state: 'note',
          finding,
          next: 'Install the dependencies of the project to read their docs.',
        };
  } catch (thrown) {
    const { what, next } = toDocpinError(thrown);
    return { subject, state: 'fault', finding: what, next };
  }
}

function examineContext7(config: Config, url: string): Check {
  const subject = 'Context7';
  if (!context7IsOn(config)) return { subject, state: 'ok', finding: 'off' };
  return {
    subject,
    state: 'ok',
    finding: `on, ${url}, ${config.context7ApiKey === undefined ? 'without a key' : 'with a key'}`,
  };
}

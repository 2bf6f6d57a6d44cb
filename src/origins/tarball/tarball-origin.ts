import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cancelledError, DocpinError, toDocpinError } from '../../errors.ts';
import { isNpmName } from '../../library.ts';
import type { Log } from '../../log.ts';
import type { Send } from '../../upstream/upstream.ts';
import type { DocsFile, Located, Origin, OriginFacts, Project, SkippedFile, Wanted } from '../origin.ts';
import { type AskedPackage, toAskedPackage } from './asked-package.ts';
import { downloadTarball, isKept, keepTarball, type TarballPlace } from './download-tarball.ts';
import {
  notADependency,
  notAsked,
  packageNotFound,
  registryRefused,
  versionNotPublished,
} from './not-found.ts';
import type { LoadNpmConfig } from './npm-config/load-npm-config.ts';
import { mappedRegistry, type NpmConfig, scopeOf } from './npm-config/npm-config.ts';
import { createWhyPrivate } from './private-names.ts';
import { createPackumentFetcher } from './registry/fetch-packument.ts';
import { readIntegrity } from './registry/integrity.ts';
import { pickVersion, taggedVersions } from './registry/pick-version.ts';
import { createAskRegistry } from './registry/registry-client.ts';
import { badRegistryAnswer } from './registry/registry-error.ts';
import { type ResolveHost, resolveBySystem } from './registry/special-address.ts';
import { createTarballReader, locationPrefix, originName } from './tarball-reader.ts';

export interface TarballOriginOptions {
  /** For metadata; popular packages have 10 MB and more of it. */
  readonly send: Send;
  /** For tarballs: up to 50 MiB, and the time that they take. */
  readonly sendLarge: Send;
  readonly npmConfig: LoadNpmConfig;
  /** Asked for the registry where the configuration names none. */
  readonly askNpm: () => Promise<string>;
  /** A folder of this process alone, with a name that nobody can guess; made when it is first needed, gone after `close`. */
  readonly folder: string;
  readonly offline: boolean;
  /** Ask the registry only for what the project declares. */
  readonly onlyDependencies?: boolean;
  /** How long an answer waits for when a package was first published and how often it is downloaded; 2 s when left out. */
  readonly standingWaitMs?: number;
  readonly now: () => number;
  readonly log: Log;
  readonly resolveHost?: ResolveHost;
}

export interface TarballOrigin extends Origin {
  explain: NonNullable<Origin['explain']>;
  foresee: NonNullable<Origin['foresee']>;
  describe: NonNullable<Origin['describe']>;
  prepare: NonNullable<Origin['prepare']>;
  release: NonNullable<Origin['release']>;
  close(): Promise<void>;
}

interface Found {
  readonly located: Located;
  readonly place: TarballPlace;
  readonly facts: OriginFacts;
}

interface Plan {
  readonly asked: AskedPackage;
  readonly config: NpmConfig;
  /** Takes half a second where npm has to be asked for it. */
  readonly registry: () => Promise<URL>;
}

const maxFound = 1_000;

/**
 * Creates the origin of package versions that are not installed: their tarballs in the npm registry that npm itself would ask.
 * Only names and versions leave this machine. The tarball is downloaded and checked by this process and kept in a private file,
 * which is all that the indexing child gets to see: no URL, no credentials.
 */
export function createTarballOrigin(options: TarballOriginOptions): TarballOrigin {
  const { folder, log, standingWaitMs = 2_000 } = options;
  const resolveHost = options.resolveHost ?? resolveBySystem;
  const askForFile = createAskRegistry({ send: options.sendLarge, resolveHost });
  const packuments = createPackumentFetcher(createAskRegistry({ send: options.send, resolveHost }), {
    now: options.now,
    log,
  });
  const whyPrivate = createWhyPrivate();
  const reader = createTarballReader();
  const known = new Map<string, Found>();

  async function find(
    wanted: Wanted,
    project: Project | undefined,
    signal: AbortSignal,
  ): Promise<Found | DocpinError> {
    signal.throwIfAborted();
    assertOnline();
    const plan = await planFor(wanted, project);
    if (plan instanceof DocpinError) return plan;
    const { asked, config } = plan;
    const registry = await plan.registry();
    const packument = await packuments.fetch({ name: asked.name, registry, config, signal });
    if (packument === undefined) return packageNotFound(asked.name, registry.hostname);
    const published = pickVersion(packument, asked.version);
    if (published === undefined) return versionNotPublished(asked, packument);
    const integrity = readIntegrity(published.dist);
    if (integrity === undefined)
      throw badRegistryAnswer(
        `The registry at ${registry.hostname} gives no hash of the tarball, so it was not read.`,
      );
    const located = toLocated(asked, published.version, integrity);
    const found: Found = {
      located,
      place: { url: published.dist.tarball, registry, config, integrity },
      facts: {
        place: registry.hostname,
        isDependency: asked.isDependency,
        isDeprecated: published.isDeprecated,
        taggedVersions: taggedVersions(packument),
      },
    };
    remember(found);
    return found;
  }

  /** What is asked, and of whom; or why it is not. Needs no network. */
  async function planFor(wanted: Wanted, project: Project | undefined): Promise<Plan | DocpinError> {
    const asked = toAskedPackage(wanted, project);
    if (options.onlyDependencies === true && !asked.isDependency) return notADependency(asked.name);
    const config = await options.npmConfig(project);
    const registry = await registryOf(asked, project, config);
    return registry instanceof DocpinError ? registry : { asked, config, registry };
  }

  async function registryOf(
    asked: AskedPackage,
    project: Project | undefined,
    config: NpmConfig,
  ): Promise<Plan['registry'] | DocpinError> {
    const mapped = mappedRegistry(asked.name, config);
    // Whoever maps a scope has said where its packages are; nothing of it reaches the public registry.
    if (mapped !== undefined) return async () => new URL(mapped);
    const because = await whyPrivate(asked, project);
    if (because !== undefined) return notAsked(asked.name, because);
    for (const key of [`${scopeOf(asked.name) ?? ''}:registry`, 'registry'])
      if (config.refused.has(key)) throw registryRefused(key);
    return async () => new URL(config.registry ?? (await options.askNpm()));
  }

  function toLocated({ name, alias }: AskedPackage, version: string, integrity: string): Located {
    const id = createHash('sha256').update(integrity).digest('hex').slice(0, 32);
    return {
      origin: originName,
      name,
      version,
      location: `${locationPrefix}${integrity}`,
      // What is published under a hash never changes.
      stamp: `${name}@${version}`,
      root: join(folder, `${id}.tgz`),
      shownRoot: `${name}@${version}`,
      ...(alias === undefined ? {} : { alias }),
    };
  }

  function remember(found: Found): void {
    const key = keyOf(found.located);
    known.delete(key);
    known.set(key, found);
    const [oldest] = known.keys();
    if (known.size > maxFound && oldest !== undefined) known.delete(oldest);
  }

  async function prepare(located: Located, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (await isKept(located)) return;
    assertOnline();
    const found = known.get(keyOf(located));
    if (found === undefined) throw forgotten(located);
    log.debug('Downloading a tarball.', { library: located.name, version: located.version });
    await keepTarball(located, await downloadTarball(found.place, askForFile, signal), signal);
  }

  async function describe(located: Located, signal: AbortSignal): Promise<OriginFacts | undefined> {
    const found = known.get(keyOf(located));
    if (found === undefined || found.facts.isDependency || options.offline) return found?.facts;
    const { registry, config } = found.place;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(standingWaitMs)]);
    const standing = await packuments.fetchStanding({
      name: located.name,
      registry,
      config,
      signal: limited,
    });
    signal.throwIfAborted();
    return { ...found.facts, ...standing };
  }

  function assertOnline(): void {
    if (options.offline) throw offline();
  }

  async function* open(
    located: Located,
    signal: AbortSignal,
    onSkipped: (file: SkippedFile) => void,
  ): AsyncGenerator<DocsFile> {
    await guarded(signal, () => prepare(located, signal));
    yield* reader.open(located, signal, onSkipped);
  }

  return {
    name: originName,
    locate: (wanted, project, signal) =>
      guarded(signal, async () => {
        signal.throwIfAborted();
        if (!isNpmName(wanted.name)) return [];
        const found = await find(wanted, project, signal);
        return found instanceof DocpinError ? [] : [found.located];
      }),
    explain: (wanted, project, signal) =>
      guarded(signal, async () => {
        if (!isNpmName(wanted.name)) return undefined;
        const found = await find(wanted, project, signal);
        return found instanceof DocpinError ? found : undefined;
      }),
    foresee: (wanted, project, signal) =>
      guarded(signal, async () => {
        signal.throwIfAborted();
        const plan = await planFor(wanted, project);
        return plan instanceof DocpinError ? { refusal: plan } : {};
      }),
    describe: (located, signal) => guarded(signal, () => describe(located, signal)),
    prepare: (located, signal) => guarded(signal, () => prepare(located, signal)),
    release: async (located) => {
      await rm(located.root, { force: true });
    },
    survey: (located, signal) =>
      guarded(signal, async () => {
        await prepare(located, signal);
        return reader.survey(located, signal);
      }),
    open,
    close: async () => {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function keyOf({ location, stamp }: Located): string {
  return `${location} ${stamp}`;
}

async function guarded<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (signal.aborted) throw cancelledError(thrown);
    throw toDocpinError(thrown);
  }
}

function offline(): DocpinError {
  return new DocpinError('offline', {
    what: 'docpin was told to stay offline, so the registry was not asked.',
    next: 'Start it without --offline, or ask for a library that is installed in the project.',
  });
}

function forgotten({ name, version }: Located): DocpinError {
  return new DocpinError('unavailable', {
    what: `It is not known any longer where the tarball of ${name}@${version} is.`,
    next: 'Ask again.',
  });
}

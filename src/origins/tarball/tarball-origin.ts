import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { cancelledError, DocpinError, toDocpinError } from '../../errors.ts';
import { isNpmName } from '../../library.ts';
import type { Log } from '../../log.ts';
import { withTimeLimit } from '../../time-limit.ts';
import type { Send } from '../../upstream/upstream.ts';
import type {
  DocsFile,
  Located,
  OpenHooks,
  Origin,
  OriginFacts,
  Outlook,
  Project,
  StampOf,
  Wanted,
} from '../origin.ts';
import type { AskedPackage } from './asked-package.ts';
import { downloadTarball, keepTarball } from './download-tarball.ts';
import { factsOf, locationOf, toLocated } from './locate-tarball.ts';
import { forgotten, offline, packageNotFound, versionNotPublished } from './not-found.ts';
import { createPlanRequest, type PlanRequestOptions, type RequestPlan } from './plan-request.ts';
import { createPackumentFetcher, type PackumentFetcher } from './registry/fetch-packument.ts';
import { readIntegrity } from './registry/integrity.ts';
import { pickVersion } from './registry/pick-version.ts';
import { type AskRegistry, createAskRegistry } from './registry/registry-client.ts';
import { badRegistryAnswer, registryTooSlow } from './registry/registry-error.ts';
import { type ResolveHost, resolveBySystem } from './registry/special-address.ts';
import { createTarballReader, originName } from './tarball-reader.ts';
import { createTypesFinder, type FoundTarball, typesFileOf } from './types-finder.ts';

export interface TarballOriginOptions extends PlanRequestOptions {
  /** Undefined where docpin stays offline: what was read before is all that is answered then. */
  readonly network: Network | undefined;
  /** The hash of what was read before from a location, so that it is answered without asking anybody. */
  readonly stampOf: StampOf;
  /** A folder of this process alone, with a name that nobody can guess; made when it is first needed, gone after `close`. */
  readonly folder: string;
  /** How long an answer waits for when a package was first published and how often it is downloaded; 2 s when left out. */
  readonly standingWaitMs?: number;
  /** How long an answer waits for the types of a package that ships none; 5 s when left out. */
  readonly typesWaitMs?: number;
  readonly now: () => number;
  readonly log: Log;
}

export interface Network {
  /** For metadata; popular packages have 10 MB and more of it. */
  readonly send: Send;
  /** For tarballs: up to 50 MiB, and the time that they take. */
  readonly sendLarge: Send;
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

interface Found extends FoundTarball {
  readonly asked: AskedPackage;
  readonly registry: URL;
  /** Of the tarball. Undefined for what is remembered: then nobody was asked. Stays in this process, as it may name an internal host. */
  readonly url: string | undefined;
  readonly facts: OriginFacts;
}

/** What is asked, and for whom. */
interface Request extends RequestPlan {
  readonly project: Project | undefined;
}

interface Connection {
  readonly askForFile: AskRegistry;
  readonly packuments: PackumentFetcher;
}

const maxFound = 1_000;

/**
 * Creates the origin of package versions that are not installed: their tarballs in the npm registry that npm itself would ask.
 * Only names and versions leave this machine, and not even these for an exact version that was read before: what is published
 * never changes under its hash. The tarball is downloaded and checked by this process and kept in a private file, which is all that
 * the indexing child gets to read: it is told no credentials and no address of a file.
 */
export function createTarballOrigin(options: TarballOriginOptions): TarballOrigin {
  const { folder, log, standingWaitMs = 2_000 } = options;
  const connection = options.network === undefined ? undefined : connect(options.network, options);
  const planRequest = createPlanRequest(options);
  const reader = createTarballReader();
  const known = new Map<string, Found>();
  const typesFinder = createTypesFinder({
    find: (wanted, project, signal) => find(wanted, project, signal, true),
    download,
    now: options.now,
    log,
    waitMs: options.typesWaitMs ?? 5_000,
  });

  async function find(
    wanted: Wanted,
    project: Project | undefined,
    signal: AbortSignal,
    isPart = false,
  ): Promise<Found | DocpinError> {
    signal.throwIfAborted();
    const plan = await planRequest(wanted, project, isPart);
    if ('refusal' in plan) return plan.refusal;
    if (plan.exactVersion === undefined) online();
    const registry = await plan.registry();
    const request = { ...plan, project };
    const found = (await recall(request, registry)) ?? (await ask(request, registry, signal));
    return found instanceof DocpinError ? found : remember(found);
  }

  function remember(found: Found): Found {
    const key = keyOf(found.located);
    known.delete(key);
    known.set(key, found);
    const [oldest] = known.keys();
    if (known.size > maxFound && oldest !== undefined) known.delete(oldest);
    return found;
  }

  /** An exact version that was read before, from this very registry: another one may mean another package by the name. */
  async function recall(
    { asked, exactVersion, config, project }: Request,
    registry: URL,
  ): Promise<Found | undefined> {
    if (exactVersion === undefined) return undefined;
    const location = typesFinder.locationFor(locationOf(registry, asked.name, exactVersion));
    const integrity = await options.stampOf(location);
    if (integrity === undefined) return undefined;
    const located = toLocated(asked, location, { version: exactVersion, integrity }, folder);
    const facts = factsOf(asked, registry, exactVersion);
    return { located, project, asked, registry, config, url: undefined, facts };
  }

  async function ask(
    { asked, config, project }: Request,
    registry: URL,
    signal: AbortSignal,
  ): Promise<Found | DocpinError> {
    const packument = await online().packuments.fetch({ name: asked.name, registry, config, signal });
    if (packument === undefined) return packageNotFound(asked.name, registry.hostname);
    const published = pickVersion(packument, asked.version);
    if (published === undefined) return versionNotPublished(asked, packument);
    const integrity = readIntegrity(published.dist);
    if (integrity === undefined)
      throw badRegistryAnswer(
        `The registry at ${registry.hostname} gives no hash of the tarball, so it was not read.`,
      );
    const { version, dist } = published;
    const location = typesFinder.locationFor(locationOf(registry, asked.name, version));
    const located = toLocated(asked, location, { version, integrity }, folder);
    const facts = factsOf(asked, registry, version, packument);
    return { located, project, asked, registry, config, url: dist.tarball, facts };
  }

  async function prepare(located: Located, signal: AbortSignal): Promise<Located> {
    signal.throwIfAborted();
    online();
    const found = known.get(keyOf(located));
    if (found === undefined) throw forgotten(located);
    const packed = await download(found, signal);
    // A file of its own each time: whoever lets go of theirs takes it from nobody else.
    const root = `${located.root}.${randomBytes(6).toString('hex')}`;
    try {
      const ready = await typesFinder.addTypes({ ...found, located: { ...located, root } }, packed, signal);
      await keepTarball(root, packed, signal);
      return ready;
    } catch (thrown) {
      await letGo(root);
      throw thrown;
    }
  }

  async function download(found: Found, signal: AbortSignal): Promise<Uint8Array> {
    const { located, registry, config } = found;
    const { askForFile } = online();
    const url = found.url ?? (await addressOf(found, signal));
    if (url === undefined) throw forgotten(located);
    log.debug('Downloading a tarball.', { library: located.name, version: located.version });
    return downloadTarball({ url, registry, config, integrity: located.stamp }, askForFile, signal);
  }

  /** Where the bytes are of something remembered that is gone from the index; undefined where other bytes are published now. */
  async function addressOf(
    { located, registry, config }: Found,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { name, version, stamp } = located;
    const packument = await online().packuments.fetch({ name, registry, config, signal });
    const dist = packument?.versions.get(version)?.dist;
    return dist !== undefined && readIntegrity(dist) === stamp ? dist.tarball : undefined;
  }

  async function describe(located: Located, signal: AbortSignal): Promise<OriginFacts | undefined> {
    const found = known.get(keyOf(located));
    if (found === undefined || found.asked.isDependency || connection === undefined) return found?.facts;
    const { asked, registry, config } = found;
    const { packuments } = connection;
    const limit = { limitMs: standingWaitMs, error: () => registryTooSlow(standingWaitMs) };
    const { packument, standing } = await withTimeLimit(signal, limit, (limited) =>
      packuments.fetchStanding({ name: asked.name, registry, config, signal: limited }),
    );
    signal.throwIfAborted();
    // Of something remembered nobody has been asked before.
    const facts =
      packument === undefined ? found.facts : factsOf(asked, registry, located.version, packument);
    return { ...facts, ...standing };
  }

  async function foresee(wanted: Wanted, project: Project | undefined): Promise<Outlook> {
    const plan = await planRequest(wanted, project);
    if ('refusal' in plan) return plan;
    const remembered =
      plan.exactVersion === undefined ? undefined : await recall({ ...plan, project }, await plan.registry());
    if (remembered !== undefined) return { remembered: remembered.located };
    return connection === undefined ? { refusal: offline() } : {};
  }

  function online(): Connection {
    if (connection === undefined) throw offline();
    return connection;
  }

  async function* open(located: Located, signal: AbortSignal, hooks: OpenHooks): AsyncGenerator<DocsFile> {
    const ready = await guarded(signal, () => prepare(located, signal));
    try {
      yield* reader.open(ready, signal, hooks);
    } finally {
      await letGo(ready.root);
    }
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
    foresee: (wanted, project, signal) => guarded(signal, () => foresee(wanted, project)),
    describe: (located, signal) => guarded(signal, () => describe(located, signal)),
    prepare: (located, signal) => guarded(signal, () => prepare(located, signal)),
    release: ({ root }) => letGo(root),
    survey: (located, signal) =>
      guarded(signal, async () => {
        const ready = await prepare(located, signal);
        return reader.survey(ready, signal).finally(() => letGo(ready.root));
      }),
    open,
    close: async () => {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function connect(
  { send, sendLarge, resolveHost = resolveBySystem }: Network,
  { now, log }: TarballOriginOptions,
): Connection {
  return {
    askForFile: createAskRegistry({ send: sendLarge, resolveHost }),
    packuments: createPackumentFetcher(createAskRegistry({ send, resolveHost }), { now, log }),
  };
}

async function letGo(root: string): Promise<void> {
  await Promise.all([root, typesFileOf(root)].map((file) => rm(file, { force: true })));
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

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLog } from '../../../src/log.ts';
import type { Dependency, Located, Project } from '../../../src/origins/origin.ts';
import { createLoadNpmConfig } from '../../../src/origins/tarball/npm-config/load-npm-config.ts';
import type { ResolveHost } from '../../../src/origins/tarball/registry/special-address.ts';
import {
  createTarballOrigin,
  type TarballOrigin,
  type TarballOriginOptions,
} from '../../../src/origins/tarball/tarball-origin.ts';
import { createUpstream, type UpstreamLimits } from '../../../src/upstream/create-upstream.ts';
import { temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import {
  type RegistryStandIn,
  type RegistryStandInOptions,
  startRegistryStandIn,
} from '../../stand-ins/registry/registry-stand-in.ts';

export interface StartOptions extends Partial<Omit<TarballOriginOptions, 'npmConfig' | 'network'>> {
  readonly offline?: boolean;
  readonly resolveHost?: ResolveHost;
  readonly registry?: RegistryStandInOptions;
  readonly limits?: Partial<UpstreamLimits>;
  /** The user's .npmrc; the stand-in as the registry when left out. */
  readonly npmrc?: (url: string) => string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface StartedTarballOrigin {
  readonly origin: TarballOrigin;
  readonly registry: RegistryStandIn;
  readonly home: string;
  readonly folder: string;
  readonly log: readonly string[];
  locate(name: string, version?: string, project?: Project): Promise<readonly Located[]>;
  /** The one place that it has. */
  find(name: string, version?: string, project?: Project): Promise<Located>;
  explain(
    name: string,
    version?: string,
    project?: Project,
  ): Promise<{ code: string; what: string; next: string } | undefined>;
}

export const { signal } = new AbortController();

/** A tarball origin with real upstreams before a registry of its own; all of it is gone when the test ends. */
export async function startTarballOrigin(options: StartOptions = {}): Promise<StartedTarballOrigin> {
  const { registry: registryOptions, limits, npmrc, env = {}, offline, resolveHost, ...rest } = options;
  const registry = await startRegistryStandIn(registryOptions);
  onTestFinished(() => registry.close());
  const home = temporaryFolder();
  writeFiles(home, { '.npmrc': npmrc?.(registry.url) ?? `registry=${registry.url}\n` });
  const folder = join(temporaryFolder(), randomBytes(8).toString('hex'));
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => void lines.push(line) });
  const quick = { maxAttempts: 1, attemptTimeoutMs: 5_000, deadlineMs: 10_000, ...limits };
  const small = createUpstream({ version: '0', log, limits: { maxBodyBytes: 32 << 20, ...quick } });
  const large = createUpstream({ version: '0', log, limits: { maxBodyBytes: 50 << 20, ...quick } });
  onTestFinished(async () => void (await Promise.all([small.close(), large.close()])));
  const network = {
    send: small.send,
    sendLarge: large.send,
    ...(resolveHost === undefined ? {} : { resolveHost }),
  };
  const origin = createTarballOrigin({
    network: offline === true ? undefined : network,
    stampOf: async () => undefined,
    npmConfig: createLoadNpmConfig({
      env: { npm_config_globalconfig: join(home, 'none'), ...env },
      homeFolder: home,
    }),
    askNpm: () => Promise.reject(new Error('npm was asked')),
    folder,
    now: Date.now,
    log,
    ...rest,
  });
  onTestFinished(() => origin.close());
  const wanted = (name: string, version?: string) => ({
    name,
    ...(version === undefined ? {} : { version }),
  });
  const locate: StartedTarballOrigin['locate'] = (name, version, project) =>
    origin.locate(wanted(name, version), project, signal);
  return {
    origin,
    registry,
    home,
    folder,
    log: lines,
    locate,
    find: async (...asked) => {
      const [located, second] = await locate(...asked);
      if (located === undefined || second !== undefined) throw new Error('not exactly one');
      return located;
    },
    explain: (name, version, project) => origin.explain(wanted(name, version), project, signal),
  };
}

/** A project with these dependencies; its files are written where they matter. */
export function projectWith(
  dependencies: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string | object>> = {},
  packageFolders: readonly string[] = [],
): Project {
  const folder = temporaryFolder();
  writeFiles(folder, { 'package.json': { name: 'a-project', dependencies }, ...files });
  const entries = Object.entries(dependencies).map(([name, declared]): [string, Dependency] => [
    name,
    { name, declared, dev: false },
  ]);
  return {
    folder,
    workspaceRoot: folder,
    packageFolders: [folder, ...packageFolders.map((each) => join(folder, each))],
    dependencies: new Map(entries),
    notes: [],
  };
}

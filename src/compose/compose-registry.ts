import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Origin, StampOf } from '../origins/origin.ts';
import type { Network } from '../origins/tarball/tarball-origin.ts';
import type { UpstreamLimits } from '../upstream/create-upstream.ts';
import type { Send, Upstream } from '../upstream/upstream.ts';
import { createLazySend } from './lazy-send.ts';
import { type Closable, type ComposeOptions, type PartOptions, proxyOf } from './parts.ts';

const mebibyte = 1024 * 1024;
const tarballTimeoutMs = 60_000;

/**
 * Composes the origin of packages that are not installed, when it is first needed. With `--offline` it has no network, and answers
 * what was read before.
 */
export function composeRegistry(
  options: PartOptions,
  closables: Closable[],
): (stampOf: StampOf) => Promise<Origin> {
  let composed: Promise<Origin> | undefined;
  return (stampOf) => {
    composed ??= composeTarballOrigin(options, stampOf, closables).catch((thrown) => {
      composed = undefined;
      throw thrown;
    });
    return composed;
  };
}

async function composeTarballOrigin(
  options: PartOptions,
  stampOf: StampOf,
  closables: Closable[],
): Promise<Origin> {
  const { config, log } = options;
  const [{ createTarballOrigin }, { createLoadNpmConfig }, { createAskNpm }] = await Promise.all([
    import('../origins/tarball/tarball-origin.ts'),
    import('../origins/tarball/npm-config/load-npm-config.ts'),
    import('../origins/tarball/npm-config/ask-npm.ts'),
  ]);
  const { surroundings, onlyDependencies, offline } = config;
  const origin = createTarballOrigin({
    network: offline ? undefined : composeNetwork(options, closables),
    stampOf,
    npmConfig: createLoadNpmConfig(surroundings),
    askNpm: createAskNpm(surroundings),
    folder: join(tmpdir(), `docpin-${randomBytes(16).toString('hex')}`),
    onlyDependencies,
    now: Date.now,
    log,
  });
  closables.push(origin);
  return origin;
}

function composeNetwork(options: PartOptions, closables: Closable[]): Network {
  const { config, outages } = options;
  const watched = (send: Send) => outages.watch('registry', send);
  const small = {
    deadlineMs: config.upstreamDeadlineMs,
    attemptTimeoutMs: config.upstreamAttemptTimeoutMs,
    maxAttempts: config.upstreamAttempts,
    maxBodyBytes: 32 * mebibyte,
  };
  // A tarball may take longer than an answer of an API.
  const large = {
    deadlineMs: tarballTimeoutMs,
    attemptTimeoutMs: tarballTimeoutMs,
    maxAttempts: 2,
    maxBodyBytes: 50 * mebibyte,
  };
  return {
    send: watched(createLazySend(() => openRegistryUpstream(options, small), closables)),
    sendLarge: watched(createLazySend(() => openRegistryUpstream(options, large), closables)),
  };
}

/**
 * Opens HTTP for a registry, with the certificates that npm trusts by the configuration of its user. It never connects to an address
 * inside this network that only an answer has named.
 */
export async function openRegistryUpstream(
  { config, version, log }: ComposeOptions,
  limits: Partial<UpstreamLimits>,
): Promise<Upstream> {
  const [{ createUpstream }, { createLoadNpmConfig }, { isSpecialAddress }] = await Promise.all([
    import('../upstream/create-upstream.ts'),
    import('../origins/tarball/npm-config/load-npm-config.ts'),
    import('../origins/tarball/registry/special-address.ts'),
  ]);
  const { tls } = await createLoadNpmConfig(config.surroundings)(undefined);
  return createUpstream({
    version,
    log,
    limits,
    proxy: proxyOf(config),
    tls: {
      ...(tls.isStrict ? {} : { rejectUnauthorized: false }),
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    },
    refusesAddress: isSpecialAddress,
  });
}

import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Origin, StampOf } from '../origins/origin.ts';
import type { Network } from '../origins/tarball/tarball-origin.ts';
import type { UpstreamLimits } from '../upstream/create-upstream.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { createLazySend } from './lazy-send.ts';
import { type Closable, type ComposeOptions, proxyOf } from './parts.ts';

const mebibyte = 1024 * 1024;
const tarballTimeoutMs = 60_000;

/**
 * Composes the origin of packages that are not installed, when it is first needed. With `--offline` it has no network, and answers
 * what was read before.
 */
export function composeRegistry(
  options: ComposeOptions,
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
  options: ComposeOptions,
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

function composeNetwork(options: ComposeOptions, closables: Closable[]): Network {
  const { config } = options;
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
    send: createLazySend(() => openUpstream(options, small), closables),
    sendLarge: createLazySend(() => openUpstream(options, large), closables),
  };
}

async function openUpstream(
  { config, version, log }: ComposeOptions,
  limits: Partial<UpstreamLimits>,
): Promise<Upstream> {
  const { createUpstream } = await import('../upstream/create-upstream.ts');
  return createUpstream({ version, log, proxy: proxyOf(config), limits });
}

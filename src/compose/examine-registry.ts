import type { Check } from '../doctor/diagnosis.ts';
import { type DocpinError, toDocpinError } from '../errors.ts';
import type { NpmConfig } from '../origins/tarball/npm-config/npm-config.ts';
import { type Closable, type ComposeOptions, proxyOf } from './parts.ts';

const subject = 'npm registry';
const pingTimeoutMs = 3_000;
const places: Readonly<Record<NonNullable<NpmConfig['registryFrom']>, string>> = {
  environment: 'the environment',
  project: "the project's .npmrc",
  user: 'your .npmrc',
  machine: "this machine's npmrc",
};

/**
 * Says which registry npm's configuration gives and from where, whether it answers, and whether there are credentials for it: never
 * which. What is installed is answered without it, so nothing of it is a fault.
 */
export async function examineRegistry(options: ComposeOptions, signal: AbortSignal): Promise<Check> {
  const { config } = options;
  if (config.offline) return { subject, state: 'ok', finding: 'off (--offline)' };
  if (config.sources?.includes('indexed') === false)
    return { subject, state: 'ok', finding: 'off (--sources)' };
  const closables: Closable[] = [];
  try {
    return await examine(options, closables, signal);
  } catch (thrown) {
    const { what, next } = toDocpinError(thrown);
    return { subject, state: 'note', finding: what, next };
  } finally {
    await Promise.allSettled(closables.map((closable) => closable.close()));
  }
}

async function examine(options: ComposeOptions, closables: Closable[], signal: AbortSignal): Promise<Check> {
  const [{ createLoadNpmConfig }, { createAskNpm }, { authorizationFor }, { composeProjectFinder }] =
    await Promise.all([
      import('../origins/tarball/npm-config/load-npm-config.ts'),
      import('../origins/tarball/npm-config/ask-npm.ts'),
      import('../origins/tarball/npm-config/npm-config.ts'),
      import('./compose-project-finder.ts'),
    ]);
  const findProject = await composeProjectFinder(options);
  // Whether there is a project that can be read is another line's business.
  const project = await findProject({ signal }).catch(() => undefined);
  const { surroundings } = options.config;
  const npmConfig = await createLoadNpmConfig(surroundings)(project);
  const refusal = refusedKeys(npmConfig);
  // Nothing is asked then: what npm uses elsewhere is not what this project means.
  if (refusal !== undefined && npmConfig.registry === undefined && npmConfig.refused.has('registry'))
    return { subject, state: 'note', finding: refusal.what, next: refusal.next };
  const registry = new URL(npmConfig.registry ?? (await createAskNpm(surroundings)()));
  const trouble = await ping(options, { registry, npmConfig }, closables, signal);
  const place = npmConfig.registryFrom === undefined ? 'npm itself' : places[npmConfig.registryFrom];
  const finding = [
    `${registry.host} (from ${place})`,
    trouble === undefined ? 'answers' : 'does not answer',
    `${authorizationFor(registry, npmConfig) === undefined ? 'without' : 'with'} credentials`,
    ...(refusal === undefined ? [] : [refusal.what]),
  ].join(', ');
  if (trouble !== undefined)
    return { subject, state: 'note', finding, next: `${trouble.what} ${trouble.next}` };
  return {
    subject,
    finding,
    ...(refusal === undefined ? { state: 'ok' } : { state: 'note', next: refusal.next }),
  };
}

async function ping(
  { config, version, log }: ComposeOptions,
  { registry, npmConfig }: { readonly registry: URL; readonly npmConfig: NpmConfig },
  closables: Closable[],
  signal: AbortSignal,
): Promise<DocpinError | undefined> {
  const [{ createUpstream }, { createAskRegistry }, { pingRegistry }, { resolveBySystem }] =
    await Promise.all([
      import('../upstream/create-upstream.ts'),
      import('../origins/tarball/registry/registry-client.ts'),
      import('../origins/tarball/registry/ping-registry.ts'),
      import('../origins/tarball/registry/special-address.ts'),
    ]);
  const limits = { deadlineMs: pingTimeoutMs, attemptTimeoutMs: pingTimeoutMs, maxAttempts: 1 };
  const upstream = createUpstream({ version, log, proxy: proxyOf(config), limits });
  closables.push(upstream);
  const ask = createAskRegistry({ send: upstream.send, resolveHost: resolveBySystem });
  return pingRegistry({ registry, config: npmConfig, signal }, ask);
}

/** Keys of the project's .npmrc that are not taken, as names that look like one: the file came with a clone. */
function refusedKeys({ refused }: NpmConfig): { readonly what: string; readonly next: string } | undefined {
  const keys = [...refused].slice(0, 3).map((key) => `\`${key.replace(/[^\w@:./~-]/g, '?').slice(0, 80)}\``);
  if (keys.length === 0) return undefined;
  const others = refused.size > keys.length ? ` and ${refused.size - keys.length} more` : '';
  return {
    what: `${keys.join(', ')}${others} of the project's .npmrc not taken`,
    next: 'From a project only plain URLs are taken; what else it needs belongs into your own .npmrc.',
  };
}

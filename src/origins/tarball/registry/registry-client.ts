import { createHash } from 'node:crypto';
import { DocpinError } from '../../../errors.ts';
import { isLoopback } from '../../../is-loopback.ts';
import type { Send, UpstreamResponse } from '../../../upstream/upstream.ts';
import { authorizationFor, type NpmConfig } from '../npm-config/npm-config.ts';
import { badRegistryAnswer } from './registry-error.ts';
import { isSpecialHost, type ResolveHost } from './special-address.ts';

export interface RegistryClientOptions {
  readonly send: Send;
  readonly resolveHost: ResolveHost;
}

export interface RegistryRequest {
  readonly url: URL;
  readonly accept: string;
  /** The registry that the package belongs to: credentials go to its origin alone. */
  readonly registry: URL;
  readonly config: NpmConfig;
  readonly signal: AbortSignal;
  /** Set where the registry limits this kind of request by itself, so that its limit closes nothing else. */
  readonly quota?: string;
}

export type AskRegistry = (request: RegistryRequest) => Promise<UpstreamResponse>;

const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Creates what asks a registry, and the hosts that it names for its files: follows at most three redirects, by hand. Credentials
 * go to the registry's own origin only, over HTTPS or on this machine. An address that the registry names must be HTTPS, or lie
 * on the registry's own origin or beside it on this machine, and must not lead into a private network that the registry itself
 * is not in. Resolves with any other answer; rejects as `Send` does, and with `bad-answer`.
 */
export function createAskRegistry({ send, resolveHost }: RegistryClientOptions): AskRegistry {
  return async function askRegistry({ url: start, accept, registry, config, signal, quota = '' }) {
    let url = start;
    for (let hops = 0; hops <= maxRedirects; hops += 1) {
      await assertReachable(url, registry, resolveHost);
      const authorization = url.origin === registry.origin ? authorizationFor(url, config) : undefined;
      if (authorization !== undefined) assertSecret(url);
      const response = await send({
        method: 'GET',
        url,
        headers: { accept, ...(authorization === undefined ? {} : { authorization }) },
        signal,
        credentialId: `${quota}${authorization === undefined ? 'anonymous' : digestOf(authorization)}`,
      });
      const { location } = response.headers;
      if (!redirects.has(response.status) || location === undefined) return response;
      if (!URL.canParse(location, url.href)) throw badAddress(registry, 'redirects to what is no address');
      url = new URL(location, url);
    }
    throw badAddress(registry, `redirects more than ${maxRedirects} times`);
  };
}

async function assertReachable(url: URL, registry: URL, resolveHost: ResolveHost): Promise<void> {
  if (url.origin === registry.origin) return;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    throw badAddress(registry, 'names a file at an address that is not https');
  if (url.username !== '' || url.password !== '')
    throw badAddress(registry, 'names a file at an address with a password in it');
  // Without this, whoever can publish a package could make us call what only this machine or this network reaches.
  if (url.hostname !== registry.hostname && (await isSpecialHost(url.hostname, resolveHost)))
    throw badAddress(registry, 'names a file at an address inside a private network');
}

/** Whoever is on the way could read it. */
function assertSecret(url: URL): void {
  if (url.protocol === 'https:' || isLoopback(url)) return;
  throw new DocpinError('bad-config', {
    what: `The registry at ${url.hostname} is configured with plain http, so anyone on the way could read its token; nothing was sent.`,
    next: 'Configure its https: address, or take the token out of the .npmrc.',
  });
}

function digestOf(authorization: string): string {
  return createHash('sha256').update(authorization).digest('hex').slice(0, 32);
}

function badAddress(registry: URL, fault: string): DocpinError {
  return badRegistryAnswer(`The registry at ${registry.hostname} ${fault}; it was not followed.`);
}

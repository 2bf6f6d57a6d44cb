import type { NpmConfig } from '../npm-config/npm-config.ts';
import { type Packument, readPackument } from './read-packument.ts';
import type { AskRegistry } from './registry-client.ts';
import { registryError } from './registry-error.ts';

export interface PackumentRequest {
  readonly name: string;
  readonly registry: URL;
  readonly config: NpmConfig;
  readonly signal: AbortSignal;
}

export interface PackumentFetcher {
  /** What the registry says of a package, at most five minutes old; undefined when it has none of that name. */
  fetch(request: PackumentRequest): Promise<Packument | undefined>;
  /** When the package was first published (epoch milliseconds), which only the long form of the answer says. */
  fetchFirstPublished(request: PackumentRequest): Promise<number | undefined>;
}

interface Kept {
  readonly packument: Packument | undefined;
  readonly atMs: number;
}

const freshMs = 5 * 60_000;
/** A package that has just been published is found soon after. */
const missingFreshMs = 60_000;
const maxKept = 100;
const abbreviated = 'application/vnd.npm.install-v1+json';
const whole = 'application/json';
/** Servers that know nothing of the short form, and say so instead of sending the other. */
const refusesShortForm = new Set([400, 406, 415]);

/** Creates the reader of package metadata. It remembers its last 100 answers, never a failure. */
export function createPackumentFetcher(ask: AskRegistry, now: () => number): PackumentFetcher {
  const kept = new Map<string, Kept>();

  async function request(asked: PackumentRequest, accept: string): Promise<Packument | undefined> {
    const { name, registry, config, signal } = asked;
    // A scoped name is one segment of the path.
    const url = new URL(name.replace('/', '%2f'), registry);
    const response = await ask({ url, accept, registry, config, signal });
    if (response.status === 404 || response.status === 410) return undefined;
    if (accept !== whole && refusesShortForm.has(response.status)) return request(asked, whole);
    if (response.status !== 200) throw registryError(response.status, registry.hostname);
    return readPackument(response.body, name, registry.hostname);
  }

  async function fetch(asked: PackumentRequest): Promise<Packument | undefined> {
    const key = `${asked.registry.href} ${asked.name}`;
    const before = kept.get(key);
    if (before !== undefined) {
      const age = now() - before.atMs;
      if (age >= 0 && age < (before.packument === undefined ? missingFreshMs : freshMs))
        return before.packument;
    }
    const packument = await request(asked, `${abbreviated}; q=1.0, ${whole}; q=0.8, */*; q=0.5`);
    kept.delete(key);
    kept.set(key, { packument, atMs: now() });
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return packument;
  }

  return {
    fetch,
    fetchFirstPublished: async (asked) => {
      const short = await fetch(asked);
      return short === undefined
        ? undefined
        : (short.firstPublishedMs ?? (await request(asked, whole))?.firstPublishedMs);
    },
  };
}

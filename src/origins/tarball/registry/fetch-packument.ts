import { DocpinError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { OriginFacts } from '../../origin.ts';
import type { NpmConfig } from '../npm-config/npm-config.ts';
import { fetchDownloads } from './fetch-downloads.ts';
import { type Packument, readPackument } from './read-packument.ts';
import type { AskRegistry } from './registry-client.ts';
import { registryError } from './registry-error.ts';

export interface PackumentRequest {
  readonly name: string;
  readonly registry: URL;
  readonly config: NpmConfig;
  readonly signal: AbortSignal;
}

/** How well known a package is. */
export type Standing = Pick<OriginFacts, 'firstPublishedMs' | 'downloads'>;

export interface ToldPackage {
  readonly packument: Packument | undefined;
  readonly standing: Standing;
}

export interface PackumentFetcher {
  /** What the registry says of a package, at most five minutes old; undefined when it has none of that name. */
  fetch(request: PackumentRequest): Promise<Packument | undefined>;
  /**
   * When the package was first published, which only the long form of the answer says, and how often it is downloaded: asked side
   * by side, after the package itself where that is not known yet. What fails, or is not there when the signal aborts, is left out.
   */
  fetchStanding(request: PackumentRequest): Promise<ToldPackage>;
}

export interface PackumentFetcherOptions {
  readonly now: () => number;
  readonly log: Log;
}

interface Kept extends Answer {
  readonly atMs: number;
  /** Filled as it is asked for; a failure is not kept. */
  readonly standing: { firstPublishedMs?: Known<number>; downloads?: Known<OriginFacts['downloads']> };
}

interface Answer {
  readonly packument: Packument | undefined;
  /** Whether it is the long form, so that nothing more can be asked. */
  readonly isWhole: boolean;
}

interface Known<T> {
  readonly value: T | undefined;
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
export function createPackumentFetcher(
  ask: AskRegistry,
  { now, log }: PackumentFetcherOptions,
): PackumentFetcher {
  const kept = new Map<string, Kept>();

  async function request(asked: PackumentRequest, accept: string): Promise<Answer> {
    const { name, registry, config, signal } = asked;
    // A scoped name is one segment of the path.
    const url = new URL(name.replace('/', '%2f'), registry);
    const { status, headers, body } = await ask({ url, accept, registry, config, signal });
    if (status === 404 || status === 410) return { packument: undefined, isWhole: true };
    if (accept !== whole && refusesShortForm.has(status)) return request(asked, whole);
    if (status !== 200) throw registryError(status, registry.hostname);
    const isWhole = headers['content-type']?.startsWith(abbreviated) !== true;
    return { packument: readPackument(body, name, registry.hostname), isWhole };
  }

  async function current(asked: PackumentRequest): Promise<Kept> {
    const key = `${asked.registry.href} ${asked.name}`;
    const before = kept.get(key);
    if (before !== undefined) {
      const age = now() - before.atMs;
      if (age >= 0 && age < (before.packument === undefined ? missingFreshMs : freshMs)) return before;
    }
    const answer = await request(asked, `${abbreviated}; q=1.0, ${whole}; q=0.8, */*; q=0.5`);
    const entry = { ...answer, atMs: now(), standing: {} };
    kept.delete(key);
    kept.set(key, entry);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return entry;
  }

  async function firstPublished(entry: Kept, asked: PackumentRequest): Promise<number | undefined> {
    const { standing } = entry;
    standing.firstPublishedMs ??= {
      value: (entry.isWhole ? entry : await request(asked, whole)).packument?.firstPublishedMs,
    };
    return standing.firstPublishedMs.value;
  }

  async function downloads(entry: Kept, asked: PackumentRequest): Promise<OriginFacts['downloads']> {
    const { standing } = entry;
    standing.downloads ??= { value: await fetchDownloads(asked, ask) };
    return standing.downloads.value;
  }

  async function orMissing<T>({ name }: PackumentRequest, work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (thrown) {
      if (!(thrown instanceof DocpinError)) throw thrown;
      log.debug('How well known a package is cannot be told.', { library: name, why: thrown.what });
      return undefined;
    }
  }

  return {
    fetch: async (asked) => (await current(asked)).packument,
    fetchStanding: async (asked) => {
      const entry = await orMissing(asked, current(asked));
      if (entry?.packument === undefined) return { packument: undefined, standing: {} };
      const [firstPublishedMs, counted] = await Promise.all([
        orMissing(asked, firstPublished(entry, asked)),
        orMissing(asked, downloads(entry, asked)),
      ]);
      const standing = {
        ...(firstPublishedMs === undefined ? {} : { firstPublishedMs }),
        ...(counted === undefined ? {} : { downloads: counted }),
      };
      return { packument: entry.packument, standing };
    },
  };
}

import type { Answer, Asked } from '../fault-engine/exchange.ts';
import { type FaultServer, startFaultServer } from '../fault-engine/start-fault-server.ts';
import { fileNameOf, packFixturePackages, type StoredVersion } from './packages.ts';
import { packumentOf } from './packument-of.ts';
import { search } from './search.ts';

/** Never to be seen outside the stand-in: error texts of a registry are not passed on. */
export const registryText = 'STAND-IN-REGISTRY-TEXT';

export interface RegistryStandIn extends FaultServer {
  /** Ends in a slash, as npm configures it. */
  readonly url: string;
  publish(version: StoredVersion): void;
  /** Answers 401 unless the `authorization` header is this. */
  requireAuthorization(value: string): void;
}

export interface RegistryStandInOptions {
  /** Path that the registry is under; `/` when left out. */
  readonly prefix?: string;
  /** False for a registry that has none, as many mirrors. */
  readonly hasSearch?: boolean;
  /** What it has; the fixture packages when left out. */
  readonly packages?: readonly StoredVersion[];
}

/**
 * An npm registry on 127.0.0.1: metadata in both forms, tarballs packed by the real npm, search, tokens, and the faults that real
 * ones have. The real npm installs from it, which a test holds it to.
 */
export async function startRegistryStandIn(options: RegistryStandInOptions = {}): Promise<RegistryStandIn> {
  const { prefix = '/', hasSearch = true } = options;
  const stored = new Map<string, StoredVersion[]>();
  let required: string | undefined;

  function publish(version: StoredVersion): void {
    const { name } = version.manifest;
    stored.set(name, [...(stored.get(name) ?? []), version]);
  }
  for (const version of options.packages ?? packFixturePackages()) publish(version);

  function answer(asked: Asked): Answer {
    const { headers, path } = asked;
    if (required !== undefined && headers.authorization !== required)
      return { status: 401, body: { error: registryText }, headers: { 'www-authenticate': 'Bearer' } };
    if (asked.method !== 'GET' || !path.startsWith(prefix)) return notFound;
    if (path === `${prefix}-/ping`) return { status: 200, body: {} };
    if (path === `${prefix}-/v1/search`)
      return hasSearch ? search([...stored.values()], asked.query) : notFound;
    const [name = '', file] = decodeURIComponent(path.slice(prefix.length)).split('/-/');
    const versions = stored.get(name);
    if (versions === undefined) return notFound;
    if (file !== undefined) {
      const found = versions.find(({ manifest }) => fileNameOf(manifest.name, manifest.version) === file);
      return found === undefined ? notFound : { status: 200, body: found.tarball };
    }
    const wantsShort = String(headers.accept).startsWith(shortForm);
    const type = wantsShort ? shortForm : 'application/json';
    return {
      status: 200,
      body: packumentOf(versions, `${server.origin}${prefix}`, !wantsShort),
      headers: { 'content-type': type },
    };
  }

  const server = await startFaultServer({ answer });
  return Object.assign(server, {
    url: `${server.origin}${prefix}`,
    publish,
    requireAuthorization(value: string) {
      required = value;
    },
  });
}

const shortForm = 'application/vnd.npm.install-v1+json';
const notFound: Answer = { status: 404, body: { error: registryText } };

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Located, OriginFacts } from '../origin.ts';
import type { AskedPackage } from './asked-package.ts';
import type { Integrity } from './registry/integrity.ts';
import { taggedVersions } from './registry/pick-version.ts';
import type { Packument } from './registry/read-packument.ts';
import { locationPrefix, originName } from './tarball-reader.ts';

/**
 * Names the place of a version: one registry's, because another one may have another package under the name. Neither a registry's
 * URL nor a name has a space in it, and the URL has no credentials.
 */
export function locationOf(registry: URL, name: string, version: string): string {
  return `${locationPrefix}${registry.href} ${name}@${version}`;
}

/** A version of a package in a registry; `folder` is where its tarball will be kept. */
export function toLocated(
  { name, alias }: AskedPackage,
  registry: URL,
  { version, integrity }: { readonly version: string; readonly integrity: Integrity },
  folder: string,
): Located {
  const id = createHash('sha256').update(integrity).digest('hex').slice(0, 32);
  return {
    origin: originName,
    name,
    version,
    location: locationOf(registry, name, version),
    // What is published under a hash never changes.
    stamp: integrity,
    root: join(folder, `${id}.tgz`),
    shownRoot: `${name}@${version}`,
    ...(alias === undefined ? {} : { alias }),
  };
}

/** What is known of a version; without a packument, what needs nobody to be asked. */
export function factsOf(
  { isDependency }: AskedPackage,
  { hostname }: URL,
  version: string,
  packument?: Packument,
): OriginFacts {
  return {
    place: hostname,
    isDependency,
    isDeprecated: packument?.versions.get(version)?.isDeprecated === true,
    taggedVersions: packument === undefined ? [] : taggedVersions(packument),
  };
}

import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cancelledError, DocpinError } from '../../errors.ts';
import { archiveLimits } from './archive/archive-limits.ts';
import type { NpmConfig } from './npm-config/npm-config.ts';
import { hasIntegrity, type Integrity } from './registry/integrity.ts';
import type { AskRegistry } from './registry/registry-client.ts';
import { badRegistryAnswer, registryError } from './registry/registry-error.ts';

/** Where the bytes of a located tarball are. Stays in this process: the URL may name an internal host. */
export interface TarballPlace {
  readonly url: string;
  readonly registry: URL;
  readonly config: NpmConfig;
  readonly integrity: Integrity;
}

/** Downloads a tarball and checks its hash. Rejects with `bad-answer` when these are not the bytes that the registry described. */
export async function downloadTarball(
  place: TarballPlace,
  ask: AskRegistry,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { registry, config, integrity } = place;
  const { hostname } = registry;
  if (!URL.canParse(place.url))
    throw badRegistryAnswer(`The registry at ${hostname} names no address of the tarball.`);
  const url = new URL(place.url);
  const { status, body } = await ask({ url, accept: '*/*', registry, config, signal });
  if (status === 404 || status === 410)
    throw badRegistryAnswer(`The registry at ${hostname} names a tarball that is not there.`);
  if (status !== 200) throw registryError(status, url.hostname);
  if (body.length > archiveLimits.maxPackedBytes)
    throw badRegistryAnswer(
      `The tarball is ${Math.round(body.length / 1e6)} MB large, more than what is read.`,
    );
  if (!(await hasIntegrity(body, integrity)))
    throw badRegistryAnswer(
      `The bytes that came for the tarball are not those of the metadata of the registry at ${hostname}; they were thrown away.`,
    );
  return body;
}

/** Keeps checked bytes where the indexing child reads them: a file for this user only, whole or not there. */
export async function keepTarball(file: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const part = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    // Not `recursive`: below /proc that makes Node loop without end.
    await mkdir(dirname(file), { mode: 0o700 }).catch(ignoreExisting);
    await writeFile(part, bytes, { flag: 'wx', mode: 0o600, signal });
    await rename(part, file);
  } catch (thrown) {
    await rm(part, { force: true }).catch(() => undefined);
    if (signal.aborted) throw cancelledError(thrown);
    throw new DocpinError(
      'unavailable',
      {
        what: `The downloaded tarball could not be kept (${(thrown as NodeJS.ErrnoException).code ?? 'unknown'}).`,
        next: 'Check the free space and the permissions of the temporary folder, then ask again.',
      },
      { cause: thrown },
    );
  }
}

/** The folder's name has 128 random bits, so one that exists is ours. */
function ignoreExisting(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== 'EEXIST') throw thrown;
}

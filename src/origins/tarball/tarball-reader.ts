import { cancelledError, DocpinError, toDocpinError } from '../../errors.ts';
import { isText } from '../docs-files/is-text.ts';
import type { DocsFile, Located, OpenHooks, Origin, OriginName, Survey } from '../origin.ts';
import { readRegularFile } from '../read-regular-file.ts';
import { collectDeclarations, hasDeclarations } from '../types/collect-declarations.ts';
import type { PackageFiles } from '../types/package-files.ts';
import { type ArchiveLimits, archiveLimits } from './archive/archive-limits.ts';
import { listPackage, readPackage } from './archive/archived-package.ts';
import { hasIntegrity } from './registry/integrity.ts';
import { badRegistryAnswer } from './registry/registry-error.ts';

export type TarballReader = Pick<Origin, 'survey' | 'open'>;

export const originName: OriginName = 'tarball';

/** What is before the registry in the location of a tarball. */
export const locationPrefix = 'tarball:';

/**
 * Creates the reader of tarballs that were downloaded before: `located.root` is the file, and its hash is checked against
 * `located.stamp` before a byte of it is parsed. It needs no network and no credentials, so that the indexing child has
 * neither. Nothing is unpacked to disk.
 */
export function createTarballReader(limits: ArchiveLimits = archiveLimits): TarballReader {
  async function survey(located: Located, signal: AbortSignal): Promise<Survey> {
    try {
      const packed = await readVerified(located, limits, signal);
      const { docs, declarations } = await listPackage(packed, limits, signal);
      return {
        files: docs.files.map(({ path, kind, bytes }) => ({ path, kind, bytes })),
        skipped: docs.skipped,
        hasTypes: located.types !== undefined || (await hasDeclarations(declarations)),
      };
    } catch (thrown) {
      throw toReadError(thrown, signal);
    }
  }

  async function* open(
    located: Located,
    signal: AbortSignal,
    { onSkipped, onExpected }: OpenHooks,
  ): AsyncGenerator<DocsFile> {
    try {
      const packed = await readVerified(located, limits, signal);
      const { docs, declarations, contents } = await readPackage(packed, limits, signal);
      const types = await collectDeclarations(await typesOf(located, declarations, signal), { signal });
      onExpected?.(docs.files.length + types.files.length);
      for (const file of docs.skipped) onSkipped(file);
      for (const { path, kind } of docs.files) {
        signal.throwIfAborted();
        const bytes = contents.get(path) ?? new Uint8Array();
        if (isText(bytes)) yield { path, kind, bytes };
        else onSkipped({ path, why: 'binary' });
      }
      const place = located.types === undefined ? '' : typesFolder(located.types);
      for (const { path, why } of types.skipped) onSkipped({ path: `${place}${path}`, why });
      for (const { path, bytes, isExported } of types.files) {
        signal.throwIfAborted();
        yield { path: `${place}${path}`, kind: isExported ? 'api' : 'internal', bytes };
      }
    } catch (thrown) {
      throw toReadError(thrown, signal);
    }
  }

  async function typesOf({ types }: Located, own: PackageFiles, signal: AbortSignal): Promise<PackageFiles> {
    if (types === undefined) return own;
    return (await readPackage(await readVerified(types, limits, signal), limits, signal)).declarations;
  }

  return { survey, open };
}

/** Where the declarations of an `@types` package would be installed, with the version that they are of. */
function typesFolder({ name, version }: NonNullable<Located['types']>): string {
  return `node_modules/${name}@${version}/`;
}

async function readVerified(
  located: Pick<Located, 'root' | 'stamp'>,
  limits: ArchiveLimits,
  signal: AbortSignal,
): Promise<Uint8Array> {
  signal.throwIfAborted();
  const { bytes } = await readRegularFile(located.root, { maxBytes: limits.maxPackedBytes });
  if (!(await hasIntegrity(bytes, located.stamp)))
    throw badRegistryAnswer('The downloaded tarball was changed before it was read, so it was not read.');
  return bytes;
}

function toReadError(thrown: unknown, signal: AbortSignal): DocpinError {
  if (signal.aborted) return cancelledError(thrown);
  const code = (thrown as NodeJS.ErrnoException).code;
  if (thrown instanceof DocpinError || typeof code !== 'string') return toDocpinError(thrown);
  return new DocpinError(
    'unavailable',
    {
      what: `The downloaded tarball could not be read (${code}).`,
      next: 'Ask again: it is downloaded anew.',
    },
    { cause: thrown },
  );
}

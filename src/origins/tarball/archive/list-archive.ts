import type { ArchiveLimits } from './archive-limits.ts';
import { entryPath } from './entry-path.ts';
import { walkArchive } from './walk-archive.ts';

/** A file of the package, or what stands in the place of one. */
export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  /** Why it is never read: it is a link, a device. */
  readonly why: string | undefined;
}

/** Lists what a tarball would put into the package folder, without keeping a byte of it. */
export async function listArchive(
  packed: Uint8Array,
  limits: ArchiveLimits,
  signal: AbortSignal,
): Promise<readonly ListedFile[]> {
  const files = new Map<string, ListedFile>();
  await walkArchive(packed, {
    limits,
    signal,
    visit(entry) {
      const path = entry.isFolder ? undefined : entryPath(entry.path, limits);
      // Some file systems hold `README.md` and `readme.md` as one file: the first of them is the one that counts here.
      const key = path?.normalize('NFC').toLowerCase();
      if (path === undefined || key === undefined || files.has(key)) return undefined;
      files.set(key, { path, bytes: entry.bytes, why: entry.isFile ? undefined : 'not a regular file' });
      return undefined;
    },
  });
  return [...files.values()];
}

/** Reads some files of a tarball, by their paths in the package. */
export async function readFromArchive(
  packed: Uint8Array,
  wanted: ReadonlySet<string>,
  limits: ArchiveLimits,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const pieces = new Map<string, Uint8Array[]>();
  await walkArchive(packed, {
    limits,
    signal,
    visit(entry) {
      const path = entry.isFile ? entryPath(entry.path, limits) : undefined;
      if (path === undefined || !wanted.has(path) || pieces.has(path)) return undefined;
      const collected: Uint8Array[] = [];
      pieces.set(path, collected);
      return (piece) => void collected.push(piece);
    },
  });
  return new Map([...pieces].map(([path, collected]) => [path, Buffer.concat(collected)]));
}

import type { ArchiveLimits } from './archive-limits.ts';
import { entryPath } from './entry-path.ts';
import { walkArchive } from './walk-archive.ts';

/** A file of the package, or what stands in the place of one. */
export interface ArchivedFile {
  readonly path: string;
  readonly bytes: number;
  /** Why it is never read: it is a link, a device. */
  readonly why: string | undefined;
}

export interface ReadArchive {
  /** What the archive would put into the package folder. */
  readonly files: readonly ArchivedFile[];
  /** By the paths of those that were kept. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

export interface ReadArchiveOptions {
  readonly limits: ArchiveLimits;
  readonly signal: AbortSignal;
  /** Asked for each file that can be read, once and in the archive's order; the bytes of all others are never held. */
  readonly keeps: (file: ArchivedFile) => boolean;
}

/** Walks once through a tarball: lists what is in it and keeps the bytes of some files. Rejects as `walkArchive` does. */
export async function readArchive(packed: Uint8Array, options: ReadArchiveOptions): Promise<ReadArchive> {
  const { limits, signal, keeps } = options;
  const files = new Map<string, ArchivedFile>();
  const contents = new Map<string, Uint8Array>();
  await walkArchive(packed, {
    limits,
    signal,
    visit(entry) {
      const path = entry.isFolder ? undefined : entryPath(entry.path, limits);
      // Some file systems hold `README.md` and `readme.md` as one file: the first of them is the one that counts here.
      const key = path?.normalize('NFC').toLowerCase();
      if (path === undefined || key === undefined || files.has(key)) return undefined;
      const file = { path, bytes: entry.bytes, why: entry.isFile ? undefined : 'not a regular file' };
      files.set(key, file);
      if (file.why !== undefined || !keeps(file)) return undefined;
      // Copied piece by piece: each is a view of the block that was just unpacked, and would hold all of it.
      const content = Buffer.alloc(file.bytes);
      contents.set(path, content);
      let at = 0;
      return (piece) => {
        content.set(piece.subarray(0, content.length - at), at);
        at += piece.length;
      };
    },
  });
  return { files: [...files.values()], contents };
}

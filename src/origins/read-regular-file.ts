import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

export interface RegularFile {
  readonly bytes: Buffer;
  readonly stats: Stats;
}

export interface ReadLimits {
  readonly maxBytes: number;
  /** Called with the open file (and its descriptor) before any byte is read; what it throws ends the reading. */
  readonly check?: (stats: Stats, descriptor: number) => Promise<void> | void;
}

/** A file that is there but must not be read; `message` says why in a few words of ours. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

// Windows has neither flag. Without O_NONBLOCK the opening of a FIFO waits for a writer for ever.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a whole regular file. Throws `UnreadableFile` for links, folders, FIFOs, sockets, devices and for files over the cap,
 * and whatever the file system says (`ENOENT`, `EACCES`).
 */
export async function readRegularFile(path: string, limits: ReadLimits): Promise<RegularFile> {
  const handle = await openWithoutFollowing(path);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new UnreadableFile('not a regular file');
    if (stats.size > limits.maxBytes) throw new UnreadableFile(tooLarge(stats.size, limits.maxBytes));
    await limits.check?.(stats, handle.fd);
    return { bytes: await readAtMost(handle, limits.maxBytes), stats };
  } finally {
    await handle.close();
  }
}

/** Says that a file is over the size cap: "52.4 MB, over the 10 MB that are read". */
export function tooLarge(bytes: number, maxBytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB, over the ${Math.round(maxBytes / 1e6)} MB that are read`;
}

async function openWithoutFollowing(path: string): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ELOOP') throw new UnreadableFile('a symbolic link', { cause });
    // Opening a socket, or a device that nothing is behind.
    if (code === 'ENXIO' || code === 'EOPNOTSUPP' || code === 'ENODEV')
      throw new UnreadableFile('not a regular file', { cause });
    throw cause;
  }
}

/** The size that was just checked is only a claim: a file may grow while it is read, and those of /proc say 0. */
async function readAtMost(handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(256 * 1024));
    if (bytesRead === 0) return Buffer.concat(chunks, total);
    total += bytesRead;
    if (total > maxBytes) throw new UnreadableFile(tooLarge(total, maxBytes));
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

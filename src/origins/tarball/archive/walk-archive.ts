import { once } from 'node:events';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { cancelledError, DocpinError } from '../../../errors.ts';
import { withTimeLimit } from '../../../time-limit.ts';
import type { ArchiveLimits } from './archive-limits.ts';

/** An entry as its header describes it: the path is the archive's own text, and may be anything. */
export interface ArchiveEntry {
  readonly path: string;
  readonly isFile: boolean;
  readonly isFolder: boolean;
  readonly bytes: number;
}

export interface WalkArchiveOptions {
  readonly limits: ArchiveLimits;
  readonly signal: AbortSignal;
  /** Told of every entry in turn; what it returns is given the entry's bytes, piece by piece. */
  readonly visit: (entry: ArchiveEntry) => ((piece: Uint8Array) => void) | undefined;
}

const blockBytes = 512;
/** Four times what zlib gives by itself, which takes twice the time for a package of 200 MB. */
const unpackedPieceBytes = 64 * 1024;
/** Headers that describe the next entry (long names); real ones are a few hundred bytes. */
const maxMetaBytes = 64 * 1024;

/**
 * Walks through a gzipped tar in memory, without writing, linking or running anything. Rejects with `bad-answer` when it is
 * damaged, when it is no such archive, or at the moment it goes over a limit; with `cancelled`.
 */
export async function walkArchive(packed: Uint8Array, options: WalkArchiveOptions): Promise<void> {
  const { limits, signal, visit } = options;
  if (signal.aborted) throw cancelledError(signal.reason);
  if (packed.length > limits.maxPackedBytes) throw overLimit('is larger than what is read');
  const parser = createParser(limits, visit);
  const gunzip = createGunzip({ chunkSize: unpackedPieceBytes });
  gunzip.end(packed);
  const limit = { limitMs: limits.timeoutMs, error: () => overLimit('takes too long to unpack') };
  try {
    await withTimeLimit(signal, limit, async (stop) => {
      for await (const block of atLeastOneBlock(capped(gunzip, packed.length, limits))) {
        stop.throwIfAborted();
        parser.write(block);
      }
      await parser.finish(stop);
    });
  } catch (thrown) {
    if (signal.aborted) throw cancelledError(thrown);
    throw thrown instanceof DocpinError ? thrown : damaged(thrown);
  } finally {
    gunzip.destroy();
  }
}

/** tar's own guard stops at a ratio of 1,000, which is a gigabyte after a megabyte. */
async function* capped(
  source: AsyncIterable<Buffer>,
  packedBytes: number,
  limits: ArchiveLimits,
): AsyncGenerator<Buffer> {
  let unpacked = 0;
  for await (const piece of source) {
    unpacked += piece.length;
    if (unpacked > limits.maxUnpackedBytes) throw overLimit('unpacks to more than what is read');
    if (unpacked > limits.ratioFromBytes && unpacked > packedBytes * limits.maxRatio)
      throw overLimit('unpacks to far more than a package does');
    yield piece;
  }
}

/**
 * The parser unpacks again what begins like gzip or Zstandard, and nothing would count those bytes. So the first block comes
 * whole, and must not begin like that.
 */
async function* atLeastOneBlock(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of source) {
    if (head === undefined) {
      yield piece;
      continue;
    }
    head = Buffer.concat([head, piece]);
    if (head.length < blockBytes) continue;
    if (isPacked(head)) throw overLimit('is packed twice');
    yield head;
    head = undefined;
  }
  if (head !== undefined) throw damaged(new Error('shorter than one block'));
}

function isPacked(head: Buffer): boolean {
  return head.readUInt16BE(0) === 0x1f8b || head.readUInt32LE(0) === 0xfd2fb528;
}

interface EntryParser {
  write(piece: Buffer): void;
  /** Resolves when the last entry was told. */
  finish(stop: AbortSignal): Promise<void>;
}

function createParser(limits: ArchiveLimits, visit: WalkArchiveOptions['visit']): EntryParser {
  let count = 0;
  let fault: Error | undefined;
  const countOne = (): void => {
    count += 1;
    if (count > limits.maxEntries) throw overLimit('holds more entries than what is read');
  };
  const parser = new Parser({ brotli: false, zstd: false, maxMetaEntrySize: maxMetaBytes });

  parser.on('entry', (entry: ReadEntry) => {
    countOne();
    const { header, path } = entry;
    const isFile = ['File', 'OldFile', 'ContiguousFile'].includes(String(header.type));
    // What the parser goes by; `entry.size` is overwritten by whatever an extended header says.
    const bytes = header.size ?? 0;
    const take = visit({ path, isFile, isFolder: header.type === 'Directory', bytes });
    if (take !== undefined) entry.on('data', take);
    entry.resume();
  });
  // Neither is an entry of ours, but a million of them take as long as a million files.
  parser.on('ignoredEntry', countOne);
  parser.on('meta', countOne);
  parser.on('warn', (code: string, message: string | Error) => {
    countOne();
    if (code === 'TAR_BAD_ARCHIVE' || code === 'TAR_ABORT') fault ??= new Error(String(message));
  });
  parser.on('error', (error: Error) => {
    fault ??= error;
  });

  return {
    write(piece) {
      parser.write(piece);
      if (fault !== undefined) throw fault;
    },
    async finish(stop) {
      const ended = once(parser, 'end', { signal: stop });
      parser.end();
      await ended;
      if (fault !== undefined) throw fault;
    },
  };
}

function overLimit(how: string, cause?: unknown): DocpinError {
  return new DocpinError(
    'bad-answer',
    {
      what: `The tarball of this package ${how}, so it was not read.`,
      next: 'Install the package to read what it ships, or ask for another version.',
    },
    { cause },
  );
}

function damaged(cause: unknown): DocpinError {
  return new DocpinError(
    'bad-answer',
    {
      what: 'The tarball of this package is damaged, or no tarball.',
      next: 'Ask for another version, or install the package to read what it ships.',
    },
    { cause },
  );
}

import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { DocpinError } from '../errors.ts';

export interface ReadBodyOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly host: string;
  readonly maxBytes: number;
}

/**
 * Reads and decodes a body, counting the decoded bytes as they come: a few hundred kilobytes of gzip can hold 200 MiB, and a
 * cap on the wire does not see it. Rejects with `bad-answer` when there are more than `maxBytes` or the encoding is broken,
 * with `unavailable` when the body ends early.
 */
export async function readBody(body: Readable, options: ReadBodyOptions): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  async function collect(source: AsyncIterable<string | Buffer>): Promise<void> {
    for await (const piece of source) {
      const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
      size += chunk.length;
      if (size > options.maxBytes) throw tooLarge(options);
      chunks.push(chunk);
    }
  }

  const decoder = createDecoder(options);
  try {
    if (decoder === undefined) await pipeline(body, collect);
    else await pipeline(body, decoder, collect);
  } catch (error) {
    // Stopping a decoder midway makes the pipeline report the stop, not the reason for it.
    throw size > options.maxBytes ? tooLarge(options) : toBodyError(error, options);
  }
  const bytes = Buffer.concat(chunks, size);
  if (isClosedEarly(bytes, options.headers)) throw endedEarly(options, undefined);
  return bytes;
}

function createDecoder({ headers, host }: ReadBodyOptions) {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  switch (encoding) {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    case 'deflate':
      return createInflate();
    default:
      // Also several encodings on top of each other: nobody needs them, and they multiply.
      throw badAnswer(`${host} answered in an encoding that was not asked for.`);
  }
}

/**
 * With neither a length nor chunks, the end of the connection is the end of the body (RFC 9112 section 6.3), and a cut one
 * looks whole. JSON tells them apart.
 */
function isClosedEarly(bytes: Buffer, headers: Readonly<Record<string, string>>): boolean {
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return false;
  if (bytes.length === 0 || !/\bjson\b/.test(headers['content-type'] ?? '')) return false;
  try {
    JSON.parse(bytes.toString());
    return false;
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

function toBodyError(error: unknown, options: ReadBodyOptions): DocpinError {
  if (error instanceof DocpinError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // zlib: Z_BUF_ERROR is "unexpected end of file"; every other Z_ and brotli code means that the bytes are no such encoding.
  const isBroken =
    typeof code === 'string' && /^(?:Z_(?!BUF_ERROR)|ERR_BROTLI|ERR__?ERROR_FORMAT)/.test(code);
  if (isBroken) return badAnswer(`${options.host} sent a body that cannot be decoded.`, error);
  return endedEarly(options, error);
}

function tooLarge({ host, maxBytes }: ReadBodyOptions): DocpinError {
  return badAnswer(`${host} sent more than ${Math.round(maxBytes / 1024)} KiB; the rest was not read.`);
}

function endedEarly({ host }: ReadBodyOptions, cause: unknown): DocpinError {
  return new DocpinError(
    'unavailable',
    { what: `The answer of ${host} ended early.`, next: 'Ask again in a minute.' },
    { cause },
  );
}

function badAnswer(what: string, cause?: unknown): DocpinError {
  return new DocpinError(
    'bad-answer',
    {
      what,
      next: 'Check that the configured address is the right one; a proxy may be answering in its place.',
    },
    { cause },
  );
}

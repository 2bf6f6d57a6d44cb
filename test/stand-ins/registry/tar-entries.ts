import { gzipSync } from 'node:zlib';
import { Header, type HeaderData } from 'tar';

export interface TarEntry {
  readonly path: string;
  readonly type?: NonNullable<HeaderData['type']>;
  readonly linkpath?: string;
  readonly content?: string | Buffer;
  /** In place of the content's length. */
  readonly claimedBytes?: number;
}

/** A gzipped tar of entries as they are given: any path, any type, as no packing tool would write them. */
export function tarballOf(entries: Iterable<TarEntry>, level = 6): Buffer {
  return gzipSync(tarOf(entries), { level });
}

export function tarOf(entries: Iterable<TarEntry>): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) parts.push(...blocksOf(entry));
  parts.push(Buffer.alloc(1024));
  return Buffer.concat(parts);
}

/** A package.json and what is given. */
export function packageTarball(
  name: string,
  version: string,
  entries: Iterable<TarEntry>,
  level?: number,
): Buffer {
  const manifest = { path: 'package/package.json', content: JSON.stringify({ name, version }) };
  return tarballOf(chain([manifest], entries), level);
}

function* chain(...lists: Iterable<TarEntry>[]): Generator<TarEntry> {
  for (const list of lists) yield* list;
}

function blocksOf(entry: TarEntry): Buffer[] {
  const content = Buffer.from(entry.content ?? '');
  const isLong = Buffer.byteLength(entry.path) > 99;
  const longName = isLong
    ? blocksOf({ path: '././@LongLink', type: 'NextFileHasLongPath', content: `${entry.path}\0` })
    : [];
  const block = Buffer.alloc(512);
  const data: HeaderData = {
    path: isLong ? entry.path.slice(0, 90) : entry.path,
    type: entry.type ?? 'File',
    mode: 0o644,
    size: entry.claimedBytes ?? content.length,
    mtime: new Date(0),
    ...(entry.linkpath === undefined ? {} : { linkpath: entry.linkpath }),
  };
  new Header(data).encode(block);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return [...longName, block, content, padding];
}

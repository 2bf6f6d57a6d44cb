import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveLimits } from '../../../src/origins/tarball/archive/archive-limits.ts';
import { readPackage } from '../../../src/origins/tarball/archive/archived-package.ts';
import { entryPath } from '../../../src/origins/tarball/archive/entry-path.ts';
import { type ReadArchiveOptions, readArchive } from '../../../src/origins/tarball/archive/read-archive.ts';
import { readAll } from '../../contracts/origin-contract.ts';
import { packageTarball, type TarEntry, tarballOf, tarOf } from '../../stand-ins/registry/tar-entries.ts';
import { signal, startTarballOrigin } from './start-tarball-origin.ts';

/** What is read of a package that holds these entries; the rest of the machine is looked at too. */
async function readOf(tarball: Buffer) {
  const manifest = { name: 'kraken', version: '1.0.0' };
  const { origin, find, folder } = await startTarballOrigin({
    registry: { packages: [{ manifest, tarball }] },
  });
  const located = await find('kraken');
  try {
    const { files, skipped } = await readAll(origin, located);
    const contents = files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]);
    return { contents: Object.fromEntries(contents), skipped };
  } finally {
    expect(readdirSync(folder)).toEqual([]);
  }
}

/** Lists what is in a tarball; keeps what the options say. */
const list = (tarball: Buffer, options: Partial<ReadArchiveOptions> = {}) =>
  readArchive(tarball, { limits: archiveLimits, signal, keeps: () => false, ...options });

const good: TarEntry = { path: 'package/README.md', content: '# Kraken\n' };
const withGood = (...entries: TarEntry[]) => readOf(packageTarball('kraken', '1.0.0', [...entries, good]));

/** Text that packs to a few hundredths less than a half, always the same. */
function textOf(bytes: number): Buffer {
  const text = Buffer.alloc(bytes);
  let state = 1;
  for (let at = 0; at < bytes; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    text[at] = 97 + ((state >> 16) & 15);
  }
  return text;
}

async function refusalOf(tarball: Buffer): Promise<string> {
  const started = process.cpuUsage();
  const before = process.memoryUsage().rss;
  const thrown: unknown = await list(tarball).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({ code: 'bad-answer' });
  // Work, not waiting: other tests run beside this one.
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1_000).toBeLessThan(2_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000 + tarball.length);
  return thrown instanceof Error ? thrown.message : '';
}

describe('a hostile tarball', () => {
  it.each<TarEntry>([
    { path: 'package/docs/../../../evil.md', content: 'evil' },
    { path: '../evil.md', content: 'evil' },
    { path: '/etc/evil.md', content: 'evil' },
    { path: 'package//../../evil.md', content: 'evil' },
    { path: 'package/docs\\..\\evil.md', content: 'evil' },
    { path: 'C:/package/evil.md', content: 'evil' },
    { path: 'package/docs/ev\u0007il.md', content: 'evil' },
    { path: 'package/docs/ev\nil.md', content: 'evil' },
    { path: `package/docs/${'d/'.repeat(40)}evil.md`, content: 'evil' },
    { path: `package/docs/${'x'.repeat(1_100)}.md`, content: 'evil' },
    { path: 'evil.md', content: 'evil' },
  ])('gets no file taken by the path $path, nor declarations by one like it', async (entry) => {
    const declaration = { ...entry, path: entry.path.replace(/(?:docs\/)?(.*)\.md$/s, '$1.d.ts') };
    expect(declaration.path).toMatch(/\.d\.ts$/);
    const { contents, skipped } = await withGood(entry, declaration);
    expect({ contents, skipped }).toEqual({ contents: { 'README.md': '# Kraken\n' }, skipped: [] });
  });

  it.each<TarEntry>([
    { path: 'package/docs/evil.md', type: 'SymbolicLink', linkpath: '/etc/passwd' },
    { path: 'package/docs/evil.md', type: 'SymbolicLink', linkpath: '../README.md' },
    { path: 'package/docs/evil.md', type: 'Link', linkpath: 'package/README.md' },
    { path: 'package/docs/evil.md', type: 'CharacterDevice' },
    { path: 'package/docs/evil.md', type: 'BlockDevice' },
    { path: 'package/docs/evil.md', type: 'FIFO' },
  ])('gets no $type read, and it is said', async (entry) => {
    expect(await withGood(entry)).toEqual({
      contents: { 'README.md': '# Kraken\n' },
      skipped: [{ path: 'docs/evil.md', why: 'not a regular file' }],
    });
    expect(await withGood({ ...entry, path: 'package/evil.d.ts' })).toEqual({
      contents: { 'README.md': '# Kraken\n' },
      skipped: [{ path: 'evil.d.ts', why: 'not a regular file' }],
    });
  });

  it('gets nothing read through a folder that is a link', async () => {
    const link: TarEntry = { path: 'package/docs', type: 'SymbolicLink', linkpath: '/etc' };
    const { contents } = await withGood(link, { path: 'package/docs/passwd.md', content: 'own' });
    expect(contents).toEqual({ 'README.md': '# Kraken\n', 'docs/passwd.md': 'own' });
  });

  it('with the same path twice has the first one read, also when only the case differs', async () => {
    const { contents } = await readOf(
      packageTarball('kraken', '1.0.0', [
        good,
        { path: 'package/README.md', content: 'second' },
        { path: 'other/README.md', content: 'third' },
        { path: 'package/readme.MD', content: 'fourth' },
      ]),
    );
    expect(contents).toEqual({ 'README.md': '# Kraken\n' });
  });

  it('with names that every object has is read as any other', async () => {
    const { contents } = await withGood({ path: 'package/docs/__proto__/constructor.md', content: 'a page' });
    expect(Object.keys(contents)).toEqual(['README.md']);
    expect(
      (await withGood({ path: 'package/docs/constructor/toString.md', content: 'a page' })).contents,
    ).toMatchObject({
      'docs/constructor/toString.md': 'a page',
    });
  });

  it('has a file over 5 MB and a binary one skipped, and it is said', async () => {
    const { contents, skipped } = await withGood(
      { path: 'package/docs/huge.md', content: textOf(6_000_000) },
      { path: 'package/docs/image.md', content: Buffer.from([1, 0, 2, 0]) },
    );
    expect(Object.keys(contents)).toEqual(['README.md']);
    expect(skipped).toEqual([
      { path: 'docs/huge.md', why: '6.0 MB, over the 5 MB that are read' },
      { path: 'docs/image.md', why: 'binary' },
    ]);
  });

  it('has declarations over 5 MB and binary ones skipped too, and it is said', async () => {
    const { contents, skipped } = await withGood(
      { path: 'package/huge.d.ts', content: textOf(6_000_000) },
      { path: 'package/image.d.ts', content: Buffer.from([1, 0, 2, 0]) },
      { path: 'package/index.d.ts', content: 'export {};' },
    );
    expect(Object.keys(contents)).toEqual(['README.md', 'index.d.ts']);
    expect(skipped).toEqual([
      { path: 'huge.d.ts', why: '6.0 MB, over the 5 MB that are read' },
      { path: 'image.d.ts', why: 'binary' },
    ]);
  });

  it('gets no declaration read of a package that is bundled with it', async () => {
    const { contents, skipped } = await withGood(
      { path: 'package/index.d.ts', content: "import './node_modules/whale/index.js';" },
      { path: 'package/node_modules/whale/index.d.ts', content: 'export {};' },
    );
    expect(Object.keys(contents)).toEqual(['README.md', 'index.d.ts']);
    expect(skipped).toEqual([]);
  });

  it('has no more declarations held than the cap, and those left out are said', async () => {
    const tarball = packageTarball(
      'kraken',
      '1.0.0',
      ['a', 'b', 'c'].map((name) => ({ path: `package/${name}.d.ts`, content: textOf(400_000) })),
    );
    const limits = { ...archiveLimits, maxDeclarationBytes: 1_000_000 };
    const { declarations } = await readPackage(tarball, limits, signal);
    expect(await declarations.read('b.d.ts')).toHaveLength(400_000);
    expect(await declarations.read('c.d.ts')).toEqual({
      why: 'over the 1 MB of declarations that are kept of a tarball',
    });
  });

  it.each(['md', 'd.ts'])('that holds 100,000 entries ending in .%s is refused soon', async (ending) => {
    function* many(): Generator<TarEntry> {
      for (let index = 0; index < 100_000; index += 1)
        yield { path: `package/${index * 7919}.${ending}`, content: `${Math.sin(index)}` };
    }
    expect(await refusalOf(tarballOf(many(), 1))).toContain('more entries');
  });

  it('that is all extended headers is refused as well', async () => {
    const noise = Array.from({ length: 30_000 }, (_, index) => `${Math.sin(index)}`);
    const headers = noise.map(
      (text): TarEntry => ({ path: 'x', type: 'NextFileHasLongPath', content: text }),
    );
    expect(await refusalOf(tarballOf(headers, 1))).toContain('more entries');
  });

  it('that is all broken headers is refused as well', async () => {
    const noise = Buffer.alloc(30_000 * 512);
    for (let at = 0; at < noise.length; at += 8) noise.writeDoubleLE(Math.sin(at), at);
    expect(
      await refusalOf(gzipSync(Buffer.concat([tarOf([good]).subarray(0, 1024), noise]), { level: 1 })),
    ).toContain('more entries');
  });

  it('that unpacks to a thousand times its size is refused before it has', async () => {
    const bomb = packageTarball(
      'kraken',
      '1.0.0',
      [{ path: 'package/README.md', content: Buffer.alloc(190 << 20) }],
      9,
    );
    expect(bomb.length).toBeLessThan(400_000);
    expect(await refusalOf(bomb)).toContain('far more than a package');
  });

  it('that unpacks to more than is read is refused, however little it is packed', async () => {
    const tarball = packageTarball('kraken', '1.0.0', [{ path: 'package/x', content: textOf(3 << 20) }], 1);
    const limits = { ...archiveLimits, maxUnpackedBytes: 2 << 20 };
    await expect(list(tarball, { limits })).rejects.toThrow('unpacks to more than what is read');
    expect((await list(tarball)).files.map(({ path }) => path)).toEqual(['package.json', 'x']);
  });

  it('that is packed twice is refused, also when the first byte comes alone', async () => {
    const inner = packageTarball('kraken', '1.0.0', [
      good,
      { path: 'package/x', content: Buffer.alloc(4_000, 'x') },
    ]);
    const padded = Buffer.concat([inner, Buffer.alloc(1_024)]);
    expect(await refusalOf(gzipSync(padded))).toContain('packed twice');
    const members = [padded.subarray(0, 1), padded.subarray(1)].map((part) => gzipSync(part));
    expect(await refusalOf(Buffer.concat(members))).toContain('packed twice');
    const zstandard = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(1_024)]);
    expect(await refusalOf(gzipSync(zstandard))).toContain('packed twice');
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('Not found')],
    ['an empty gzip', gzipSync(Buffer.alloc(0))],
    ['gzipped text', gzipSync(Buffer.from('Not found'.repeat(1_000)))],
    ['cut in the gzip', packageTarball('kraken', '1.0.0', [good]).subarray(0, 120)],
    ['cut in the tar', gzipSync(tarOf([{ ...good, content: Buffer.alloc(9_000, 'x') }]).subarray(0, 4_000))],
    ['shorter than it says', gzipSync(tarOf([{ ...good, claimedBytes: 1 << 30 }]))],
  ])('that is %s is refused', async (_title, tarball) => {
    expect(await refusalOf(tarball)).toContain('damaged');
  });

  it('that is larger than what is read is not begun', async () => {
    const limits = { ...archiveLimits, maxPackedBytes: 100 };
    await expect(list(packageTarball('kraken', '1.0.0', [good]), { limits })).rejects.toThrow('larger than');
  });

  it('that takes too long is given up, and one that nobody waits for is cancelled', async () => {
    const slow = packageTarball('kraken', '1.0.0', [{ path: 'package/x', content: textOf(30 << 20) }], 1);
    const limits = { ...archiveLimits, timeoutMs: 1 };
    await expect(list(slow, { limits })).rejects.toThrow('too long');
    const stop = new AbortController();
    const reading = list(slow, { signal: stop.signal });
    setTimeout(() => stop.abort(), 5);
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('that says in an extended header how small a file is gets no more than that read of it', async () => {
    const record = (text: string) => {
      const length = `${text.length + 4}`.length + text.length + 2;
      return `${length} ${text}\n`;
    };
    const tarball = tarballOf([
      { path: 'PaxHeader', type: 'GlobalExtendedHeader', content: record('size=3') },
      { path: 'package/docs/large.md', content: Buffer.alloc(40_000, 'text ') },
      good,
    ]);
    const { files, contents } = await list(tarball, { keeps: () => true });
    expect(files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['docs/large.md', 3],
      ['README.md', 3],
    ]);
    for (const { path, bytes } of files) expect(contents.get(path)?.length).toBe(bytes);
  });

  it('keeps its docs under the caps of a package', async () => {
    const content = textOf(4_900_000);
    const entries = Array.from({ length: 14 }, (_, index) => ({
      path: `package/docs/${index + 10}.md`,
      content,
    }));
    const tarball = packageTarball('kraken', '1.0.0', entries, 1);
    const { docs, contents } = await readPackage(tarball, archiveLimits, signal);
    expect([...contents.keys()]).toHaveLength(13);
    expect(docs.skipped).toEqual([{ path: 'docs/23.md', why: expect.stringContaining('64 MB') }]);
  });

  it('has its docs read also behind more that only looks like docs than is kept of it', async () => {
    const likely = { path: 'package/test/notes.md', content: 'x'.repeat(1_000) };
    const tarball = packageTarball('kraken', '1.0.0', [likely, good]);
    const limits = { ...archiveLimits, maxLikelyDocsBytes: 1_000 };
    const { docs, contents } = await readPackage(tarball, limits, signal);
    expect(docs.files.map(({ path }) => path)).toEqual(['README.md']);
    expect(contents.get('README.md')).toEqual(Buffer.from('# Kraken\n'));
  });
});

describe('the path of an entry', () => {
  it.each([
    ['package/README.md', 'README.md'],
    ['./package/README.md', 'README.md'],
    ['node-v1/docs/a.md', 'docs/a.md'],
    ['package//docs/./a.md', 'docs/a.md'],
    ['package', undefined],
    ['package/..', undefined],
    ['package/a\0.md', undefined],
    ['C:/a.md', undefined],
    [`package/${'d/'.repeat(31)}a.md`, `${'d/'.repeat(31)}a.md`],
    [`package/${'d/'.repeat(32)}a.md`, undefined],
  ])('%j is %j in the package', (raw, path) => {
    expect(entryPath(raw, archiveLimits)).toBe(path);
  });
});

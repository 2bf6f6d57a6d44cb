import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { corpusFileName, openCorpusReader, openCorpusWriter } from '../../src/corpus/open-corpus.ts';
import { type Database, loadSqlite, type SqliteEngine } from '../../src/sqlite.ts';
import { all, docs, libraryOf, noCoverage, onDatabase, openTestCorpus } from './open-test-corpus.ts';

let folder: string;
let file: string;
let engine: SqliteEngine;
let time: number;
const now = () => time;

beforeEach(async () => {
  engine = await loadSqlite();
  folder = mkdtempSync(join(tmpdir(), 'docpin-corpus-'));
  file = join(folder, 'cache', corpusFileName);
  time = 1_700_000_000_000;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const withDatabase = <T>(work: (database: Database) => T): T => onDatabase(engine, file, work);

function count(table: string): number {
  return withDatabase(
    (database) => (database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n,
  );
}

describe('a library', () => {
  it('is found by its origin and answers, through another connection', () => {
    const reader = openCorpusReader({ engine, file, now });
    const writer = openCorpusWriter({ engine, file, now });
    const origin = { location: 'installed:/x/node_modules/pkg', stamp: 'stamp' };
    const rowId = writer.add(libraryOf('pkg', docs), { origin });
    const library = reader.findByOrigin('installed:/x/node_modules/pkg', 'stamp');
    expect(library).toMatchObject({
      rowId,
      name: 'pkg',
      version: '1.0.0',
      contentHash: 'pkg',
      pages: 2,
      sections: 2,
    });
    expect(reader.findByOrigin('installed:/x/node_modules/pkg', 'other stamp')).toBeUndefined();
    expect(reader.search(rowId, 'ride a zebra', all)[0]).toMatchObject({
      path: 'docs/a.md',
      line: 1,
      heading: 'Zebra',
      body: 'How to ride a zebra.',
    });
    writer.close();
    reader.close();
  });

  it('is one content: the same name and version with other bytes is another library, and neither answers for the other', () => {
    const writer = openCorpusWriter({ engine, file, now });
    const reader = openCorpusReader({ engine, file, now });
    const good = writer.add(libraryOf('pkg', docs, { contentHash: 'good' }));
    const planted = writer.add(
      libraryOf('pkg', { 'README.md': '# Pkg\n\nPlanted zebra.\n' }, { contentHash: 'bad' }),
    );
    expect(planted).not.toBe(good);
    expect(writer.findByContent('pkg', '1.0.0', 'good')).toBe(good);
    expect(writer.findByContent('pkg', '1.0.0', 'other')).toBeUndefined();
    const text = JSON.stringify(reader.search(good, 'zebra planted', all));
    expect(text).toContain('ride a zebra');
    expect(text).not.toContain('Planted');
    writer.close();
    reader.close();
  });

  it('is added once, whoever comes second', () => {
    const first = openCorpusWriter({ engine, file, now });
    const second = openCorpusWriter({ engine, file, now });
    const rowId = first.add(libraryOf('pkg', docs));
    expect(second.add(libraryOf('pkg', docs))).toBe(rowId);
    expect(count('section')).toBe(2);
    first.close();
    second.close();
  });

  it('is there whole or not at all: a page that fails leaves nothing', () => {
    const writer = openCorpusWriter({ engine, file, now });
    const library = libraryOf('pkg', docs);
    const twice = { ...library, pages: [...library.pages, ...library.pages] };
    expect(() => writer.add(twice)).toThrow();
    for (const table of ['library', 'page', 'section']) expect(count(table)).toBe(0);
    expect(hits('zebra')).toBe(0);
    expect(writer.add(library)).toBeGreaterThan(0);
    writer.close();
  });

  it('of an older chunker is not found, and is replaced with nothing left of it', () => {
    const writer = openCorpusWriter({ engine, file, now });
    writer.add(libraryOf('pkg', docs), { origin: { location: 'o', stamp: 's' } });
    withDatabase((database) => database.exec('UPDATE library SET chunker = 0'));
    const reader = openCorpusReader({ engine, file, now });
    expect(reader.findByOrigin('o', 's')).toBeUndefined();
    expect(writer.findByContent('pkg', '1.0.0', 'pkg')).toBeUndefined();
    writer.add(libraryOf('pkg', { 'README.md': '# Pkg\n\nA giraffe.\n' }));
    expect(hits('zebra')).toBe(0);
    expect(hits('giraffe')).toBe(1);
    expect(count('library')).toBe(1);
    reader.close();
    writer.close();
  });

  it('keeps its row id to itself, also after it is gone', () => {
    const writer = openCorpusWriter({ engine, file, now });
    const first = writer.add(libraryOf('pkg', docs));
    withDatabase((database) => database.exec('UPDATE library SET chunker = 0'));
    expect(writer.add(libraryOf('pkg', docs))).not.toBe(first);
    writer.close();
  });
});

/** Rows of both full-text tables that hold a word, of whatever library. */
function hits(word: string): number {
  return withDatabase((database) => {
    const exact = database
      .prepare('SELECT count(*) AS n FROM section_exact WHERE section_exact MATCH ?')
      .get(word);
    const stem = database
      .prepare('SELECT count(*) AS n FROM section_stem WHERE section_stem MATCH ?')
      .get(word);
    expect((exact as { n: number }).n).toBe((stem as { n: number }).n);
    return (exact as { n: number }).n;
  });
}

describe('places', () => {
  const one = () => libraryOf('pkg', docs, { contentHash: 'one' });
  const two = () => libraryOf('pkg', { 'README.md': '# P\n\nx\n' }, { contentHash: 'two' });

  it('point at what was found there last', () => {
    const writer = openCorpusWriter({ engine, file, now });
    const reader = openCorpusReader({ engine, file, now });
    writer.add(one(), { origin: { location: 'o', stamp: 'stamp 1' } });
    const second = writer.add(two(), { origin: { location: 'o', stamp: 'stamp 2' } });
    expect(writer.add(two(), { origin: { location: 'other', stamp: 'stamp 2' } })).toBe(second);
    expect(reader.findByOrigin('o', 'stamp 1')).toBeUndefined();
    expect(reader.findByOrigin('o', 'stamp 2')?.rowId).toBe(second);
    expect(reader.findByOrigin('other', 'stamp 2')?.rowId).toBe(second);
    reader.close();
    writer.close();
  });

  it('tell the state in which they were read last, where it is still answered from', () => {
    const writer = openCorpusWriter({ engine, file, now });
    const reader = openCorpusReader({ engine, file, now });
    expect(reader.stampOf('o')).toBeUndefined();
    writer.add(one(), { origin: { location: 'o', stamp: 'stamp 1' } });
    writer.add(two(), { origin: { location: 'o', stamp: 'stamp 2' } });
    expect(reader.stampOf('o')).toBe('stamp 2');
    expect(reader.stampOf('o ')).toBeUndefined();
    withDatabase((database) => database.exec('UPDATE library SET chunker = chunker - 1'));
    expect(reader.stampOf('o')).toBeUndefined();
    reader.close();
    writer.close();
  });

  it('tell no state that was damaged', () => {
    const writer = openCorpusWriter({ engine, file, now });
    writer.add(one(), { origin: { location: 'o', stamp: 'stamp' } });
    writer.close();
    withDatabase((database) => database.exec("UPDATE origin SET stamp = 'other'"));
    const reader = openCorpusReader({ engine, file, now });
    expect(reader.stampOf('o')).toBeUndefined();
    reader.close();
  });

  it('take along what nothing points at any more, and leave what another place points at', () => {
    const writer = openCorpusWriter({ engine, file, now });
    for (const location of ['o', 'other']) writer.add(one(), { origin: { location, stamp: '1' } });
    writer.add(two(), { origin: { location: 'o', stamp: '2' } });
    expect(hits('zebra')).toBe(2);
    writer.add(two(), { origin: { location: 'other', stamp: '2' } });
    expect(hits('zebra')).toBe(0);
    expect(count('library')).toBe(1);
    expect(count('origin')).toBe(2);
    writer.close();
  });
});

describe('a library that is gone', () => {
  it('is an error that says so, not an answer of nothing, and its row id means nothing in a new file', () => {
    const writer = openCorpusWriter({ engine, file, now });
    const rowId = writer.add(libraryOf('pkg', docs), { origin: { location: 'o', stamp: 's' } });
    writer.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    const again = openCorpusWriter({ engine, file, now });
    again.add(libraryOf('other', { 'README.md': '# Other\n\nA zebra of others.\n' }));
    const reader = openCorpusReader({ engine, file, now });
    const isGone = expect.objectContaining({ code: 'index-changed' });
    expect(() => reader.search(rowId, 'zebra', all)).toThrow(isGone);
    expect(() => reader.overview(rowId)).toThrow(isGone);
    reader.close();
    again.close();
  });
});

describe('a row that is not what was written', () => {
  it.each([
    ['section', "body = replace(body, 'ride', 'hide')"],
    ['section', "heading = 'Zebras'"],
    ['section', 'line = line + 1'],
    ['page', "path = 'docs/b.md' WHERE path = 'docs/a.md'"],
    ['page', "kind = 'changelog'"],
  ])('of the table %s (%s) is not served, and the file is set aside', (table, change) => {
    const writer = openCorpusWriter({ engine, file, now });
    const origin = { location: 'o', stamp: 's' };
    const rowId = writer.add(libraryOf('pkg', docs), { origin });
    const reader = openCorpusReader({ engine, file, now });
    withDatabase((database) => database.exec(`UPDATE ${table} SET ${change}`));
    const isGone = expect.objectContaining({ code: 'index-changed' });
    expect(() => reader.search(rowId, 'ride a zebra', all)).toThrow(isGone);
    expect(readdirSync(join(folder, 'cache')).filter((name) => name.includes('.corrupt-'))).toHaveLength(1);
    expect(reader.findByOrigin('o', 's')).toBeUndefined();
    writer.add(libraryOf('pkg', docs), { origin });
    const again = reader.findByOrigin('o', 's');
    expect(reader.search(again?.rowId ?? 0, 'ride a zebra', all)[0]?.body).toBe('How to ride a zebra.');
    reader.close();
    writer.close();
  });

  it.each([
    ['page', 'headings = \'["Other"]\''],
    ['page', 'sections = 7'],
    ['page', 'id = -id; UPDATE section SET page_id = -page_id'],
    ['section', "body = 'x'"],
    ['library', 'pages = 7'],
  ])('of the table %s (%s) is in no overview', (table, change) => {
    const writer = openCorpusWriter({ engine, file, now });
    const rowId = writer.add(libraryOf('pkg', docs));
    withDatabase((database) => database.exec(`PRAGMA foreign_keys = OFF; UPDATE ${table} SET ${change}`));
    const reader = openCorpusReader({ engine, file, now });
    expect(() => reader.overview(rowId)).toThrow(expect.objectContaining({ code: 'index-changed' }));
    reader.close();
    writer.close();
  });

  it('of the place leads to no other library', () => {
    const writer = openCorpusWriter({ engine, file, now });
    writer.add(libraryOf('pkg', docs), { origin: { location: 'o', stamp: 's' } });
    const other = writer.add(libraryOf('other', { 'README.md': '# Other\n\nzebra\n' }));
    withDatabase((database) => database.exec(`UPDATE origin SET library_id = ${other}`));
    const reader = openCorpusReader({ engine, file, now });
    expect(reader.findByOrigin('o', 's')).toBeUndefined();
    reader.close();
    writer.close();
  });
});

describe('the use of a library', () => {
  it('is noted without waiting for whoever writes', () => {
    const writer = openCorpusWriter({ engine, file, now });
    writer.add(libraryOf('pkg', docs), { origin: { location: 'o', stamp: 's' } });
    const reader = openCorpusReader({ engine, file, now });
    expect(reader.findByOrigin('o', 's')).toBeDefined();
    time += 2 * 60 * 60 * 1_000;
    const usedAt = () =>
      withDatabase((database) => ({ ...database.prepare('SELECT used_at_ms AS at FROM library').get() })).at;
    const startedAt = performance.now();
    withDatabase((database) => {
      database.exec('BEGIN IMMEDIATE');
      expect(reader.findByOrigin('o', 's')).toBeDefined();
    });
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    expect(usedAt()).not.toBe(time);
    expect(reader.findByOrigin('o', 's')).toBeDefined();
    expect(usedAt()).toBe(time);
    reader.close();
    writer.close();
  });
});

it('gives back what holds half of a character, as a cut heading may', async () => {
  const { reader, writer, close } = await openTestCorpus();
  const half = '\ud83d';
  const section = {
    line: 1,
    heading: `Sea ${half}`,
    trail: half,
    body: `The sea ${half}.`,
    tokens: 5,
    kind: 'info',
  } as const;
  const page = { path: `docs/${half}.md`, kind: 'guide', title: half, sections: [section] } as const;
  const library = writer.add({
    name: 'sea',
    version: '1.0.0',
    contentHash: 'sea',
    pages: [page],
    coverage: noCoverage,
  });
  const [found] = reader.search(library, 'sea', all);
  expect(found).toMatchObject({ heading: 'Sea \ufffd', body: 'The sea \ufffd.', path: 'docs/\ufffd.md' });
  close();
});

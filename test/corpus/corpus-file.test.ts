import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { corpusFileName, openCorpusReader, openCorpusWriter } from '../../src/corpus/open-corpus.ts';
import { type Database, loadSqlite, type SqliteEngine } from '../../src/sqlite.ts';
import { all, docs, libraryOf, onDatabase } from './open-test-corpus.ts';

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

describe('the file', () => {
  it('that is not there yet holds nothing, and nothing is made by asking', () => {
    const reader = openCorpusReader({ engine, file, now });
    expect(reader.findByOrigin('o', 's')).toBeUndefined();
    expect(reader.stampOf('o')).toBeUndefined();
    const isGone = expect.objectContaining({ code: 'index-changed' });
    expect(() => reader.search(1, 'zebra', all)).toThrow(isGone);
    expect(() => reader.overview(1)).toThrow(isGone);
    expect(existsSync(join(folder, 'cache'))).toBe(false);
    reader.close();
  });

  it.skipIf(process.platform === 'win32')('is for its owner alone', () => {
    const writer = openCorpusWriter({ engine, file, now });
    writer.add(libraryOf('pkg', docs));
    expect(statSync(join(folder, 'cache')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(folder, 'cache'))) {
      expect(statSync(join(folder, 'cache', name)).mode & 0o777).toBe(0o600);
    }
    writer.close();
  });

  it('has pages of 8 KiB and a WAL', () => {
    openCorpusWriter({ engine, file, now }).close();
    withDatabase((database) => {
      expect(Object.values({ ...database.prepare('PRAGMA page_size').get() })).toEqual([8192]);
      expect(Object.values({ ...database.prepare('PRAGMA journal_mode').get() })).toEqual(['wal']);
    });
  });

  it('that is no database is nothing to the reader and set aside by the writer, which keeps two', () => {
    mkdirSync(join(folder, 'cache'), { recursive: true });
    for (let round = 0; round < 4; round += 1) {
      time += 1;
      for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      writeFileSync(file, 'this is not a database, whatever its name says. '.repeat(400));
      const reader = openCorpusReader({ engine, file, now });
      expect(reader.findByOrigin('o', 's')).toBeUndefined();
      const writer = openCorpusWriter({ engine, file, now });
      writer.add(libraryOf('pkg', docs), { origin: { location: 'o', stamp: 's' } });
      expect(reader.findByOrigin('o', 's')?.name).toBe('pkg');
      writer.close();
      reader.close();
    }
    const kept = readdirSync(join(folder, 'cache')).filter((name) => name.includes('.corrupt-'));
    expect(kept.sort()).toEqual([
      `${corpusFileName}.corrupt-${time - 1}`,
      `${corpusFileName}.corrupt-${time}`,
    ]);
  });

  it('of another program is set aside as it was, and its tables are not written to', () => {
    mkdirSync(join(folder, 'cache'), { recursive: true });
    withDatabase((database) =>
      database.exec("CREATE TABLE library (id INTEGER, title TEXT); INSERT INTO library VALUES (1, 'mine')"),
    );
    const before = readFileSync(file);
    const reader = openCorpusReader({ engine, file, now });
    expect(reader.findByOrigin('o', 's')).toBeUndefined();
    expect(readFileSync(file)).toEqual(before);
    const writer = openCorpusWriter({ engine, file, now });
    writer.add(libraryOf('pkg', docs), { origin: { location: 'o', stamp: 's' } });
    expect(reader.findByOrigin('o', 's')?.name).toBe('pkg');
    expect(readFileSync(`${file}.corrupt-${time}`)).toEqual(before);
    writer.close();
    reader.close();
  });

  it('of a newer docpin, which has another name, is left alone', () => {
    const newer = join(folder, 'cache', 'corpus-v2.db');
    mkdirSync(join(folder, 'cache'), { recursive: true });
    writeFileSync(newer, 'whatever a newer docpin keeps there');
    const writer = openCorpusWriter({ engine, file, now });
    writer.add(libraryOf('pkg', docs));
    writer.close();
    expect(readFileSync(newer, 'utf8')).toBe('whatever a newer docpin keeps there');
    expect(readdirSync(join(folder, 'cache')).filter((name) => name.startsWith('corpus-v2'))).toEqual([
      'corpus-v2.db',
    ]);
  });

  it('that another process sets aside first is set aside once', () => {
    const writer = openCorpusWriter({ engine, file, now });
    const origin = { location: 'o', stamp: 's' };
    writer.add(libraryOf('pkg', docs), { origin });
    const readers = [1, 2].map(() => openCorpusReader({ engine, file, now }));
    for (const reader of readers) expect(reader.findByOrigin('o', 's')).toBeDefined();
    withDatabase((database) => database.exec("UPDATE library SET version = '9.9.9'"));
    expect(readers[0]?.findByOrigin('o', 's')).toBeUndefined();
    writer.add(libraryOf('pkg', docs), { origin });
    // Its connection is to the old file still, in which it finds the damage too.
    expect(readers[1]?.findByOrigin('o', 's')).toBeUndefined();
    expect(readers[1]?.findByOrigin('o', 's')?.version).toBe('1.0.0');
    expect(readdirSync(join(folder, 'cache')).filter((name) => name.includes('.corrupt-'))).toHaveLength(1);
    for (const reader of readers) reader.close();
    writer.close();
  });

  it('that was replaced is noticed by a reader that has the old one open', () => {
    const writer = openCorpusWriter({ engine, file, now });
    writer.add(libraryOf('pkg', docs), { origin: { location: 'o', stamp: 's' } });
    const reader = openCorpusReader({ engine, file, now });
    expect(reader.findByOrigin('o', 's')).toBeDefined();
    writer.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    const again = openCorpusWriter({ engine, file, now });
    again.add(libraryOf('other', docs), { origin: { location: 'new', stamp: 's' } });
    expect(reader.stampOf('new')).toBe('s');
    expect(reader.findByOrigin('new', 's')?.name).toBe('other');
    again.close();
    reader.close();
  });

  it('in a place that cannot be written is an error that says what to do', () => {
    writeFileSync(join(folder, 'plain'), '');
    const blocked = join(folder, 'plain', corpusFileName);
    expect(() => openCorpusWriter({ engine, file: blocked, now })).toThrow(
      expect.objectContaining({ code: 'indexing-failed', next: expect.stringContaining('DOCPIN_CACHE_DIR') }),
    );
  });
});

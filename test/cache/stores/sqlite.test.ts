import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cacheFileName } from '../../../src/cache/disk/schema.ts';
import { createSqliteStore, type SqliteStoreOptions } from '../../../src/cache/stores/sqlite.ts';
import { DocpinError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { type Database, loadSqlite, type SqliteEngine } from '../../../src/sqlite.ts';
import { entryOf, testStore } from '../../contracts/store-contract.ts';
import { temporaryFolder } from '../../setup/fixture-projects.ts';

const hourMs = 3_600_000;

let nowMs: number;
let engine: SqliteEngine;
let file: string;
let warnings: string[];

beforeEach(async () => {
  nowMs = 1_000;
  engine = await loadSqlite();
  file = join(temporaryFolder(), 'cache', cacheFileName);
  warnings = [];
});

function storeOf(more: Partial<SqliteStoreOptions> = {}) {
  return createSqliteStore({
    file,
    loadEngine: async () => engine,
    now: () => nowMs,
    log: createLog({ level: 'warn', write: (line) => void warnings.push(line) }),
    ...more,
  });
}

function inFile<T>(work: (database: Database) => T): T {
  const database = engine.open(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const filesBeside = (): string[] => readdirSync(dirname(file)).sort();
const asideOf = (): string[] => filesBeside().filter((name) => name.includes('.corrupt-'));

testStore('SQLite', async () => ({
  store: storeOf(),
  advance: (ms) => {
    nowMs += ms;
  },
}));

describe('the SQLite store', () => {
  it('opens and makes nothing before it is asked', async () => {
    let loaded = 0;
    const store = storeOf({
      loadEngine: async () => {
        loaded += 1;
        return engine;
      },
    });
    expect([existsSync(dirname(file)), loaded]).toEqual([false, 0]);
    await Promise.all([store.get('a'), store.get('b')]);
    expect(loaded).toBe(1);
  });

  it('keeps its file for its user alone, whatever the umask', async () => {
    const umask = process.umask(0);
    try {
      await storeOf().put('a', entryOf('1'));
      expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
      expect(filesBeside()).toEqual([cacheFileName, `${cacheFileName}-shm`, `${cacheFileName}-wal`]);
      for (const name of filesBeside())
        expect([name, statSync(join(dirname(file), name)).mode & 0o777]).toEqual([name, 0o600]);
    } finally {
      process.umask(umask);
    }
  });

  it('gives another process what was put, and outlives both', async () => {
    const [first, second] = [storeOf(), storeOf()];
    await first.put('a', entryOf('1'));
    expect(await second.get('a')).toEqual(entryOf('1'));
    await second.delete('a');
    expect(await first.get('a')).toBeUndefined();
    await first.put('b', entryOf('2'));
    await first.close();
    await second.close();
    expect(await storeOf().get('b')).toEqual(entryOf('2'));
  });

  it('gives a lease to one process', async () => {
    const [first, second] = [storeOf(), storeOf()];
    const lease = await first.lease('a', 1_000);
    expect(await second.lease('a', 1_000)).toBeUndefined();
    expect((await second.holder('a', 1_000))?.expiresAtMs).toBe(2_000);
    await lease?.release();
    expect(await second.lease('a', 1_000)).toBeDefined();
  });

  it('keeps no leases of processes that were killed', async () => {
    const store = storeOf();
    await store.lease('killed', 1_000);
    nowMs += 1_000;
    await (await store.lease('a', 1_000))?.release();
    expect(inFile((database) => database.prepare('SELECT * FROM lease').all())).toEqual([]);
  });

  it('leaves no WAL behind for the next process to read', async () => {
    const store = storeOf();
    for (let index = 0; index < 50; index += 1) await store.put(`k${index}`, entryOf('x'.repeat(20_000)));
    await store.close();
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });

  it('does not keep what is too large, nor what it would replace', async () => {
    const store = storeOf({ maxValueBytes: 10 });
    await store.put('a', entryOf('1234567890'));
    expect((await store.get('a'))?.value).toBe('1234567890');
    await store.put('a', entryOf('äöüäöü'));
    expect(await store.get('a')).toBeUndefined();
  });
});

describe('the rows of the SQLite store', () => {
  const count = () =>
    (inFile((database) => database.prepare('SELECT count(*) AS n FROM entry').get()) as { n: number }).n;

  it.each<[what: string, sql: string]>([
    ['the value', "UPDATE entry SET value = CAST('2' AS BLOB)"],
    ['the label', "UPDATE entry SET label = 'other'"],
    ['what it is about', "UPDATE entry SET owner = 'one', library = 'other'"],
    ['the source', "UPDATE entry SET source = 'other'"],
    ['the end of its fresh time', 'UPDATE entry SET fresh_until_ms = fresh_until_ms + 1'],
    ['the end of its stale time', 'UPDATE entry SET stale_until_ms = stale_until_ms + 1'],
    ['its time', 'UPDATE entry SET stored_at_ms = stored_at_ms - 1'],
    ['its failure', "UPDATE entry SET failed_code = 'unavailable', failed_at_ms = 1"],
    ['a time that no number of ours can be', 'UPDATE entry SET stored_at_ms = 9007199254740993'],
    ['the hash', "UPDATE entry SET hash = 'abc'"],
  ])('miss and go when %s is not what was written', async (_what, sql) => {
    const store = storeOf();
    await store.put('a', entryOf('1'));
    inFile((database) => database.exec(sql));
    expect(await store.get('a')).toBeUndefined();
    expect(count()).toBe(0);
    await store.put('a', entryOf('3'));
    expect(await store.get('a')).toEqual(entryOf('3'));
    expect([warnings, asideOf()]).toEqual([[], []]);
  });

  it('never answer for another key', async () => {
    const store = storeOf();
    await store.put('a', entryOf('1'));
    inFile((database) => database.exec("UPDATE entry SET key = CAST('b' AS BLOB)"));
    expect(await store.get('b')).toBeUndefined();
    expect(count()).toBe(0);
  });

  it('stay below the cap, the least recently used go first', async () => {
    const store = storeOf({ maxBytes: 400_000 });
    const value = 'x'.repeat(2_000);
    for (let index = 0; index < 90; index += 1) {
      nowMs += 1;
      await store.put(`key-${index}`, entryOf(value, nowMs));
    }
    nowMs += 2 * hourMs - 200;
    await store.get('key-0');
    for (let index = 90; index < 170; index += 1) {
      nowMs += 1;
      await store.put(`key-${index}`, entryOf(value, nowMs));
    }
    expect(count()).toBeLessThanOrEqual(130);
    expect(count()).toBeGreaterThan(80);
    expect(await store.get('key-1')).toBeUndefined();
    expect((await store.get('key-0'))?.value).toBe(value);
    expect((await store.get('key-169'))?.value).toBe(value);
  });

  it('keep the file below the cap also where values are small', async () => {
    const store = storeOf({ maxBytes: 400_000 });
    for (let index = 0; index < 2_500; index += 1) {
      nowMs += 1;
      await store.put(`key-${index}`, entryOf('1', nowMs));
    }
    await store.close();
    expect(statSync(file).size).toBeLessThanOrEqual(440_000);
    expect(count()).toBeGreaterThan(500);
  });

  it('have their use noted once an hour at most', async () => {
    const store = storeOf();
    await store.put('a', entryOf('1'));
    const usedAtMs = () =>
      (inFile((database) => database.prepare('SELECT used_at_ms AS ms FROM entry').get()) as { ms: number })
        .ms;
    const first = usedAtMs();
    nowMs += hourMs;
    await store.get('a');
    expect(usedAtMs()).toBe(first);
    nowMs += 1;
    await store.get('a');
    expect(usedAtMs()).toBe(nowMs);
  });

  it('go when nobody may be served from them any more', async () => {
    const store = storeOf();
    await store.put('old', entryOf('1'));
    await store.close();
    nowMs += 3 * hourMs;
    await storeOf().put('new', entryOf('2', nowMs));
    expect(count()).toBe(1);
  });
});

describe('the SQLite store in trouble', () => {
  /** A miss, nothing thrown, and one line to say so. */
  async function expectMissesWithOneWarning(more: Partial<SqliteStoreOptions> = {}): Promise<void> {
    const store = storeOf(more);
    await store.put('a', entryOf('1'));
    expect(await store.get('a')).toBeUndefined();
    await store.delete('a');
    const [first, second] = [await store.lease('a', 1_000), await store.lease('a', 1_000)];
    await first?.renew();
    await second?.release();
    expect([first, second]).not.toContain(undefined);
    expect(await store.holder('a', 1_000)).toBeUndefined();
    nowMs += hourMs;
    await store.put('a', entryOf('1'));
    await store.close();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('memory only');
  }

  it('misses where there is no engine', async () => {
    const loadEngine = async () => {
      throw new DocpinError('no-index-engine', { what: 'No usable SQLite engine.', next: 'Get one.' });
    };
    await expectMissesWithOneWarning({ loadEngine });
    expect(warnings[0]).toContain('No usable SQLite engine');
  });

  it('misses where the folder cannot be made or written', async () => {
    await expectMissesWithOneWarning({ file: '/proc/docpin/cache.db' });
  });

  it('misses where a folder has the name of the file', async () => {
    mkdirSync(file, { recursive: true });
    await expectMissesWithOneWarning();
  });

  it('gives what it has while another process holds the lock, and does not wait long for it', async () => {
    const store = storeOf();
    await store.put('a', entryOf('1'));
    const other = engine.open(file);
    other.exec('BEGIN IMMEDIATE');
    const fromMs = performance.now();
    await store.put('b', entryOf('2'));
    await store.put('c', entryOf('3'));
    expect(performance.now() - fromMs).toBeLessThan(3_000);
    expect(await store.get('a')).toEqual(entryOf('1'));
    other.exec('ROLLBACK');
    other.close();
    expect(warnings).toHaveLength(1);
    nowMs += 1_000;
    await store.put('d', entryOf('4'));
    expect(await store.get('d')).toEqual(entryOf('4'));
  });

  /** The engine of this Node with something done to every connection. */
  const engineWith = (prepare: (database: Database) => void) => async () => ({
    ...engine,
    open(...args: Parameters<SqliteEngine['open']>): Database {
      const database = engine.open(...args);
      prepare(database);
      return database;
    },
  });

  it('gives what it has when the disk is full, and writes again when there is room', async () => {
    let connection: Database | undefined;
    const loadEngine = engineWith((database) => {
      connection = database;
    });
    const store = storeOf({ loadEngine });
    await store.put('a', entryOf('1'));
    connection?.exec('PRAGMA max_page_count = 1');
    for (const key of ['b', 'c', 'd']) await store.put(key, entryOf('x'.repeat(100_000)));
    expect(await store.get('a')).toEqual(entryOf('1'));
    expect([await store.get('b'), asideOf(), warnings.length]).toEqual([undefined, [], 1]);
    expect(warnings[0]).toContain('SQLite error 13');
    connection?.exec('PRAGMA max_page_count = 1000000');
    nowMs += 30_000;
    await store.put('b', entryOf('2', nowMs));
    expect((await store.get('b'))?.value).toBe('2');
  });

  it('gives what it has where nothing may be written', async () => {
    const owner = storeOf();
    await owner.put('a', entryOf('1'));
    const store = storeOf({ loadEngine: engineWith((database) => database.exec('PRAGMA query_only = ON')) });
    nowMs += 2 * hourMs - 1_000;
    await store.put('b', entryOf('2'));
    expect(await store.get('a')).toEqual(entryOf('1'));
    expect(await store.get('a')).toEqual(entryOf('1'));
    expect([await store.get('b'), asideOf(), warnings.length]).toEqual([undefined, [], 1]);
  });

  /** The engine of this Node where no file can be opened for writing, nor, where that is asked, as one with a WAL. */
  function engineOfFullDisk() {
    const disk = { isFull: true, takesWal: true };
    const refuse = (errcode: number) => Object.assign(new Error('refused'), { errcode });
    const loadEngine = async (): Promise<SqliteEngine> => ({
      ...engine,
      open(location, options) {
        if (disk.isFull && options?.readOnly !== true && location !== ':memory:') throw refuse(14);
        if (disk.isFull && !disk.takesWal && location === file) throw refuse(10);
        return engine.open(location, options);
      },
    });
    return { disk, loadEngine };
  }

  it.each([true, false])(
    'gives a new process what is on a full disk, and writes once there is room (WAL: %s)',
    async (takesWal) => {
      const owner = storeOf();
      await owner.put('a', entryOf('1'));
      await owner.close();
      const { disk, loadEngine } = engineOfFullDisk();
      disk.takesWal = takesWal;
      const store = storeOf({ loadEngine });
      expect(await store.get('a')).toEqual(entryOf('1'));
      await store.put('b', entryOf('2'));
      expect([await store.get('b'), await store.get('a')]).toEqual([undefined, entryOf('1')]);
      expect([asideOf(), warnings.length]).toEqual([[], 1]);
      disk.isFull = false;
      nowMs += 30_000;
      await store.put('b', entryOf('2'));
      expect(await store.get('b')).toEqual(entryOf('2'));
      await store.close();
    },
  );

  it.skipIf(process.platform === 'win32')(
    'gives nothing from a file that it is led to by a link',
    async () => {
      const elsewhere = join(temporaryFolder(), cacheFileName);
      const owner = storeOf({ file: elsewhere });
      await owner.put('a', entryOf('1'));
      await owner.close();
      mkdirSync(dirname(file), { mode: 0o700 });
      symlinkSync(elsewhere, file);
      expect(await storeOf().get('a')).toBeUndefined();
      expect(warnings).toHaveLength(1);
    },
  );

  it('gives nothing from a file without its WAL, which may hold what was deleted', async () => {
    const owner = storeOf();
    await owner.put('a', entryOf('1'));
    const { disk, loadEngine } = engineOfFullDisk();
    expect(await storeOf({ loadEngine }).get('a')).toEqual(entryOf('1'));
    disk.takesWal = false;
    inFile((database) => database.exec('PRAGMA wal_checkpoint(PASSIVE)'));
    expect(await storeOf({ loadEngine }).get('a')).toBeUndefined();
    await owner.close();
  });

  it('leaves a file alone for a while that failed once', async () => {
    let tries = 0;
    const loadEngine = async () => ({
      ...engine,
      open: (): Database => {
        tries += 1;
        throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
      },
    });
    const store = storeOf({ loadEngine });
    await store.get('a');
    const first = tries;
    for (let round = 0; round < 10; round += 1) await store.get('a');
    expect(tries).toBe(first);
    nowMs += 30_000;
    await store.get('a');
    expect(tries).toBeGreaterThan(first);
  });

  const broken: readonly (readonly [string, (store: ReturnType<typeof storeOf>) => Promise<void>])[] = [
    [
      'is no database',
      async () => {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, 'This is not a database, whoever calls it one. '.repeat(100));
      },
    ],
    [
      'belongs to another program',
      async () => {
        mkdirSync(dirname(file), { recursive: true });
        inFile((database) => database.exec('CREATE TABLE notes (text TEXT)'));
      },
    ],
    [
      'has lost a table',
      async (store) => {
        await store.put('x', entryOf('1'));
        await store.close();
        inFile((database) => database.exec('DROP TABLE entry'));
      },
    ],
  ];

  it.each(broken)('sets a file aside that %s, and goes on with a new one', async (_what, breakFile) => {
    await breakFile(storeOf());
    const store = storeOf();
    await store.put('a', entryOf('1'));
    expect(await store.get('a')).toEqual(entryOf('1'));
    expect(asideOf()).toEqual([`${cacheFileName}.corrupt-1000`]);
    expect(warnings).toEqual([]);
  });

  it('does not hold a value that is refused against the whole file', async () => {
    const store = storeOf();
    await store.put('a', entryOf('1'));
    await store.put('refused', entryOf('2', 1.5));
    expect(await store.get('a')).toEqual(entryOf('1'));
    expect([await storeOf().get('a'), asideOf(), warnings.length]).toEqual([entryOf('1'), [], 1]);
  });

  it('sets a file aside whose schema has another letter', async () => {
    const store = storeOf();
    await store.put('a', entryOf('1'));
    await store.close();
    const bytes = readFileSync(file);
    bytes.write('usee', bytes.indexOf('used_at_ms INTEGER'));
    writeFileSync(file, bytes);
    const later = storeOf();
    await later.put('b', entryOf('2'));
    expect(await later.get('b')).toEqual(entryOf('2'));
    expect([asideOf().length, warnings]).toEqual([1, []]);
  });

  it('keeps the last two of the files that it set aside', async () => {
    mkdirSync(dirname(file), { recursive: true });
    for (let round = 0; round < 4; round += 1) {
      nowMs += 1;
      writeFileSync(file, 'This is not a database. '.repeat(100));
      const store = storeOf();
      await store.get('a');
      await store.close();
    }
    expect(asideOf()).toEqual([`${cacheFileName}.corrupt-1003`, `${cacheFileName}.corrupt-1004`]);
  });

  it('notices that its file was moved away or deleted', async () => {
    const store = storeOf();
    await store.put('a', entryOf('1'));
    renameSync(file, `${file}.elsewhere`);
    expect(await store.get('a')).toBeUndefined();
    await store.put('a', entryOf('2'));
    expect(await storeOf().get('a')).toEqual(entryOf('2'));
  });
});

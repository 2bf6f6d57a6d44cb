import { join } from 'node:path';
import { expect, it } from 'vitest';
import { corpusFileName, openCorpusReader, openCorpusWriter } from '../../src/corpus/open-corpus.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import { temporaryFolder } from '../setup/fixture-projects.ts';

const engine = await loadSqlite();
const year = 365 * 24 * 60 * 60 * 1_000;

/** Two processes' writers over one file, with one clock. */
function setup() {
  let time = 1_700_000_000_000;
  const file = join(temporaryFolder(), corpusFileName);
  const options = { engine, file, now: () => time };
  const [one, two] = [openCorpusWriter(options), openCorpusWriter(options)];
  const reader = openCorpusReader(options);
  return {
    one,
    two,
    reader,
    file,
    pass: (ms: number) => {
      time += ms;
    },
    close() {
      one.close();
      two.close();
      reader.close();
    },
  };
}

it('is one holder’s at a time, for each key', () => {
  const { one, two, reader, close } = setup();
  expect(one.leases.take('key', 'a')).toBe(true);
  expect(reader.isLeased('key', 'b')).toBe(true);
  expect(two.leases.take('key', 'b')).toBe(false);
  expect(two.leases.take('other', 'b')).toBe(true);
  // The same process in another child.
  expect(reader.isLeased('key', 'a')).toBe(false);
  expect(two.leases.take('key', 'a')).toBe(true);
  close();
});

it('ends ten seconds after it was renewed last, and is then another’s', () => {
  const { one, two, reader, pass, close } = setup();
  one.leases.take('key', 'a');
  pass(9_000);
  expect(one.leases.renew('key', 'a')).toBe(true);
  pass(9_999);
  expect(reader.isLeased('key', 'b')).toBe(true);
  expect(two.leases.take('key', 'b')).toBe(false);
  pass(1);
  expect(reader.isLeased('key', 'b')).toBe(false);
  expect(two.leases.take('key', 'b')).toBe(true);
  expect(one.leases.renew('key', 'a')).toBe(false);
  close();
});

it('is one holder’s for each audience', () => {
  const { one, two, file, close } = setup();
  const other = openCorpusWriter({ engine, file, now: () => 1_700_000_000_000, audience: 'other' });
  expect(one.leases.take('key', 'a')).toBe(true);
  expect(other.leases.take('key', 'b')).toBe(true);
  expect(two.leases.take('key', 'b')).toBe(false);
  other.close();
  close();
});

it('ends when its writer is closed, in whatever state the work is', () => {
  const { one, two, close } = setup();
  one.leases.take('key', 'a');
  one.close();
  one.close();
  expect(two.leases.take('key', 'b')).toBe(true);
  close();
});

it.each([-year, -11_000, 11_000, year])('holds nobody up when the clock jumps by %i ms', (jump) => {
  const { one, two, reader, pass, close } = setup();
  one.leases.take('key', 'a');
  pass(jump);
  expect(reader.isLeased('key', 'b')).toBe(false);
  expect(two.leases.take('key', 'b')).toBe(true);
  pass(-jump);
  expect(reader.isLeased('key', 'c')).toBe(false);
  expect(one.leases.take('key', 'c')).toBe(true);
  close();
});

it('is renewed without waiting for whoever writes', () => {
  const { one, file, close } = setup();
  one.leases.take('key', 'a');
  const database = engine.open(file);
  database.exec('BEGIN IMMEDIATE');
  const startedAt = performance.now();
  expect(() => one.leases.renew('key', 'a')).toThrow('locked');
  expect(performance.now() - startedAt).toBeLessThan(2_500);
  database.close();
  expect(one.leases.renew('key', 'a')).toBe(true);
  close();
});

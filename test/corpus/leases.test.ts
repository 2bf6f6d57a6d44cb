import { join } from 'node:path';
import { expect, it } from 'vitest';
import { corpusFileName, openCorpusWriter } from '../../src/corpus/open-corpus.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import { temporaryFolder } from '../setup/fixture-projects.ts';

const engine = await loadSqlite();
const year = 365 * 24 * 60 * 60 * 1_000;

/** Two processes' writers over one file, with one clock. */
function setup() {
  let time = 1_700_000_000_000;
  const file = join(temporaryFolder(), corpusFileName);
  const [one, two] = [1, 2].map(() => openCorpusWriter({ engine, file, now: () => time }));
  if (one === undefined || two === undefined) throw new Error('unreachable');
  return {
    one,
    two,
    file,
    pass: (ms: number) => {
      time += ms;
    },
    close() {
      one.close();
      two.close();
    },
  };
}

it('is one holder’s at a time, for each key', () => {
  const { one, two, close } = setup();
  expect(one.leases.take('key', 'a')).toBe(true);
  expect(two.leases.isHeld('key', 'b')).toBe(true);
  expect(two.leases.take('key', 'b')).toBe(false);
  expect(two.leases.take('other', 'b')).toBe(true);
  // The same process in another child.
  expect(two.leases.isHeld('key', 'a')).toBe(false);
  expect(two.leases.take('key', 'a')).toBe(true);
  close();
});

it('ends five seconds after it was renewed last, and is then another’s', () => {
  const { one, two, pass, close } = setup();
  one.leases.take('key', 'a');
  pass(4_000);
  expect(one.leases.renew('key', 'a')).toBe(true);
  pass(4_999);
  expect(two.leases.isHeld('key', 'b')).toBe(true);
  expect(two.leases.take('key', 'b')).toBe(false);
  pass(1);
  expect(two.leases.isHeld('key', 'b')).toBe(false);
  expect(two.leases.take('key', 'b')).toBe(true);
  expect(one.leases.renew('key', 'a')).toBe(false);
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

it.each([-year, -6_000, 6_000, year])('holds nobody up when the clock jumps by %i ms', (jump) => {
  const { one, two, pass, close } = setup();
  one.leases.take('key', 'a');
  pass(jump);
  expect(two.leases.isHeld('key', 'b')).toBe(false);
  expect(two.leases.take('key', 'b')).toBe(true);
  pass(-jump);
  expect(one.leases.isHeld('key', 'c')).toBe(false);
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

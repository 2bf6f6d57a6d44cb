import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  type CorpusOptions,
  corpusFileName,
  openCorpusReader,
  openCorpusWriter,
} from '../../src/corpus/open-corpus.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import { temporaryFolder } from '../setup/fixture-projects.ts';
import { libraryOf } from './open-test-corpus.ts';

const engine = await loadSqlite();
const hour = 60 * 60 * 1_000;
const year = 365 * 24 * hour;

/** Four libraries of `words` fill the cap. */
const words = 100;

/** A corpus with a small cap and a clock of its own; locations are those of packages of two projects. */
function setup(maxLibraries = 4) {
  let time = 1_700_000_000_000;
  const maxTextBytes = maxLibraries * words * 'zebra '.length;
  const file = join(temporaryFolder(), corpusFileName);
  const options: CorpusOptions = { engine, file, now: () => time, maxTextBytes };
  const writer = openCorpusWriter(options);
  const reader = openCorpusReader(options);
  const locationOf = (name: string, project: string) => `installed:/${project}/node_modules/${name}`;
  const query = <T>(sql: string): T => {
    const database = engine.open(file);
    try {
      return database.prepare(sql).get() as T;
    } finally {
      database.close();
    }
  };
  return {
    file,
    query,
    count: (table: string) => query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).n,
    pass: (ms: number) => {
      time += ms;
    },
    add(name: string, project = 'app') {
      const origin = { location: locationOf(name, project), stamp: 's' };
      const library = libraryOf(name, { 'README.md': `# ${name}\n\n${'zebra '.repeat(words - 1)}zebra\n` });
      return writer.add(library, { origin, keepUnder: `installed:/${project}/` });
    },
    /** Asks for it, which notes that it is used. */
    has: (name: string, project = 'app') => reader.findByOrigin(locationOf(name, project), 's') !== undefined,
    close() {
      reader.close();
      writer.close();
    },
  };
}

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `lib-${index}`);

it('lets the least recently used go first, with their places and their full-text rows', () => {
  const { add, has, pass, count, query, close } = setup();
  for (const name of ['one', 'two', 'three', 'four']) {
    add(name, 'old');
    pass(hour);
  }
  pass(2 * hour);
  expect(has('one', 'old')).toBe(true);
  pass(3 * hour);
  add('five');
  add('six');
  expect(['one', 'two', 'three', 'four'].filter((name) => has(name, 'old'))).toEqual(['one', 'four']);
  expect(has('five') && has('six')).toBe(true);
  for (const table of ['library', 'origin', 'page', 'section'])
    expect([table, count(table)]).toEqual([table, 4]);
  for (const table of ['section_exact', 'section_stem'])
    expect(query(`SELECT count(*) AS n FROM ${table} WHERE ${table} MATCH 'zebra'`)).toEqual({ n: 4 });
  close();
});

it('is not of what was used within the last hour, though that is noted once an hour at the most', () => {
  const { add, has, pass, close } = setup(2);
  add('busy', 'other');
  pass(59 * 60_000);
  expect(has('busy', 'other')).toBe(true);
  pass(59 * 60_000);
  add('two');
  add('three');
  expect(has('busy', 'other')).toBe(true);
  close();
});

it('is never of the project that is indexed, whatever its age, even where that alone is over the cap', () => {
  const { add, has, pass, count, close } = setup();
  const names = namesOf(10);
  for (const name of names) {
    add(name);
    pass(3 * hour);
  }
  expect(names.filter((name) => !has(name))).toEqual([]);
  pass(3 * hour);
  // Another project gives the corpus back its size.
  add('other', 'other');
  expect(count('library')).toBe(4);
  expect(has('other', 'other')).toBe(true);
  close();
});

it('takes what is in use too, from twice the cap on: a loop over the registry does not fill the disk', () => {
  const { add, has, count, close } = setup();
  for (const [index, name] of namesOf(30).entries()) add(name, `project-${index}`);
  expect(count('library')).toBe(8);
  expect(has('lib-29', 'project-29')).toBe(true);
  expect(has('lib-0', 'project-0')).toBe(false);
  close();
});

it.each([
  ['forward', year],
  ['back', -year],
])('is no storm when the clock jumps %s by a year, and none when it jumps back', (_, jump) => {
  const { add, has, pass, count, close } = setup(6);
  const names = namesOf(5);
  for (const name of names) add(name, 'other');
  for (const ms of [jump, -jump, jump, -jump]) {
    pass(ms);
    add(`new-${ms}`);
    expect(count('library')).toBeGreaterThanOrEqual(6);
    expect(has(`new-${ms}`)).toBe(true);
    expect(names.filter((name) => has(name, 'other')).length).toBeGreaterThanOrEqual(4);
  }
  close();
});

it('keeps to least recently used after a clock was in the future', () => {
  const { add, has, pass, close } = setup(2);
  pass(year);
  add('used', 'other');
  add('unused', 'other');
  pass(-year);
  expect(has('used', 'other')).toBe(true);
  pass(3 * hour);
  expect(has('used', 'other')).toBe(true);
  pass(1);
  add('new');
  // The one whose time is still in the future is not held as in use for it.
  expect([has('used', 'other'), has('unused', 'other')]).toEqual([true, false]);
  close();
});

it('lets the file take the same pages again instead of growing, full-text rows included', () => {
  const file = join(temporaryFolder(), corpusFileName);
  let time = 1_700_000_000_000;
  const options = { engine, file, now: () => time, maxTextBytes: 400_000 };
  const sizes: number[] = [];
  for (let index = 0; index < 40; index += 1) {
    // Words that no other library has, so that the full-text tables have to let go of them.
    const body = Array.from({ length: 8_000 }, (_, word) => `w${index}x${word % 900}`).join(' ');
    const writer = openCorpusWriter(options);
    writer.add(libraryOf(`lib-${index}`, { 'README.md': `# Lib\n\n${body}\n` }));
    writer.close();
    const database = engine.open(file);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    sizes.push(statSync(file).size);
    time += 3 * hour;
  }
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1.5 * (sizes[8] ?? 0));
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { corpusFileName, openCorpusReader, openCorpusWriter } from '../../src/corpus/open-corpus.ts';
import type { Located } from '../../src/origins/origin.ts';
import { type Database, loadSqlite, type SqliteEngine } from '../../src/sqlite.ts';
import { createSeededRandom } from '../../test/stand-ins/fault-engine/seeded-random.ts';
import { readBenchOptions } from '../bench-options.ts';
import { installPins } from '../install-pins.ts';
import { reportFigures } from '../report.ts';
import { median } from '../samples.ts';
import { jobOf, locateInstalled, startIndexingChild } from './indexing-child.ts';

/** What is left after indexing was killed: a library that is there whole or not at all, and another one as it was before. */

interface Kill {
  readonly afterMs: number;
  readonly phase: string;
  readonly left: 'whole' | 'none' | 'half';
  readonly isOtherWhole: boolean;
}

const pins = { fastify: '5.12.8', pino: '10.4.0' };
const queries = [
  'close the database when the server shuts down',
  'setErrorHandler',
  'validate the request body',
];
const seed = 20_261_122;

const options = readBenchOptions({ runs: 300 });
const project = installPins(options.root, 'crash', pins);
const engine = await loadSqlite();
const folder = mkdtempSync(join(tmpdir(), 'docpin-bench-'));
const file = join(folder, corpusFileName);
const fastify = await locateInstalled(project, 'fastify');
const pino = await locateInstalled(project, 'pino');

/** Everything that a reader sees of a library; undefined where it is not there. */
function readWhole(located: Located): string | undefined {
  const reader = openCorpusReader({ engine, file, now: Date.now });
  try {
    const library = reader.findByOrigin(located.location, located.stamp);
    if (library === undefined) return undefined;
    // Which sections come first also depends on what else is in the corpus; that they are found does not.
    const found = queries.map(
      (query) => reader.search(library.rowId, query, { mode: 'all', limit: 5 }).length,
    );
    const { contents } = reader.overview(library.rowId);
    const { pages, sections } = library;
    const rows = readRows(engine, library.rowId);
    return JSON.stringify({
      pages,
      sections,
      counted: countRows(engine, library.rowId),
      rows,
      found,
      contents,
    });
  } finally {
    reader.close();
  }
}

/** Every section of a library, as it stands in the file. */
function readRows(engine: SqliteEngine, rowId: number): readonly unknown[] {
  return withDatabase(engine, (database) =>
    database
      .prepare(
        'SELECT page.path, section.ordinal, section.line, section.heading, section.trail, section.body FROM section JOIN page ON page.id = section.page_id WHERE page.library_id = ? ORDER BY page.path, section.ordinal',
      )
      .all(rowId),
  );
}

/** Rows of every table that belong to one library, and rows that belong to none. */
function countRows(engine: SqliteEngine, rowId: number) {
  return withDatabase(engine, (database) => {
    const count = (sql: string, ...values: (number | string)[]) =>
      (database.prepare(sql).get(...values) as { rows: number }).rows;
    const inIndex = (table: string) =>
      count(`SELECT count(*) AS rows FROM ${table} WHERE ${table} MATCH ?`, `scope : lib${rowId}`);
    return {
      pages: count('SELECT count(*) AS rows FROM page WHERE library_id = ?', rowId),
      sections: count(
        'SELECT count(*) AS rows FROM section JOIN page ON page.id = section.page_id WHERE page.library_id = ?',
        rowId,
      ),
      exact: inIndex('section_exact'),
      stem: inIndex('section_stem'),
      strays: count(
        'SELECT count(*) AS rows FROM section WHERE page_id NOT IN (SELECT page.id FROM page JOIN library ON library.id = page.library_id)',
      ),
    };
  });
}

function withDatabase<T>(engine: SqliteEngine, work: (database: Database) => T): T {
  const database = engine.open(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** Takes fastify out by pointing its place at something else, as a reinstall does. */
function takeOut(): void {
  const writer = openCorpusWriter({ engine, file, now: Date.now });
  const coverage = { guides: 0, apiEntries: 0, readmeBytes: 0, agentGuides: 0, changelogs: 0, skipped: [] };
  const nothing = { name: 'fastify', version: '0.0.0', contentHash: 'nothing', pages: [], coverage };
  writer.add(nothing, { origin: { location: fastify.location, stamp: 'nothing' } });
  writer.close();
}

async function indexOnce(located: Located): Promise<{ readonly writingMs: number; readonly doneMs: number }> {
  const child = startIndexingChild(options, jobOf(located, file));
  await child.writing;
  const writingMs = child.ageMs();
  await child.ended;
  return { writingMs, doneMs: child.ageMs() };
}

await indexOnce(pino);
const undisturbed = [];
for (let run = 0; run < 3; run += 1) {
  undisturbed.push(await indexOnce(fastify));
  if (run < 2) takeOut();
}
const [truth, otherTruth] = [readWhole(fastify), readWhole(pino)];
if (truth === undefined || otherTruth === undefined) throw new Error('Nothing was indexed.');
takeOut();
const writingMs = median(undisturbed.map((each) => each.writingMs));
const doneMs = median(undisturbed.map((each) => each.doneMs));

const random = createSeededRandom(seed);
const kills: Kill[] = [];
for (let run = 0; run < options.runs; run += 1) {
  const child = startIndexingChild(options, jobOf(fastify, file));
  // Half of them anywhere from start to end, half while the transaction runs, which is a short part of that.
  if (run % 2 === 0) {
    await Promise.race([wait(random() * doneMs), child.ended]);
  } else {
    await child.writing;
    await wait(random() * 1.2 * (doneMs - writingMs));
  }
  const [afterMs, phase] = [child.ageMs(), child.phase()];
  child.kill();
  await child.ended;
  const seen = readWhole(fastify);
  const left = seen === undefined ? 'none' : seen === truth ? 'whole' : 'half';
  kills.push({ afterMs, phase, left, isOtherWhole: readWhole(pino) === otherTruth });
  if (left !== 'none') takeOut();
}
const integrity = withDatabase(engine, (database) => database.prepare('PRAGMA integrity_check').all());
const isSound = JSON.stringify(integrity) === '[{"integrity_check":"ok"}]';
rmSync(folder, { recursive: true, force: true });

const count = (is: (kill: Kill) => boolean) => kills.filter(is).length;
reportFigures(
  options.root,
  {
    name: `crash-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin, ...pins },
    about: { loadBefore: options.loadBefore, seed, undisturbed, integrity },
    figures: [
      { figure: 'kills of indexing', got: kills.length, unit: 'count' },
      {
        figure: 'kills while the library was written',
        got: count(({ phase }) => phase === 'writing'),
        unit: 'count',
      },
      {
        figure: 'kills that left the whole library',
        got: count(({ left }) => left === 'whole'),
        unit: 'count',
      },
      {
        figure: 'kills that left half a library',
        got: count(({ left }) => left === 'half'),
        unit: 'count',
        atMost: 0,
      },
      {
        figure: 'kills that changed another library',
        got: count(({ isOtherWhole }) => !isOtherWhole),
        unit: 'count',
        atMost: 0,
      },
      {
        figure: 'faults that integrity_check finds after them',
        got: isSound ? 0 : 1,
        unit: 'count',
        atMost: 0,
      },
    ],
    samples: kills,
  },
  options.write,
);

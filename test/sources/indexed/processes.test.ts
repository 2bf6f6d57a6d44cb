import { fork, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openCorpusReader } from '../../../src/corpus/open-corpus.ts';
import type { Located } from '../../../src/origins/origin.ts';
import type { ChildJob, ChildMessage } from '../../../src/sources/indexed/indexing/indexing.ts';
import { loadSqlite } from '../../../src/sqlite.ts';
import { copyProject, temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import { createSeededRandom } from '../../stand-ins/fault-engine/seeded-random.ts';
import { openSource, realChild } from './open-source.ts';

describe('processes', () => {
  it('that index the same package at once both answer, from one row', async () => {
    const folder = temporaryFolder();
    const project = copyProject('npm-app', join(folder, 'project'));
    const cacheFolder = join(folder, 'cache');
    const sources = [1, 2, 3].map(() => openSource({ cacheFolder, project }));
    const answers = await Promise.all(sources.map(({ ask }) => ask('harbor', 'onUndock')));
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[0]?.snippets.length).toBeGreaterThan(0);
  });

  it('that index the same package finish it, wherever the other one is killed', async () => {
    const files = manyPages(60);
    const expected = 60 * 20;
    const random = createSeededRandom(7);
    // While files are read, and while they are written.
    for (const killAt of [Math.floor(random() * 30), 30 + Math.floor(random() * 30), 60, 60]) {
      const job = jobFor(temporaryFolder(), files);
      const [killed, other] = [
        startChild({ ...job, holder: 'killed' }),
        startChild({ ...job, holder: 'other', needsLease: false }),
      ];
      await expect.poll(() => killed.messages.length > killAt || other.ended(), patiently).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, random() * 20));
      killed.child.kill('SIGKILL');
      await expect.poll(other.ended, patiently).toBe(true);
      expect(other.messages.at(-1)).toBe('done');
      expect(await countRows(job.corpusFile, 'library')).toBe(1);
      expect(await countRows(job.corpusFile, 'section')).toBe(expected);
      const reader = openCorpusReader({ engine: await loadSqlite(), file: job.corpusFile, now: Date.now });
      const library = reader.findByOrigin(job.located.location, job.located.stamp);
      expect(library?.sections).toBe(expected);
      reader.close();
    }
  }, 120_000);

  it('leave no child behind when they are killed', async () => {
    const folder = temporaryFolder();
    const job = jobFor(folder, manyPages(3_000));
    const parentFile = join(folder, 'parent.mjs');
    writeFileSync(
      parentFile,
      `import { fork } from 'node:child_process';
      const child = fork(${JSON.stringify(realChild())}, [], { env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      child.on('message', () => process.stdout.write(child.pid + '\\n'));
      child.send(${JSON.stringify(job)});`,
    );
    const parent = spawn(process.execPath, [parentFile], { stdio: ['ignore', 'pipe', 'inherit'] });
    const child = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (data) => resolve(Number.parseInt(`${data}`, 10))),
    );
    expect(isAlive(child)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(child)).toBe(false), 10_000);
    // It ended in the middle of its work, not because that was done, and nobody has to wait for its lease.
    expect(await countRows(job.corpusFile, 'library')).toBe(0);
    expect(await countRows(job.corpusFile, 'lease')).toBe(0);
  });

  it('end a child of theirs that outlives its time, whatever it is doing', async () => {
    const job = { ...jobFor(temporaryFolder(), manyPages(3_000)), lifetimeMs: 1 };
    const child = fork(realChild(), [], {
      env: {},
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    child.send(job);
    expect(await ended).toBe('SIGKILL');
  });

  it('hear of each file before it is read, and nothing on stdout', async () => {
    const job = jobFor(temporaryFolder(), manyPages(3));
    const child = fork(realChild(), [], {
      env: {},
      execArgv: [],
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    let output = '';
    child.stdout?.on('data', (data) => {
      output += data;
    });
    const messages: ChildMessage[] = [];
    child.on('message', (message: ChildMessage) => {
      messages.push(message);
      if (message.type === 'done' || message.type === 'failed') child.disconnect();
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.send(job);
    expect(await ended).toBe(0);
    expect(output).toBe('');
    const expected = [0, 1, 2].map((done) => ({ type: 'file', path: `docs/0000${done}.md`, done, total: 3 }));
    expect(messages.slice(0, 3)).toEqual(expected);
    expect(messages.slice(3).map(({ type }) => type)).toEqual(['writing', 'done']);
  });
});

const patiently = { timeout: 30_000, interval: 5 };

/** A child that is told to end when it has answered. */
function startChild(job: ChildJob) {
  const child = fork(realChild(), [], {
    env: {},
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const messages: ChildMessage['type'][] = [];
  child.on('message', ({ type }: ChildMessage) => {
    messages.push(type);
    if (type === 'done' || type === 'failed') child.disconnect();
  });
  child.send(job);
  return { child, messages, ended: () => child.exitCode !== null || child.signalCode !== null };
}

function manyPages(count: number): Record<string, string> {
  const text = Array.from({ length: 20 }, (_, index) => `## Part ${index}\n\nSome words about it.\n`).join(
    '\n',
  );
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`docs/${String(index).padStart(5, '0')}.md`, text]),
  );
}

function jobFor(folder: string, files: Record<string, string>): ChildJob {
  const root = join(folder, 'node_modules/zod');
  writeFiles(root, { 'package.json': { name: 'zod', version: '4.6.7' }, ...files });
  const located: Located = {
    origin: 'installed',
    name: 'zod',
    version: '4.6.7',
    location: pathToFileURL(root).href,
    stamp: '',
    root,
    shownRoot: 'node_modules/zod',
  };
  const corpusFile = join(folder, 'corpus.db');
  const times = { needsLease: true, lifetimeMs: 60_000 };
  return { located, skip: [], corpusFile, audience: '', holder: 'test', ...times };
}

async function countRows(file: string, table: string): Promise<number> {
  const database = (await loadSqlite()).open(file);
  try {
    const row = database.prepare(`SELECT count(*) AS rows FROM ${table}`).get();
    return (row as { rows: number }).rows;
  } finally {
    database.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

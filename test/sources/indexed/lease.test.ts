import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Progress } from '../../../src/call.ts';
import type { IndexerOptions } from '../../../src/sources/indexed/indexing/indexer.ts';
import type { ChildJob, ChildMessage } from '../../../src/sources/indexed/indexing/indexing.ts';
import { temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import { call, openSource, realChild } from './open-source.ts';

const pages = 8;
const patiently = { timeout: 15_000, interval: 20 };

/** A project with one package, a process that indexes it, and children of another process that do. */
async function setup(options: Partial<IndexerOptions> = {}) {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const docs = Array.from({ length: pages }, (_, page) => [
    `docs/${page}.md`,
    `# Page ${page}\n\nA seagull.\n`,
  ]);
  writeFiles(project, {
    'package.json': {},
    'node_modules/zod/package.json': { name: 'zod', version: '4.6.7' },
    ...Object.fromEntries(docs.map(([path, text]) => [`node_modules/zod/${path}`, text])),
  });
  const childFile = slowChild(folder, 150);
  const opened = openSource({ cacheFolder: join(folder, 'cache'), project, childFile, ...options });
  const found = await opened.findProject(call);
  const [located] = (await opened.origins[0]?.locate({ name: 'zod' }, found, call.signal)) ?? [];
  if (located === undefined) throw new Error('not located');
  const here = located;
  const told: Progress[] = [];

  /** Resolves when it reads. */
  async function startOther(msPerFile: number, holder = 'other') {
    const child = fork(slowChild(folder, msPerFile), [], {
      env: {},
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const messages: ChildMessage['type'][] = [];
    const outcomes: unknown[] = [];
    child.on('message', (message: ChildMessage) => {
      messages.push(message.type);
      if (message.type === 'done') outcomes.push(message.outcome);
    });
    const corpusFile = join(folder, 'cache/corpus-v1.db');
    const more = { needsLease: true, lifetimeMs: 60_000 };
    child.send({
      located: here,
      skip: [],
      corpusFile,
      audience: '',
      holder,
      ...more,
    } satisfies ChildJob as ChildJob);
    await expect.poll(() => messages.length, patiently).toBeGreaterThan(0);
    return { child, messages, outcomes };
  }

  return {
    ask: opened.ask,
    told,
    startOther,
    filesRead: () => opened.lines.filter((line) => line.includes('Reading a file of docs')).length,
    index: (signal = call.signal) =>
      opened.indexer.index(located, { signal, onProgress: (progress) => told.push(progress) }),
  };
}

/** The real child, but it takes its time for each file. */
function slowChild(folder: string, msPerFile: number): string {
  const file = join(folder, `child-${msPerFile}.mjs`);
  writeFileSync(
    file,
    `const send = process.send.bind(process);
    process.send = (message, done) =>
      send(message, () => message.type === 'file' ? setTimeout(done, ${msPerFile}) : done?.());
    await import(${JSON.stringify(pathToFileURL(realChild()).href)});`,
  );
  return file;
}

it('lets one of two processes read, and the other wait for that, and say so', async () => {
  const { ask, index, startOther, filesRead, told } = await setup();
  const other = await startOther(150);
  const outcome = await index();
  expect(outcome).toMatchObject({ isNew: false, skipped: [] });
  expect(outcome.contentHash).toMatch(/^[0-9a-f]{64}$/);
  expect(filesRead()).toBe(0);
  await expect.poll(() => other.messages.at(-1), patiently).toBe('done');
  expect(other.messages.filter((type) => type === 'file')).toHaveLength(pages);
  expect(told).toEqual([{ done: 0, message: 'Another docpin process is reading the docs of zod' }]);
  expect((await ask('zod', 'seagull')).snippets.length).toBeGreaterThan(0);
});

it('keeps a child of another process from reading, and so does what was read before', async () => {
  const { startOther } = await setup();
  const first = await startOther(150);
  const held = await startOther(150, 'another');
  expect(held).toMatchObject({ messages: ['done'], outcomes: ['held'] });
  await expect.poll(() => first.messages.at(-1), patiently).toBe('done');
  const late = await startOther(150, 'another');
  expect(late).toMatchObject({ messages: ['done'], outcomes: [{ isNew: false }] });
});

it('is kept for as long as the other one works', async () => {
  const { index, startOther, filesRead } = await setup({ waitMs: 50_000 });
  const other = await startOther(2_200);
  const startedAt = performance.now();
  expect((await index()).isNew).toBe(false);
  expect(performance.now() - startedAt).toBeGreaterThan(10_500);
  expect(filesRead()).toBe(0);
  other.child.disconnect();
}, 60_000);

it('of a process that was killed ends, and the one that waits does the work', async () => {
  const { ask, index, startOther, filesRead, told } = await setup();
  const other = await startOther(400);
  const outcome = index();
  await expect.poll(() => told.length, patiently).toBe(1);
  const killedAt = performance.now();
  other.child.kill('SIGKILL');
  expect((await outcome).isNew).toBe(true);
  expect(performance.now() - killedAt).toBeLessThan(25_000);
  expect(filesRead()).toBe(pages);
  expect((await ask('zod', 'seagull')).snippets.length).toBeGreaterThan(0);
}, 60_000);

it('is waited for in a time of its own, and no longer than that', async () => {
  const { index, startOther, filesRead } = await setup({ childTimeoutMs: 5_000 });
  await startOther(2_000);
  const startedAt = performance.now();
  // 5 s of waiting and 1.2 s of reading.
  expect((await index()).isNew).toBe(true);
  expect(performance.now() - startedAt).toBeGreaterThan(5_000);
  expect(filesRead()).toBe(pages);
}, 60_000);

it('is not waited for by a caller who goes away, and the other one goes on', async () => {
  const { index, startOther, told } = await setup();
  const other = await startOther(300);
  const abort = new AbortController();
  const outcome = index(abort.signal);
  await expect.poll(() => told.length, patiently).toBe(1);
  abort.abort();
  await expect(outcome).rejects.toMatchObject({ code: 'cancelled' });
  await expect.poll(() => other.messages.at(-1), patiently).toBe('done');
});

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Located } from '../../../src/origins/origin.ts';
import type { IndexerOptions } from '../../../src/sources/indexed/indexing/indexer.ts';
import { copyProject, temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import { call, fragileChild, openSource } from './open-source.ts';

interface Setup {
  readonly files?: Record<string, string>;
  readonly fileTimeoutMs?: number;
  readonly childTimeoutMs?: number;
  readonly waitMs?: number;
}

function setup({ files = {}, ...limits }: Setup = {}) {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const cacheFolder = join(folder, 'cache');
  const pages = { 'node_modules/zod/docs/good.md': '# Good\n\nA seagull.\n', ...files };
  writeFiles(project, {
    'package.json': {},
    'node_modules/zod/package.json': { name: 'zod', version: '4.6.7' },
    ...pages,
  });
  const childFile = fragileChild(join(folder, 'child'));
  const opened = openSource({ cacheFolder, project, childFile, ...limits });
  const started = () => opened.lines.filter((line) => line.includes('environment:')).length;
  async function locate(): Promise<Located> {
    const found = await opened.findProject(call);
    const [located] = (await opened.origins[0]?.locate({ name: 'zod' }, found, call.signal)) ?? [];
    if (located === undefined) throw new Error('not located');
    return located;
  }
  return { folder, project, cacheFolder, started, locate, ...opened };
}

/** The fixture project with a child of the test's own; each of its starts writes `started` to stderr. */
function setupChild(program: string, options: Partial<IndexerOptions> = {}) {
  const folder = temporaryFolder();
  const project = copyProject('npm-app', join(folder, 'project'));
  const childFile = join(folder, 'child.mjs');
  writeFileSync(childFile, program);
  const { ask, lines } = openSource({ cacheFolder: join(folder, 'cache'), project, childFile, ...options });
  return { ask, lines, starts: () => lines.filter((line) => line.includes('started')).length };
}

const page = (name: string, text: string) => ({
  [`node_modules/zod/docs/${name}.md`]: `# ${name}\n\n${text}\n`,
});

describe('the indexing child', () => {
  it('that crashes on one file leaves that file out and the rest is answered', async () => {
    const { ask, started } = setup({ files: page('crash', 'A pelican.') });
    const answer = await ask('zod', 'seagull pelican');
    expect(answer.snippets.map(({ location }) => location)).toEqual(['node_modules/zod/docs/good.md:1']);
    expect(answer.notes).toContainEqual(
      expect.stringMatching(/^Not read: docs\/crash\.md \(made the parser end with SIGSEGV\)\.$/),
    );
    expect(started()).toBe(2);
  });

  it('that hangs on one file is killed, and the rest is answered', async () => {
    const { ask, started } = setup({ files: page('hang', 'A pelican.'), fileTimeoutMs: 700 });
    expect((await ask('zod', 'seagull')).snippets).toHaveLength(1);
    expect(started()).toBe(2);
  });

  it('is started again five times at the most', async () => {
    const files = Object.assign(
      {},
      ...Array.from({ length: 8 }, (_, index) => page(`crash-${index}`, 'A pelican.')),
    );
    const { ask, started } = setup({ files });
    await expect(ask('zod', 'seagull')).rejects.toMatchObject({ code: 'indexing-failed' });
    expect(started()).toBe(6);
  });

  it('that takes too long as a whole is killed', async () => {
    const { ask } = setup({ files: page('hang', 'A pelican.'), childTimeoutMs: 500 });
    await expect(ask('zod', 'seagull')).rejects.toMatchObject({
      code: 'indexing-failed',
      what: expect.stringContaining('took longer than'),
    });
  });

  it('gets nothing of the environment, where keys may be', async () => {
    vi.stubEnv('CONTEXT7_API_KEY', 'not-for-parsers');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { ask, lines } = setup();
    await ask('zod', 'seagull');
    expect(lines.find((line) => line.includes('environment:'))).not.toContain('API_KEY');
  });

  it('says why it could not write, and is asked again by the next call', async () => {
    const { ask, starts } = setupChild(
      `process.on('disconnect', () => process.exit(0));
      process.once('message', () => {
        process.stderr.write('started\\n');
        process.send({ type: 'failed', code: 'indexing-failed', what: 'The disk is full.', next: 'Make room.' });
      });`,
    );
    const failure = { code: 'indexing-failed', what: 'The disk is full.', next: 'Make room.' };
    await expect(ask('harbor', 'hooks')).rejects.toMatchObject(failure);
    await expect(ask('harbor', 'hooks')).rejects.toMatchObject(failure);
    expect(starts()).toBe(2);
  });

  it('tells of a failed write once to a caller who was told to ask again', async () => {
    const { ask, starts, lines } = setupChild(
      `process.on('disconnect', () => process.stderr.write('heard\\n', () => process.exit(0)));
      process.once('message', () => {
        process.stderr.write('started\\n');
        setTimeout(() => process.send({ type: 'failed', code: 'indexing-failed', what: 'No.', next: 'So.' }), 400);
      });`,
      { waitMs: 200 },
    );
    await expect(ask('harbor', 'hooks')).rejects.toMatchObject({ code: 'still-indexing' });
    await expect.poll(() => lines.some((line) => line.includes('heard')), { timeout: 10_000 }).toBe(true);
    // Its exit is what ends the run.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(ask('harbor', 'hooks')).rejects.toMatchObject({ what: 'No.' });
    expect(starts()).toBe(1);
    await expect(ask('harbor', 'hooks')).rejects.toMatchObject({ code: 'still-indexing' });
  });

  it('that breaks is an error, not a wait, and the failure is remembered for a while', async () => {
    let nowMs = 0;
    const { ask, starts } = setupChild(`process.stderr.write('started\\n', () => process.exit(7));`, {
      now: () => nowMs,
    });
    await expect(ask('harbor', 'hooks')).rejects.toMatchObject({ code: 'indexing-failed' });
    await expect(ask('harbor', 'hooks')).rejects.toMatchObject({ code: 'indexing-failed' });
    expect(starts()).toBe(1);
    nowMs = 61_000;
    await expect(ask('harbor', 'hooks')).rejects.toMatchObject({ code: 'indexing-failed' });
    expect(starts()).toBe(2);
  });
});

describe('callers for the same library', () => {
  it('share one child', async () => {
    const { indexer, locate, started } = setup();
    const located = await locate();
    const outcomes = await Promise.all([1, 2, 3].map(() => indexer.index(located, call)));
    expect(new Set(outcomes.map(({ contentHash }) => contentHash)).size).toBe(1);
    expect(started()).toBe(1);
  });

  it('are not stopped by one that goes away', async () => {
    const { indexer, locate } = setup({ files: page('hang', 'A pelican.'), fileTimeoutMs: 700 });
    const located = await locate();
    const abort = new AbortController();
    const leaving = indexer.index(located, { signal: abort.signal });
    const staying = indexer.index(located, call);
    setTimeout(() => abort.abort(), 200);
    await expect(leaving).rejects.toMatchObject({ code: 'cancelled' });
    await expect(staying).resolves.toMatchObject({ isNew: true });
  });

  it('end the child when all of them are gone', async () => {
    const { indexer, locate, lines } = setup({ files: page('hang', 'A pelican.') });
    const abort = new AbortController();
    const leaving = indexer.index(await locate(), { signal: abort.signal });
    await vi.waitFor(() => expect(lines.join()).toContain('hang.md'), 5_000);
    abort.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(childrenNow()).toEqual([]), 5_000);
  });

  it('that waited long enough are told to ask again, while the child goes on', async () => {
    const { ask, started } = setup({ files: page('hang', 'A pelican.'), fileTimeoutMs: 1_000, waitMs: 300 });
    await expect(ask('zod', 'seagull')).rejects.toMatchObject({ code: 'still-indexing' });
    await vi.waitFor(async () => expect((await ask('zod', 'seagull')).snippets).toHaveLength(1), {
      timeout: 10_000,
      interval: 100,
    });
    expect(started()).toBe(2);
  });

  it('are at most two at a time for different libraries', async () => {
    const folder = temporaryFolder();
    const project = join(folder, 'project');
    const names = ['a', 'b', 'c', 'd'];
    writeFiles(project, { 'package.json': {} });
    for (const name of names)
      writeFiles(project, {
        [`node_modules/${name}/package.json`]: { name, version: '1.0.0' },
        [`node_modules/${name}/docs/hang.md`]: '# Hang\n',
      });
    const childFile = fragileChild(join(folder, 'child'));
    const { ask, indexer } = openSource({
      cacheFolder: join(folder, 'cache'),
      project,
      childFile,
      fileTimeoutMs: 5_000,
    });
    const answers = Promise.allSettled(names.map((name) => ask(name, 'x')));
    await vi.waitFor(() => expect(childrenNow()).toHaveLength(2), 5_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(childrenNow()).toHaveLength(2);
    await indexer.close();
    expect((await answers).every(({ status }) => status === 'rejected')).toBe(true);
    await vi.waitFor(() => expect(childrenNow()).toEqual([]), 5_000);
  });
});

/** Running fragile children of this process. */
function childrenNow(): string[] {
  const rows = execFileSync('ps', ['-o', 'pid=,stat=,args=', '--ppid', `${process.pid}`], {
    encoding: 'utf8',
  }).split('\n');
  return rows.filter((row) => row.includes('fragile-child') && !/^\s*\d+\s+Z/.test(row));
}

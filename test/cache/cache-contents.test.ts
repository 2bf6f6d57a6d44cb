import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CacheContents, createCacheContents } from '../../src/cache/cache-contents.ts';
import type { Store } from '../../src/cache/store.ts';
import { createSqliteStore } from '../../src/cache/stores/sqlite.ts';
import { DocpinError } from '../../src/errors.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import { entryOf } from '../contracts/store-contract.ts';
import { temporaryFolder } from '../setup/fixture-projects.ts';

const now = () => 1_000;
let file: string;
let store: Store;
let contents: CacheContents;

beforeEach(async () => {
  file = join(temporaryFolder(), 'cache', 'cache.db');
  store = createSqliteStore({ file, loadEngine: loadSqlite, now });
  contents = createCacheContents({ file, loadEngine: loadSqlite, now });
});

async function fill(): Promise<void> {
  const entries = [
    ['context7', '/vercel/next.js "routing"'],
    ['context7', 'search Express'],
    ['context-repo', 'handbook'],
  ] as const;
  for (const [index, [source, label]] of entries.entries())
    await store.put(`key-${index}`, { ...entryOf('"canary-value"', 1_000 + index), source, label });
}

const labels = async (word?: string) => (await contents.list(word)).map(({ label }) => label);

describe('the contents of the cache', () => {
  it('are nothing where there is no file, and none is made', async () => {
    expect(await contents.stats()).toEqual({ file, fileBytes: 0, sources: [] });
    expect([await contents.list(undefined), await contents.clear(undefined)]).toEqual([[], 0]);
    expect(existsSync(dirname(file))).toBe(false);
  });

  it('are counted by source', async () => {
    await fill();
    const { sources, fileBytes } = await contents.stats();
    expect(fileBytes).toBeGreaterThan(0);
    expect(sources).toEqual([
      { source: 'context-repo', copies: 1, bytes: 14, oldestAtMs: 1_002, newestAtMs: 1_002 },
      { source: 'context7', copies: 2, bytes: 28, oldestAtMs: 1_000, newestAtMs: 1_001 },
    ]);
  });

  it('are listed newest first, by source or by a word of what was asked', async () => {
    await fill();
    expect(await labels()).toEqual(['handbook', 'search Express', '/vercel/next.js "routing"']);
    expect(await labels('CONTEXT7')).toEqual(['search Express', '/vercel/next.js "routing"']);
    expect(await labels('express')).toEqual(['search Express']);
    expect(await labels('Next.js')).toEqual(['/vercel/next.js "routing"']);
    for (const word of ['context', '%', '_', "' OR 1=1 --", 'nothing'])
      expect(await labels(word), word).toEqual([]);
    expect((await contents.list('handbook'))[0]).toEqual({
      source: 'context-repo',
      label: 'handbook',
      bytes: 14,
      storedAtMs: 1_002,
      freshUntilMs: 3_601_002,
      staleUntilMs: 7_201_002,
    });
  });

  it('are shown on one line each, without what a terminal would obey', async () => {
    const label = 'a\n\u001b[31mred\u202e hidden\u200b \u0085 end\u2028';
    await store.put('a', { ...entryOf('1'), label });
    expect(await labels()).toEqual(['a [31mred hidden end']);
  });

  it('are deleted by the same words, and leave nothing readable in the file', async () => {
    await fill();
    expect(await contents.clear('express')).toBe(1);
    expect(await labels()).toEqual(['handbook', '/vercel/next.js "routing"']);
    expect(await contents.clear(undefined)).toBe(2);
    expect(await store.get('key-0')).toBeUndefined();
    await store.close();
    contents.close();
    for (const name of [file, `${file}-wal`])
      if (existsSync(name)) expect(readFileSync(name, 'latin1')).not.toContain('canary-value');
  });

  it('are not the notes of docpin, which are deleted with them', async () => {
    await fill();
    await store.put('note', { ...entryOf('"noted"', 2_000), label: '' });
    expect((await contents.stats()).sources.map(({ copies }) => copies)).toEqual([1, 2]);
    expect(await labels()).toHaveLength(3);
    expect(await contents.clear('express')).toBe(1);
    expect(await store.get('note')).toBeDefined();
    expect(await contents.clear(undefined)).toBe(2);
    expect(await store.get('note')).toBeUndefined();
  });

  it('are deleted with the damaged files that were set aside, unless by a word', async () => {
    await fill();
    for (const name of ['cache.db.corrupt-1', 'cache.db.corrupt-2', 'other.db.corrupt-1'])
      writeFileSync(join(dirname(file), name), 'canary-value');
    const aside = () => readdirSync(dirname(file)).filter((name) => name.includes('.corrupt-'));
    await contents.clear('express');
    expect(aside()).toHaveLength(3);
    await contents.clear(undefined);
    expect(aside()).toEqual(['other.db.corrupt-1']);
  });

  it('cannot be read without an engine, nor where another process writes for long', async () => {
    await fill();
    const loadEngine = async () => {
      throw new DocpinError('no-index-engine', { what: 'No usable SQLite engine.', next: 'Get one.' });
    };
    await expect(createCacheContents({ file, loadEngine, now }).stats()).rejects.toMatchObject({
      code: 'no-index-engine',
    });
    const other = (await loadSqlite()).open(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(contents.clear(undefined)).rejects.toMatchObject({ code: 'cache-unusable' });
    other.exec('ROLLBACK');
    other.close();
    expect(await contents.clear(undefined)).toBe(3);
  });
});

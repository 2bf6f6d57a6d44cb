import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusFileName, openCorpusReader, openCorpusWriter } from '../../src/corpus/open-corpus.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import { temporaryFolder } from '../setup/fixture-projects.ts';
import { libraryOf } from './open-test-corpus.ts';

const docs = { 'README.md': '# Cellar\n\nThe CANARY sits in the cellar.\n' };
const origin = { location: 'tarball:sha512-abc', stamp: 'cellar@1.0.0' };
const all = { mode: 'all', limit: 10 } as const;
const audiences = ['', 'callers', 'callers npm-auth', 'callers npm-auth project'] as const;

async function openFor(...wanted: readonly string[]) {
  const engine = await loadSqlite();
  const file = join(temporaryFolder(), corpusFileName);
  return wanted.map((audience) => {
    const options = { engine, file, audience, now: () => 1_700_000_000_000 };
    return { audience, reader: openCorpusReader(options), writer: openCorpusWriter(options) };
  });
}

describe('an audience', () => {
  it.each(audiences)('"%s" reads what was written for it, and the others do not', async (owner) => {
    const opened = await openFor(...audiences);
    const own = opened.find(({ audience }) => audience === owner);
    const rowId = own?.writer.add(libraryOf('cellar', docs), { origin }) ?? 0;
    for (const { audience, reader, writer } of opened) {
      const isOwn = audience === owner;
      expect(reader.findByOrigin(origin.location, origin.stamp) !== undefined).toBe(isOwn);
      expect(reader.stampOf(origin.location)).toBe(isOwn ? origin.stamp : undefined);
      expect(writer.findByContent('cellar', '1.0.0', 'cellar')).toBe(isOwn ? rowId : undefined);
      expect(writer.findByOrigin(origin.location, origin.stamp) !== undefined).toBe(isOwn);
      // Also whoever has got hold of the number of the row.
      if (isOwn) expect(reader.search(rowId, 'canary', all)).toHaveLength(1);
      else expect(() => reader.search(rowId, 'canary', all)).toThrow(/changed/);
      if (isOwn) expect(reader.overview(rowId).contents).toHaveLength(1);
      else expect(() => reader.overview(rowId)).toThrow(/changed/);
    }
    for (const { reader, writer } of opened) {
      reader.close();
      writer.close();
    }
  });

  it('keeps its own row of what others have too, and loses it to none of them', async () => {
    const opened = await openFor('callers', 'callers npm-auth');
    const [one, other] = opened;
    const rows = opened.map(({ writer }) => writer.add(libraryOf('cellar', docs), { origin }));
    expect(new Set(rows).size).toBe(2);
    // Another content at the same place, as it is after an update.
    other?.writer.add({ ...libraryOf('cellar', docs), contentHash: 'newer' }, { origin });
    expect(one?.reader.findByOrigin(origin.location, origin.stamp)).toMatchObject({ contentHash: 'cellar' });
    expect(other?.reader.findByOrigin(origin.location, origin.stamp)).toMatchObject({ contentHash: 'newer' });
    for (const { reader, writer } of opened) {
      reader.close();
      writer.close();
    }
  });
});

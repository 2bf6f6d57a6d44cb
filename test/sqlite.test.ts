import { describe, expect, it } from 'vitest';
import { isSafeSqliteVersion, loadSqlite } from '../src/sqlite.ts';

describe('loadSqlite', () => {
  it('finds an engine whose SQLite is safe to share between processes and that searches full text', async () => {
    const engine = await loadSqlite();
    expect(isSafeSqliteVersion(engine.version)).toBe(true);
    const database = engine.open(':memory:');
    database.exec("CREATE VIRTUAL TABLE t USING fts5 (body); INSERT INTO t VALUES ('closing the database')");
    expect(database.prepare('SELECT count(*) AS hits FROM t WHERE t MATCH ?').get('database')).toMatchObject({
      hits: 1,
    });
    database.close();
  });

  it.each([
    ['3.45.1', false],
    ['3.51.2', false],
    ['3.51.3', true],
    ['3.53.0', true],
    ['4.0.0', true],
    ['2.99.9', false],
  ])('judges SQLite %s: %s', (version, expected) => {
    expect(isSafeSqliteVersion(version)).toBe(expected);
  });
});

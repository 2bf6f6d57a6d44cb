import type { Database } from '../../sqlite.ts';
import { scopeToken } from '../store/schema.ts';
import { compileMatch, compileMatchAny } from './query/compile-query.ts';

/** Row ids of the sections of a library that may declare an interface or type of a name; at most eight, as they stand there. */
export interface FindDeclarations {
  /** By their headings, in any case: `RetryOptions`, `RetryHandler.RetryOptions`, `retryOptions(...)`; the very name first. */
  headed(libraryRowId: number, name: string): readonly number[];
  /** By their text, for those that are put together under several names. Every library has "interface" in it, so this is slow. */
  grouped(libraryRowId: number, name: string): readonly number[];
}

/** Prepares the look-up of declarations by name. */
export function prepareFindDeclarations(database: Database): FindDeclarations {
  const select = database.prepare(
    'SELECT rowid AS id FROM section_exact WHERE section_exact MATCH ? ORDER BY rowid LIMIT 8',
  );
  // The names of guides would come before those of declarations, which have the higher row ids, and take all eight places.
  const selectHeaded = database.prepare(
    "SELECT section.id FROM section_exact JOIN section ON section.id = section_exact.rowid WHERE section_exact MATCH ? AND (section.heading = ? COLLATE NOCASE OR section.heading LIKE ? ESCAPE '!' OR section.heading LIKE ? ESCAPE '!') ORDER BY section.heading <> ?, section.id LIMIT 8",
  );
  const idsOf = (match: string) => (select.all(match) as { id: number }[]).map(({ id }) => id);
  return {
    headed(libraryRowId, name) {
      const match = compileMatch(scopeToken(libraryRowId), 'heading', name);
      const like = name.replaceAll(/[!%_]/g, '!$&');
      const rows = selectHeaded.all(match, name, `%.${like}`, `${like}(%`, name);
      return (rows as { id: number }[]).map(({ id }) => id);
    },
    grouped(libraryRowId, name) {
      const phrases = [`interface ${name}`, `type ${name}`];
      return idsOf(compileMatchAny(scopeToken(libraryRowId), 'body', phrases));
    },
  };
}

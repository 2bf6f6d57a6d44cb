import type { Database } from '../../sqlite.ts';
import { scopeToken } from '../store/schema.ts';
import { compileMatch, compileMatchAny } from './query/compile-query.ts';

/** Row ids of the sections of a library that may declare an interface or type of a name; at most eight, as they stand there. */
export interface FindDeclarations {
  /** By their headings, which end with it: `RetryOptions`, `RetryHandler.RetryOptions`. */
  headed(libraryRowId: number, name: string): readonly number[];
  /** By their text, for those that are put together under several names. Every library has "interface" in it, so this is slow. */
  grouped(libraryRowId: number, name: string): readonly number[];
}

/** Prepares the look-up of declarations by name. */
export function prepareFindDeclarations(database: Database): FindDeclarations {
  const select = database.prepare(
    'SELECT rowid AS id FROM section_exact WHERE section_exact MATCH ? ORDER BY rowid LIMIT 8',
  );
  const idsOf = (match: string) => (select.all(match) as { id: number }[]).map(({ id }) => id);
  return {
    headed: (libraryRowId, name) => idsOf(compileMatch(scopeToken(libraryRowId), 'heading', name)),
    grouped(libraryRowId, name) {
      const phrases = [`interface ${name}`, `type ${name}`];
      return idsOf(compileMatchAny(scopeToken(libraryRowId), 'body', phrases));
    },
  };
}

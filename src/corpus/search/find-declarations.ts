import type { Database } from '../../sqlite.ts';
import { scopeToken } from '../store/schema.ts';
import { compileMatchAny } from './query/compile-query.ts';

export interface FindDeclarations {
  /** Row ids of the sections of a library whose text declares an interface or type of this name; at most eight. */
  find(libraryRowId: number, typeName: string): readonly number[];
}

/** Prepares the look-up of declarations by name. */
export function prepareFindDeclarations(database: Database): FindDeclarations {
  const select = database.prepare(
    'SELECT rowid AS id FROM section_exact WHERE section_exact MATCH ? ORDER BY rowid LIMIT 8',
  );
  return {
    find(libraryRowId, typeName) {
      const phrases = [`interface ${typeName}`, `type ${typeName}`];
      const rows = select.all(compileMatchAny(scopeToken(libraryRowId), 'body', phrases));
      return (rows as { id: number }[]).map(({ id }) => id);
    },
  };
}

import type { Database } from '../../sqlite.ts';

export interface DeleteLibrary {
  /** Deletes a library with all that hangs on it; only inside a write transaction. */
  delete(libraryRowId: number): void;
}

/** Prepares the deletion of libraries. */
export function prepareDeleteLibrary(database: Database): DeleteLibrary {
  const deleteExact = database.prepare(
    'DELETE FROM section_exact WHERE rowid IN (SELECT section.id FROM section JOIN page ON page.id = section.page_id WHERE page.library_id = ?)',
  );
  const deleteStem = database.prepare(
    'DELETE FROM section_stem WHERE rowid IN (SELECT section.id FROM section JOIN page ON page.id = section.page_id WHERE page.library_id = ?)',
  );
  const deleteRow = database.prepare('DELETE FROM library WHERE id = ?');
  return {
    delete(libraryRowId) {
      // Full-text rows first: the cascade does not reach them, and after it nobody knows their ids any more.
      deleteExact.run(libraryRowId);
      deleteStem.run(libraryRowId);
      deleteRow.run(libraryRowId);
    },
  };
}

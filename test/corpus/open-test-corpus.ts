import { chunkPage, type PageFile } from '../../src/corpus/chunk-page.ts';
import type { NewLibrary } from '../../src/corpus/corpus.ts';
import { createLibraryChunker } from '../../src/corpus/create-library-chunker.ts';
import { openCorpus } from '../../src/corpus/open-corpus.ts';
import type { PageKind } from '../../src/library.ts';
import { type Database, loadSqlite, type SqliteEngine } from '../../src/sqlite.ts';

export const noCoverage = {
  guides: 0,
  apiEntries: 0,
  readmeBytes: 0,
  agentGuides: 0,
  changelogs: 0,
  skipped: [],
} as const;

/** Files of a small library. */
export const docs = {
  'README.md': '# Pkg\n\nThe zebra package.\n',
  'docs/a.md': '# Zebra\n\nHow to ride a zebra.\n',
};

/** Asks for whatever a query finds. */
export const all = { mode: 'all', limit: 10 } as const;

/** Works on the file of a corpus beside it. */
export function onDatabase<T>(engine: SqliteEngine, file: string, work: (database: Database) => T): T {
  const database = engine.open(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** A library of Markdown files, the content hash made of the name unless given. */
export function libraryOf(
  name: string,
  files: Readonly<Record<string, string>>,
  more: { readonly contentHash?: string; readonly kinds?: Readonly<Record<string, PageKind>> } = {},
): NewLibrary {
  const pages = Object.entries(files).map(([path, text]) =>
    chunkPage({ path, kind: more.kinds?.[path] ?? 'guide', text }),
  );
  return { name, version: '1.0.0', contentHash: more.contentHash ?? name, pages, coverage: noCoverage };
}

/** A corpus in memory on the engine of this Node. */
export async function openTestCorpus() {
  return openCorpus({ engine: await loadSqlite(), file: ':memory:', now: () => 1_000 });
}

/** A corpus in memory with one library, declarations among its files, to be searched. */
export async function openLibrary(files: readonly PageFile[]) {
  const { reader, writer, close } = await openTestCorpus();
  const chunkFile = createLibraryChunker();
  const pages = [];
  for (const file of files) pages.push(await chunkFile(file));
  const rowId = writer.add({
    name: 'pkg',
    version: '1.0.0',
    contentHash: 'pkg',
    pages,
    coverage: noCoverage,
  });
  const search = (query: string, limit = 10) => reader.search(rowId, query, { mode: 'all', limit });
  return { search, close };
}

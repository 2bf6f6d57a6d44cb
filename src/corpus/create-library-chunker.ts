import { isDeclarations } from '../library.ts';
import { chunkPage, type PageFile } from './chunk-page.ts';
import type { Page } from './corpus.ts';

/**
 * Creates what cuts the files of one library into pages, one after the other. Type declarations are told by their
 * kind, and what an earlier file declares word for word under the same heading is left out: packages ship twins for two module
 * systems and repeat a declaration under every entry. The function never rejects for any text.
 */
export function createLibraryChunker(): (file: PageFile) => Promise<Page> {
  const known = new Set<string>();

  return async function chunkFile(file) {
    if (!isDeclarations(file.kind)) return chunkPage(file);
    // Loaded here, because most libraries that are asked for ship guides, and some no declarations at all.
    const { chunkTypes } = await import('./types/chunk-types.ts');
    const page = await chunkTypes(file);
    const sections = page.sections.filter(({ heading, body }) => {
      const key = `${heading}\n${body}`;
      if (known.has(key)) return false;
      known.add(key);
      return true;
    });
    return { ...page, kind: file.kind, sections };
  };
}

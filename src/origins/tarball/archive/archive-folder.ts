import type { DocsFolder, FileState } from '../../docs-files/select-docs.ts';
import { listFolders } from '../../types/package-files.ts';
import type { ListedFile } from './list-archive.ts';

/** The files of an archive as a folder to choose docs from. */
export function openArchiveFolder(listed: readonly ListedFile[]): DocsFolder<FileState> {
  const files = new Map(listed.map((file) => [file.path, file]));
  return {
    list: listFolders(files.keys()),
    look(path) {
      const { bytes = 0, why } = files.get(path) ?? { why: 'not there' };
      return why === undefined ? { bytes } : { why };
    },
  };
}

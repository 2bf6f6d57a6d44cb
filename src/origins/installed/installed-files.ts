import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FolderEntries, nameOf, type PackageFiles, parentOf } from '../types/package-files.ts';
import { readDocsFile } from './read-docs-file.ts';

/** The files of a package folder (a real path). What is read really lies in it; folders that are links are not entered. */
export function createInstalledFiles(root: string, maxFileBytes: number): PackageFiles {
  const folders = new Map<string, Promise<FolderEntries & { readonly names: ReadonlySet<string> }>>();

  function look(folder: string) {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const looking = listFolder(join(root, folder));
    folders.set(folder, looking);
    return looking;
  }

  return {
    // A folder is listed once, which is cheaper than asking for each of the names that an import may mean.
    has: async (path) => (await look(parentOf(path))).names.has(nameOf(path)),
    list: look,
    read: (path) => readDocsFile(root, path, maxFileBytes),
  };
}

async function listFolder(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return { files, folders, names: new Set(files) };
}

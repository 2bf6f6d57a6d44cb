import { isText } from '../docs-files/is-text.ts';

/** The files of one package, wherever they are: on disk, or in a tarball that was read. */
export interface PackageFiles {
  /** Whether there is a file at a path; paths are relative to the package, with forward slashes. */
  has(path: string): Promise<boolean> | boolean;
  /** Names of the files and folders in a folder; the package's own is ''. Empty where there is no such folder. */
  list(folder: string): Promise<FolderEntries> | FolderEntries;
  /** The bytes of a file, or why it is not read. */
  read(path: string): Promise<Uint8Array | NotRead> | Uint8Array | NotRead;
}

/** A file that is not read, and why, in a few words of ours. */
export interface NotRead {
  readonly why: string;
}

export interface FolderEntries {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Files that are in memory already, or why one of them is not, by their paths, and the paths of what is listed beside them. */
export function createFilesInMemory(
  contents: ReadonlyMap<string, Uint8Array | NotRead>,
  beside: readonly string[] = [],
): PackageFiles {
  return {
    has: (path) => contents.has(path),
    list: listFolders(new Set([...contents.keys(), ...beside])),
    read(path) {
      const found = contents.get(path) ?? { why: 'not there' };
      return !(found instanceof Uint8Array) || isText(found) ? found : { why: 'binary' };
    },
  };
}

/** Lists the folders that distinct paths of files make. */
export function listFolders(paths: Iterable<string>): (folder: string) => FolderEntries {
  const known = new Map<string, { readonly files: string[]; readonly folders: string[] }>();

  function folderOf(path: string): { readonly files: string[]; readonly folders: string[] } {
    const before = known.get(path);
    if (before !== undefined) return before;
    const made = { files: [], folders: [] };
    known.set(path, made);
    if (path !== '') folderOf(parentOf(path)).folders.push(nameOf(path));
    return made;
  }

  for (const path of paths) folderOf(parentOf(path)).files.push(nameOf(path));
  return (folder) => known.get(folder) ?? { files: [], folders: [] };
}

/** The folder of a path; '' at the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

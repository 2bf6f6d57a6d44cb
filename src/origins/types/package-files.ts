/** The files of one package, wherever they are: on disk, or in a tarball that was read. */
export interface PackageFiles {
  /** Whether there is a file at a path; paths are relative to the package, with forward slashes. */
  has(path: string): Promise<boolean> | boolean;
  /** Names of the files and folders in a folder; the package's own is ''. Empty where there is no such folder. */
  list(folder: string): Promise<FolderEntries> | FolderEntries;
  /** The bytes of a file, or why it is not read, in a few words of ours. */
  read(path: string): Promise<Uint8Array | { readonly why: string }> | Uint8Array | { readonly why: string };
}

export interface FolderEntries {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Files that are in memory already, by their paths. */
export function createFilesInMemory(contents: ReadonlyMap<string, Uint8Array>): PackageFiles {
  const folders = new Map<string, { files: Set<string>; folders: Set<string> }>();

  function folderOf(path: string): { files: Set<string>; folders: Set<string> } {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const made = { files: new Set<string>(), folders: new Set<string>() };
    folders.set(path, made);
    if (path !== '') folderOf(parentOf(path)).folders.add(nameOf(path));
    return made;
  }

  for (const path of contents.keys()) folderOf(parentOf(path)).files.add(nameOf(path));
  return {
    has: (path) => contents.has(path),
    list(folder) {
      const found = folders.get(folder);
      return found === undefined
        ? { files: [], folders: [] }
        : { files: [...found.files], folders: [...found.folders] };
    },
    read: (path) => contents.get(path) ?? { why: 'not there' },
  };
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

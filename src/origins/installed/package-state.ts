import { statSync } from 'node:fs';
import type { DocsLimits } from '../docs-files/docs-limits.ts';
import { selectDocs } from '../docs-files/select-docs.ts';
import type { FolderEntries } from '../types/package-files.ts';
import { isDeclaration } from '../types/resolve-declaration.ts';
import { openInstalledFolder, type TimedFile, type TimedState } from './installed-folder.ts';

/** What tells whether a package is still what it was. Paths are relative to its folder, with forward slashes. */
export interface PackageState {
  /** Its files of docs and its declarations; of the latter at most 2,000, any of which may be reached from an entry. */
  readonly files: readonly TimedFile[];
  /** Every folder that was listed: each changes when something in it comes, goes or gets another name. */
  readonly folders: readonly TimedFile[];
}

const maxFolders = 2_000;
const maxDeclarations = 2_000;

/** Lists the files of a package folder (a real path) that are read, without opening one. */
export function listState(root: string, limits: DocsLimits): PackageState {
  const folder = openInstalledFolder(root);
  const listed = new Map<string, FolderEntries>();
  const folders: TimedFile[] = [];

  function list(path: string): FolderEntries {
    const known = listed.get(path);
    if (known !== undefined) return known;
    // Before it is listed, so that what changes in between shows later.
    const state = stateOf(root, path);
    if (state !== undefined) folders.push({ path, state });
    const entries = folder.list(path);
    listed.set(path, entries);
    return entries;
  }

  const { files } = selectDocs({ ...folder, list }, limits);
  return { files: [...files, ...listDeclarations(root, list)], folders };
}

/** Whether these files and folders are as they were. A look takes 4 microseconds; listing it all again three times as long. */
export function areUnchanged(root: string, watched: readonly TimedFile[]): boolean {
  return watched.every((each) => isSame(root, each));
}

function listDeclarations(root: string, list: (folder: string) => FolderEntries): readonly TimedFile[] {
  const found: TimedFile[] = [];
  const open = [''];
  for (let seen = 0; seen < maxFolders && found.length < maxDeclarations; seen += 1) {
    const folder = open.pop();
    if (folder === undefined) break;
    const base = folder === '' ? '' : `${folder}/`;
    const { files, folders } = list(folder);
    for (const name of files) {
      const path = `${base}${name}`;
      const state = isDeclaration(name) ? stateOf(root, path) : undefined;
      if (state !== undefined) found.push({ path, state });
    }
    for (const name of folders)
      if (name !== 'node_modules' && !name.startsWith('.')) open.push(`${base}${name}`);
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isSame(root: string, { path, state }: TimedFile): boolean {
  const now = stateOf(root, path);
  return (
    now !== undefined &&
    now.bytes === state.bytes &&
    now.modifiedMs === state.modifiedMs &&
    now.changedMs === state.changedMs
  );
}

function stateOf(root: string, path: string): TimedState | undefined {
  const stats = statSync(`${root}/${path}`, { throwIfNoEntry: false });
  return stats === undefined
    ? undefined
    : { bytes: stats.size, modifiedMs: stats.mtimeMs, changedMs: stats.ctimeMs };
}

import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { isInside } from '../climb.ts';
import type { DocsFolder, FileState } from '../docs-files/select-docs.ts';
import type { NotRead } from '../types/package-files.ts';

/** A file on disk without its content. */
export interface TimedState extends FileState {
  readonly modifiedMs: number;
  /** When anything about it was last changed; nobody can set it back, as `cp -a` does with the time above. */
  readonly changedMs: number;
}

export interface TimedFile {
  readonly path: string;
  readonly state: TimedState;
}

/**
 * A package folder (a real path) to choose docs from, without opening a file. Links out of it and what is no regular file are
 * not read.
 */
export function openInstalledFolder(root: string): DocsFolder<TimedState> {
  return {
    list(folder) {
      const files: string[] = [];
      const folders: string[] = [];
      for (const entry of entriesOf(join(root, folder)))
        (entry.isDirectory() ? folders : files).push(entry.name);
      return { files, folders };
    },
    look(path) {
      const state = stateOf(root, join(root, path));
      if ('why' in state) return state;
      return { bytes: state.size, modifiedMs: state.mtimeMs, changedMs: state.ctimeMs };
    },
  };
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that may not be listed, or is gone by now, has nothing to read.
    return [];
  }
}

/** Stats of a regular file inside the package, or why it is not read. */
function stateOf(root: string, path: string): Stats | NotRead {
  try {
    const stats = lstatSync(path);
    if (!stats.isSymbolicLink()) return stats.isFile() ? stats : notRegular;
    const target = targetOf(path);
    if (target === undefined) return { why: 'a broken link' };
    if (!isInside(target, root)) return { why: 'a link out of the package' };
    const behind = statSync(target);
    return behind.isFile() ? behind : notRegular;
  } catch {
    return { why: 'not readable' };
  }
}

const notRegular: NotRead = { why: 'not a regular file' };

function targetOf(link: string): string | undefined {
  try {
    return realpathSync.native(link);
  } catch {
    return undefined;
  }
}

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeclaration } from '../types/resolve-declaration.ts';
import type { TimedFile } from './installed-folder.ts';

const maxFolders = 2_000;
const maxFiles = 2_000;

/**
 * Lists the declaration files of a folder whose files change (a workspace package), without opening one: any of them may be
 * reached from an entry. At most 2,000, in the order of their paths.
 */
export async function listDeclarations(root: string, signal: AbortSignal): Promise<readonly TimedFile[]> {
  const found: TimedFile[] = [];
  const open = [''];
  for (let seen = 0; open.length > 0 && seen < maxFolders && found.length < maxFiles; seen += 1) {
    signal.throwIfAborted();
    const folder = open.pop() ?? '';
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && !entry.name.startsWith('.')) open.push(path);
      } else if (isDeclaration(entry.name)) {
        const stats = await stat(join(root, path)).catch(() => undefined);
        if (stats !== undefined)
          found.push({
            path,
            state: { bytes: stats.size, modifiedMs: stats.mtimeMs, changedMs: stats.ctimeMs },
          });
      }
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

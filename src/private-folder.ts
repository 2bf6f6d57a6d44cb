import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it, for this user alone (0700). Throws what the file system says when it cannot. Not `mkdir`
 * with `recursive`, and not left to Node's compile cache: in a place that lets nothing be made and says ENOENT for it, as /proc
 * does, both try without end.
 */
export function makePrivateFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makePrivateFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (thrown) {
    // Another process may have made it in between.
    if (!existsSync(folder)) throw thrown;
  }
}

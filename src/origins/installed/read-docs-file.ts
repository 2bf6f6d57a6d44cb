import { readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { isInside } from '../climb.ts';
import { isText } from '../docs-files/is-text.ts';
import { readRegularFile, UnreadableFile } from '../read-regular-file.ts';
import type { NotRead } from '../types/package-files.ts';

/**
 * Reads a file of docs. What is read is a file whose real path lies in the root (a real path), also while somebody swaps its
 * folders for links.
 */
export async function readDocsFile(
  root: string,
  path: string,
  maxBytes: number,
): Promise<Uint8Array | NotRead> {
  try {
    const real = realpathSync(join(root, path));
    if (!isInside(real, root)) return { why: 'a link out of the package' };
    const { bytes } = await readRegularFile(real, {
      maxBytes,
      check: (opened, descriptor) => {
        if (!isOpenInside(root, real, opened, descriptor))
          throw new UnreadableFile('replaced while it was read');
      },
    });
    return isText(bytes) ? bytes : { why: 'binary' };
  } catch (thrown) {
    if (thrown instanceof UnreadableFile) return { why: thrown.message };
    return { why: `not readable (${(thrown as NodeJS.ErrnoException).code ?? 'unknown'})` };
  }
}

/**
 * Whether the open file is one in the root. Linux says where a descriptor leads. Elsewhere a second look compares it with what
 * stands at the path now; a swap back and forth between the steps of that look would get past it.
 */
function isOpenInside(root: string, real: string, opened: Stats, descriptor: number): boolean {
  const actual = descriptorPath(descriptor);
  if (actual !== undefined) return isInside(actual, root);
  const again = realpathSync(real);
  const now = statSync(again);
  return isInside(again, root) && now.ino === opened.ino && now.dev === opened.dev;
}

function descriptorPath(descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // No /proc on this system.
    return undefined;
  }
}

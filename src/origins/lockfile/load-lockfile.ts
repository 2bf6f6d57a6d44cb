import { readRegularFile, UnreadableFile } from '../read-regular-file.ts';
import type { FoundLockfile } from './find-lockfile.ts';
import type { WorkLimits } from './in-turns.ts';
import { type Lockfile, UnreadableLockfile } from './lockfile.ts';
import { readBerryLock } from './read-berry-lock.ts';
import { readBunLock } from './read-bun-lock.ts';
import { readNpmLock } from './read-npm-lock.ts';
import { readPnpmLock } from './read-pnpm-lock.ts';
import { readYarnLock } from './read-yarn-lock.ts';

export interface LoadLimits extends WorkLimits {
  readonly maxBytes: number;
}

export interface LoadedLockfile {
  readonly lockfile: Lockfile | undefined;
  /** One sentence on why it could not be read. */
  readonly notes: readonly string[];
}

/**
 * Reads a lockfile whatever is in it: one that is malformed, foreign, binary or in the middle of a merge gives a note. Never
 * rejects for what the file holds or for not being allowed to read it.
 *
 * No lockfile library is behind this. lockparse 0.5.2, tried on the fixtures, finds the root's plain registry dependencies and
 * little else: package folders other than the root are lost (in all formats), an alias takes the place of the library's name
 * (`string-width-cjs`, a name that strangers may register), yarn's ranges are gone, `zod@4.6.7: {}` of pnpm is skipped, npm 1 throws,
 * pnpm 6 is empty, and a line of 40,000 spaces takes 2.3 s. `yaml` takes 11 s for 2.5 MB.
 */
export async function loadLockfile(found: FoundLockfile, limits: LoadLimits): Promise<LoadedLockfile> {
  try {
    const { bytes } = await readRegularFile(found.path, { maxBytes: limits.maxBytes });
    return { lockfile: await parse(toText(bytes), found, limits), notes: [] };
  } catch (thrown) {
    return { lockfile: undefined, notes: [`${found.file} cannot be read: ${describeFault(thrown)}.`] };
  }
}

function toText(bytes: Buffer): string {
  if (bytes.subarray(0, 8_000).includes(0)) throw new UnreadableLockfile('it is not text');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.startsWith('<<<<<<< ') || text.includes('\n<<<<<<< '))
    throw new UnreadableLockfile('it holds the marks of a merge that was not finished');
  return text;
}

async function parse(text: string, { tool }: FoundLockfile, limits: WorkLimits): Promise<Lockfile> {
  switch (tool) {
    case 'npm':
      return readNpmLock(text, limits);
    case 'pnpm':
      return readPnpmLock(text, limits);
    case 'bun':
      return readBunLock(text);
    case 'yarn':
      if (/^__metadata:/m.test(text)) return readBerryLock(text, limits);
      // An empty one is what people make to tell yarn where a project starts.
      if (/^# yarn lockfile v1/m.test(text) || text.trim() === '') return readYarnLock(text, limits);
      throw new UnreadableLockfile('it is not a lockfile of yarn');
  }
}

function describeFault(thrown: unknown): string {
  if (thrown instanceof UnreadableLockfile || thrown instanceof UnreadableFile) return thrown.message;
  // The message would quote the file.
  if (thrown instanceof SyntaxError) return 'it is not valid JSON';
  return `reading it failed (${(thrown as NodeJS.ErrnoException).code ?? 'unexpectedly'})`;
}

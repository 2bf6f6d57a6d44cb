import type { Log } from '../../../log.ts';
import type { Located, Origin } from '../../../origins/origin.ts';

/** Where a library's files come from, and who lets go of them. */
export type FilesFrom = Pick<Origin, 'prepare' | 'release'>;

export interface FilesOptions {
  readonly origin: FilesFrom;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Brings a library's files to this machine for some work, and lets go of them however that ends. */
export async function withFiles<T>(
  located: Located,
  { origin, signal, log }: FilesOptions,
  work: (ready: Located) => Promise<T>,
): Promise<T> {
  const ready = (await origin.prepare?.(located, signal)) ?? located;
  try {
    return await work(ready);
  } finally {
    await origin.release?.(ready).catch((thrown: unknown) => {
      // What was read is good all the same.
      log.warn('The files of a library could not be let go of.', { why: String(thrown) });
    });
  }
}

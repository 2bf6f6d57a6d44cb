import type { CallContext } from '../call.ts';
import { DocpinError, toDocpinError } from '../errors.ts';
import type { LookupOptions } from './lookup.ts';

/**
 * Runs a call; where it fails because a quota is empty, the error says how many libraries can be asked about all the same.
 * Rejects with a `DocpinError`.
 */
export async function tellWhatIsLeft<T>(
  { sources }: Pick<LookupOptions, 'sources'>,
  call: CallContext,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = toDocpinError(thrown);
    if (error.code !== 'quota-empty') throw error;
    const counts = sources.map(async (source) => (await source.readyLibraries?.(call)) ?? 0);
    // What cannot be counted is not there to be asked about.
    const settled = await Promise.allSettled(counts);
    const ready = settled.reduce((sum, each) => sum + (each.status === 'fulfilled' ? each.value : 0), 0);
    if (ready === 0) throw error;
    const { what, next, retryAtMs } = error;
    throw new DocpinError(
      'quota-empty',
      {
        what: `${what} ${ready === 1 ? '1 library still answers' : `${ready.toLocaleString('en-US')} libraries still answer`} from installed docs or the cache.`,
        next,
      },
      { cause: error, ...(retryAtMs === undefined ? {} : { retryAtMs }) },
    );
  }
}

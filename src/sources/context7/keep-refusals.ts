import * as z from 'zod';
import type { Cache, CacheAnswer, CacheRequest } from '../../cache/cache.ts';
import { DocpinError } from '../../errors.ts';

/** What the API says of a library or a version that it does not have. */
const keptRefusal = z.object({
  refused: z.object({
    code: z.enum(['library-not-found', 'version-not-found']),
    what: z.string(),
    next: z.string(),
  }),
});

type KeptRefusal = z.infer<typeof keptRefusal>;

/**
 * Reads through the cache, and keeps for as long as an empty answer also that there is no such library or version: whoever asks
 * for it asks again soon, and each time would cost a call. It takes the place of an older copy. Rejects with it either way.
 */
export async function readKeepingRefusals<T>(
  cache: Pick<Cache, 'read'>,
  request: CacheRequest<T>,
): Promise<CacheAnswer<T>> {
  const { value, ...rest } = await cache.read<{ readonly given: T } | KeptRefusal>({
    ...request,
    parse(stored) {
      const refusal = keptRefusal.safeParse(stored);
      return refusal.success ? refusal.data : { given: request.parse((stored as { given?: unknown }).given) };
    },
    async fetch(signal) {
      try {
        const { value: given, isEmpty } = await request.fetch(signal);
        return { value: { given }, isEmpty };
      } catch (thrown) {
        return { value: toKept(thrown), isEmpty: true };
      }
    },
  });
  if ('given' in value) return { value: value.given, ...rest };
  const { code, what, next } = value.refused;
  throw new DocpinError(code, { what, next });
}

function toKept(thrown: unknown): KeptRefusal {
  const { data } = keptRefusal.safeParse({ refused: thrown });
  if (data === undefined) throw thrown;
  return data;
}

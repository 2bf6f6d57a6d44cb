import * as z from 'zod';
import type { Cache, CachedFact } from '../../../cache/cache.ts';
import type { ContextRepoCredential } from './credential.ts';

/**
 * Which copies of a credential may be served: those of its epoch alone. Where it is not known which one that is, a new one begins,
 * so that a copy that was ended never comes back.
 */
export interface Epochs {
  of(credential: ContextRepoCredential): Promise<string>;
  /** Ends what was got with a credential: it was refused, or it has written. */
  begin(credential: ContextRepoCredential): Promise<void>;
}

export interface EpochsOptions {
  /** Beside the copies: the next process that finds those finds the epoch too. */
  readonly cache: Pick<Cache, 'recall' | 'remember'>;
  readonly baseUrl: string;
  /** Whether copies may rest on a disk. */
  readonly keepsOnDisk: boolean;
  /** A name that no epoch had before. */
  readonly newEpoch: () => string;
}

/** Longer than any copy is served. */
const rememberedMs = 2 * 60 * 60_000;
/** A server of many callers sees many credentials. */
const maxKnown = 1_000;

/** Creates the epochs of all credentials. */
export function createEpochs({ cache, baseUrl, keepsOnDisk, newEpoch }: EpochsOptions): Epochs {
  const known = new Map<string, Promise<string>>();

  function know({ id }: ContextRepoCredential, epoch: Promise<string>): Promise<string> {
    known.delete(id);
    known.set(id, epoch);
    for (const oldest of known.keys()) {
      if (known.size <= maxKnown) break;
      known.delete(oldest);
    }
    return epoch;
  }

  function factOf({ id }: ContextRepoCredential): CachedFact<string> {
    return {
      key: { source: 'context-repo', generation: 'v1', baseUrl, credentialId: id, request: ['epoch'] },
      policy: { freshMs: rememberedMs, emptyMs: 0, staleMs: rememberedMs, isPrivate: !keepsOnDisk },
      parse: (stored) => z.string().parse(stored),
    };
  }

  async function recalled(credential: ContextRepoCredential): Promise<string> {
    const fact = factOf(credential);
    const remembered = await cache.recall(fact);
    if (remembered !== undefined) return remembered;
    const epoch = newEpoch();
    await cache.remember(fact, epoch);
    return epoch;
  }

  return {
    of: (credential) => know(credential, known.get(credential.id) ?? recalled(credential)),
    async begin(credential) {
      const before = known.get(credential.id);
      const epoch = newEpoch();
      know(credential, Promise.resolve(epoch));
      // What is about to be remembered must not come after it.
      await before;
      await cache.remember(factOf(credential), epoch);
    },
  };
}

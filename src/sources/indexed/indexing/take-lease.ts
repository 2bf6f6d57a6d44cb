import type { CorpusWriter, ReadBefore } from '../../../corpus/corpus.ts';
import type { Located } from '../../../origins/origin.ts';
import type { IndexJob } from './indexing.ts';

/** Whether this job is to read its library. */
export type Turn =
  /** Another process does. */
  | { readonly type: 'held' }
  /** Another process has, just now. */
  | { readonly type: 'read before'; readonly found: ReadBefore }
  | { readonly type: 'read now'; readonly end: () => void };

const renewEveryMs = 2_000;

/** What the lease on reading a place in its present state is called. */
export function leaseKeyOf({ location, stamp }: Located): string {
  return `${location} ${stamp}`;
}

/**
 * Takes the lease on reading a library, and renews it while other work of this process can run in between: a parser that hangs
 * does not. Where leases do not work (a full disk, a lock that is held on), and where the job needs none, it is to read all the
 * same: the work is then done twice at the worst. Never throws.
 */
export function takeLease(
  { located, holder, needsLease }: Pick<IndexJob, 'located' | 'holder' | 'needsLease'>,
  { findByOrigin, leases }: Pick<CorpusWriter, 'findByOrigin' | 'leases'>,
): Turn {
  const key = leaseKeyOf(located);
  try {
    if (!leases.take(key, holder) && needsLease) return { type: 'held' };
    // Looked at behind the lease: whoever had it before has finished.
    const found = findByOrigin(located.location, located.stamp);
    if (found !== undefined) return { type: 'read before', found };
  } catch {
    // Whatever is wrong with the file shows again when the library is written, and is told there.
    return { type: 'read now', end: () => undefined };
  }
  const timer = setInterval(() => {
    if (!renewed()) clearInterval(timer);
  }, renewEveryMs).unref();

  function renewed(): boolean {
    try {
      return leases.renew(key, holder);
    } catch {
      // Locked for a moment; it is tried again long before the lease ends.
      return true;
    }
  }

  return { type: 'read now', end: () => clearInterval(timer) };
}

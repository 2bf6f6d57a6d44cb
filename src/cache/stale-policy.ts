import type { ErrorCode } from '../errors.ts';

/** RFC 5861 section 4, and 429: the upstream is not there for now, and an old copy beats none. */
const hidden: ReadonlySet<string> = new Set<ErrorCode>([
  'unavailable',
  'timed-out',
  'quota-empty',
  'throttled',
]);

/** 401, 403 and 404: the upstream says that this copy is not, or no longer, this caller's to have. */
const refusals: ReadonlySet<string> = new Set<ErrorCode>([
  'unauthorized',
  'forbidden',
  'library-not-found',
  'version-not-found',
]);

/** Whether an old copy may be served in place of an error of this code. */
export function isHiddenByStale(code: string): boolean {
  return hidden.has(code);
}

/** Whether the upstream is there and limits requests; for how long it is not asked then, it decides. */
export function isLimit(code: string): boolean {
  return code === 'throttled' || code === 'quota-empty';
}

/** Whether an error of this code takes the stored copy away. */
export function isRefusal(code: string): boolean {
  return refusals.has(code);
}

/** Why an old copy is served where its upstream is not asked on purpose. */
export const sparedReason = 'little of the upstream quota is left, which is kept for new questions';

/** Why an old copy is served, in a few words for the answer's first line. */
export function staleReason(code: string | undefined): string {
  switch (code) {
    case undefined:
      return 'a newer copy is being fetched';
    case 'quota-empty':
      return 'the upstream quota is used up';
    case 'throttled':
      return 'the upstream limits requests right now';
    case 'timed-out':
      return 'the upstream did not answer in time';
    default:
      return 'the upstream could not be reached';
  }
}

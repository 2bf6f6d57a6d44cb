import { cancelledError, DocpinError } from '../errors.ts';

/** The error of an aborted signal: a timer's own `timed-out`, or `cancelled` when the caller said stop. */
export function abortError(signal: AbortSignal): DocpinError {
  return signal.reason instanceof DocpinError ? signal.reason : cancelledError(signal.reason);
}

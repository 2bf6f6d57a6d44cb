/** What went wrong, as one word that programs can branch on. */
export type ErrorCode =
  | 'bad-input'
  | 'bad-config'
  | 'library-not-found'
  | 'version-not-found'
  | 'no-docs'
  | 'nothing-found'
  | 'still-indexing'
  | 'indexing-failed'
  | 'index-changed'
  | 'no-index-engine'
  | 'cache-unusable'
  | 'offline'
  | 'cancelled'
  | 'unauthorized'
  | 'forbidden'
  | 'billing-stop'
  | 'quota-empty'
  | 'throttled'
  | 'not-ready'
  | 'moved'
  | 'not-served'
  | 'rejected'
  | 'conflict'
  | 'unavailable'
  | 'timed-out'
  | 'bad-answer'
  | 'internal';

/** The two sentences that every error has: what happened, and what to do next. */
export interface ErrorText {
  readonly what: string;
  readonly next: string;
}

export interface ErrorDetails {
  readonly cause?: unknown;
  /** When the same call may work again, in epoch milliseconds. */
  readonly retryAtMs?: number;
}

/**
 * The one error class of docpin. `message` is `what` and `next` in a row, in our own words: it is shown to people and
 * to models, so text from an upstream or a package never goes into it unchecked.
 */
export class DocpinError extends Error {
  override readonly name = 'DocpinError';
  readonly code: ErrorCode;
  readonly what: string;
  readonly next: string;
  readonly retryAtMs: number | undefined;

  constructor(code: ErrorCode, text: ErrorText, details: ErrorDetails = {}) {
    super(`${text.what} ${text.next}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.what = text.what;
    this.next = text.next;
    this.retryAtMs = details.retryAtMs;
  }
}

/** A cancelled call: the caller went away or said stop. Never retried, never cached, never shown as a fault. */
export function cancelledError(cause?: unknown): DocpinError {
  return new DocpinError(
    'cancelled',
    { what: 'The call was cancelled.', next: 'Ask again if it is still needed.' },
    { cause },
  );
}

/**
 * The error of an aborted signal: the reason that it was given, where that is one of ours (a limit's `timed-out`), else
 * `cancelled`. `cause` is what was going wrong at the time.
 */
export function abortError({ reason }: AbortSignal, cause?: unknown): DocpinError {
  return reason instanceof DocpinError ? reason : cancelledError(cause ?? reason);
}

/** Turns anything thrown into a DocpinError; a bug becomes `internal`, its stack only in `cause`. */
export function toDocpinError(thrown: unknown): DocpinError {
  if (thrown instanceof DocpinError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return cancelledError(thrown);
  return new DocpinError(
    'internal',
    {
      what: 'docpin failed in a way it did not foresee.',
      next: 'Run the same call with `--log-level debug` and report what it prints.',
    },
    { cause: thrown },
  );
}

/** Exit code of the command line for an error: 2 when the person has to change what they typed or set, else 1. */
export function exitCodeOf(error: DocpinError): 1 | 2 {
  return error.code === 'bad-input' || error.code === 'bad-config' ? 2 : 1;
}

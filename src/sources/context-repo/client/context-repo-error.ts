import { DocpinError, type ErrorCode } from '../../../errors.ts';
import type { ContextRepoCredential } from './credential.ts';
import type { Operation, Scope } from './operations.ts';

/** What was asked, and by whom, to name it in an error. */
export interface Subject {
  readonly operation: Operation;
  /** What was asked for by its id: in the path, else in the query or the body. */
  readonly named: readonly Named[];
  readonly credential: ContextRepoCredential | undefined;
  /** The revision that a write expected. */
  readonly expectedRevision: number | undefined;
  /** Whether it is a search that is told of nothing that its session has found before. */
  readonly isInSession: boolean;
}

export interface Named {
  readonly kind: string;
  readonly id: string;
}

/** What a refusal says, as far as it is believed: its words never get into an error. */
export interface Refusal {
  readonly status: number;
  /** Whether the body is the envelope that the API answers errors with. */
  readonly isOfApi: boolean;
  /** Whether the network edge before the API refused: plain text, no envelope. */
  readonly isOfEdge: boolean;
  /** Whether it speaks of another revision than the expected one. */
  readonly saysMismatch: boolean;
  readonly retryAtMs: number | undefined;
}

type Row = readonly [code: ErrorCode, what: string, next: string];

const retryLater = 'Ask again in a minute.';
const ownKey = 'Send a key of your own in the header X-Context-Repo-Api-Key.';

/** Turns a refusal of Context Repo into an error in our own words. */
export function toContextRepoError(refusal: Refusal, subject: Subject): DocpinError {
  const [code, what, next] = rowOf(refusal, subject);
  const { retryAtMs } = refusal;
  return new DocpinError(code, { what, next }, retryAtMs === undefined ? {} : { retryAtMs });
}

/** The error of a call that has no credential; a caller over HTTP is told of the header, as the settings are not theirs. */
export function noCredential(
  { operation }: Pick<Subject, 'operation'>,
  { isOverHttp }: { readonly isOverHttp: boolean },
): DocpinError {
  return new DocpinError('unauthorized', {
    what: `${operation.name} needs a Context Repo key, and there is none.`,
    next: isOverHttp
      ? 'Send a key of your account (gm_...) in the header X-Context-Repo-Api-Key.'
      : 'Set CONTEXTREPO_API_KEY to a key of your account (gm_...), or CONTEXTREPO_TOKEN to a token.',
  });
}

/** The error of a credential that lacks the scope an operation needs. */
export function lacksScope({
  operation,
  credential,
}: Pick<Subject, 'operation' | 'credential'>): DocpinError {
  const scopes = scopesOf(operation);
  const [scope] = scopes;
  const needs = scope === undefined ? 'is refused (403) to' : `needs the scope ${scopes.join(' or ')}, which`;
  return new DocpinError('forbidden', {
    what: `${operation.name} ${needs} ${wordsFor(credential)}${scope === undefined ? '' : ' does not have'}.`,
    next: nextForbidden(scope, credential),
  });
}

function nextForbidden(scope: Scope | undefined, credential: ContextRepoCredential | undefined): string {
  if (credential?.isLent === true) return ownKey;
  if (credential?.kind === 'token') return 'Sign in with an account that may do this.';
  const from = credential?.from ?? 'CONTEXTREPO_API_KEY';
  return scope === undefined
    ? `Look in the settings of the Context Repo dashboard whether the key in ${from} is still good.`
    : `Make a key with ${scope} in the settings of the Context Repo dashboard, and set ${from} to it.`;
}

/** The error of a write with a credential that is lent for reading. */
export function lentForReading({ operation }: Pick<Subject, 'operation'>): DocpinError {
  return new DocpinError('forbidden', {
    what: `${operation.name} writes, and the Context Repo key of this docpin is lent for reading alone.`,
    next: ownKey,
  });
}

/** The error of an answer that is not what Context Repo documents. */
export function badAnswer(what: string, subject: Subject, cause?: unknown): DocpinError {
  return new DocpinError(
    'bad-answer',
    {
      what: `${what}${mayBeDone(subject)}`,
      next:
        isWriting(subject) || subject.isInSession
          ? nextTry(subject)
          : 'Check CONTEXTREPO_API_URL; a proxy or a login page may be answering in its place.',
    },
    { cause },
  );
}

/** Says of a write that did not come to its end that it may have been done: nobody can know. Other errors stay as they are. */
export function withDoubt(error: DocpinError, subject: Subject): DocpinError {
  if (!open.has(error.code) || !(isWriting(subject) || subject.isInSession)) return error;
  const details = { cause: error, ...(error.retryAtMs === undefined ? {} : { retryAtMs: error.retryAtMs }) };
  const text = wasNotSent(error)
    ? { what: `${error.what}${unwritten(subject)}`, next: error.next }
    : { what: `${error.what}${mayBeDone(subject)}`, next: nextTry(subject) };
  return new DocpinError(error.code, text, details);
}

/** What ended a request without an answer. */
const open: ReadonlySet<ErrorCode> = new Set(['unavailable', 'timed-out', 'bad-answer', 'cancelled']);

/** Whether there was no connection that anything could have been sent over, or the server is left alone for now. */
function wasNotSent({ code, cause, retryAtMs }: DocpinError): boolean {
  if (code !== 'unavailable') return false;
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return retryAtMs !== undefined || /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test(reason);
}

/** The error of a limit on requests that says when the next one may come. */
export function throttledError(
  retryAtMs: number | undefined,
  subject: Subject,
  cause?: unknown,
): DocpinError {
  const until = retryAtMs === undefined ? '' : ` until ${new Date(retryAtMs).toISOString()}`;
  return new DocpinError(
    'throttled',
    {
      what: `Context Repo takes no more requests of the kind "${subject.operation.family}" from this account${until}.${isWriting(subject) ? ' Nothing was written.' : ''}`,
      next: retryAtMs === undefined ? retryLater : 'Ask again then.',
    },
    { cause, ...(retryAtMs === undefined ? {} : { retryAtMs }) },
  );
}

function rowOf(refusal: Refusal, subject: Subject): Row {
  const { operation, credential } = subject;
  const { status } = refusal;
  switch (status) {
    case 400:
      return [
        'rejected',
        `Context Repo refused ${operation.name} as malformed (400).${unwritten(subject)}`,
        'Check the ids and the arguments.',
      ];
    case 401:
      return [
        'unauthorized',
        `Context Repo does not accept ${wordsFor(credential)}.`,
        nextUnauthorized(credential),
      ];
    case 403:
      return forbidden(refusal, subject);
    case 404:
      return missing(subject);
    case 408:
      return ['timed-out', `Context Repo gave up waiting (408).${mayBeDone(subject)}`, nextTry(subject)];
    case 409:
      return conflict(refusal, subject);
    case 413:
      return [
        'rejected',
        `The content is larger than Context Repo takes (413).${unwritten(subject)}`,
        isWriting(subject) ? 'Split it into several documents.' : 'Ask in fewer words.',
      ];
    case 429: {
      const { code, what, next } = throttledError(refusal.retryAtMs, subject);
      return [code, what, next];
    }
    default:
      break;
  }
  if (status >= 500)
    return [
      'unavailable',
      `Context Repo is out of order (${status}).${mayBeDone(subject)}`,
      nextTry(subject),
    ];
  if (status >= 300 && status < 400)
    return [
      'bad-answer',
      `The server answered with a redirect (${status}), which docpin does not follow with a key.`,
      'Check CONTEXTREPO_API_URL; it must be the final address.',
    ];
  return ['rejected', `Context Repo refused ${operation.name} (${status}).`, 'Check CONTEXTREPO_API_URL.'];
}

function nextUnauthorized(credential: ContextRepoCredential | undefined): string {
  if (credential?.isLent === true) return ownKey;
  return credential?.kind === 'token'
    ? `Check ${credential.from}: the token may have expired.`
    : `Check ${credential?.from ?? 'CONTEXTREPO_API_KEY'}: the key may be mistyped, expired or revoked.`;
}

function forbidden({ isOfApi, isOfEdge }: Refusal, subject: Subject): Row {
  if (isOfEdge)
    return [
      'rejected',
      'The network edge before Context Repo refused docpin itself (403): it went by the User-Agent, not by the key.',
      'Check whether a proxy on the way changes the User-Agent header; else ask again later.',
    ];
  if (!isOfApi)
    return [
      'bad-answer',
      'A 403 came that is not from Context Repo.',
      'Check CONTEXTREPO_API_URL and the proxy settings.',
    ];
  const { code, what, next } = lacksScope(subject);
  return [code, what, next];
}

function missing({ operation, named, credential }: Subject): Row {
  if (operation.path.startsWith('/v1/pd/'))
    return [
      'library-not-found',
      'Context Repo does not know this chunk, document, collection or session, or does not show it to this account.',
      'Search again: chunk ids change whenever their document is written.',
    ];
  if (named.length === 0)
    return [
      'bad-config',
      `The server has no ${operation.path}.`,
      'Check CONTEXTREPO_API_URL: it is the address before /v1.',
    ];
  const subjects = named.map(({ kind, id }) => `no ${kind} ${JSON.stringify(id)}`);
  return [
    'library-not-found',
    `Context Repo has ${subjects.join(' or ')}, or does not show it to ${wordsFor(credential)}.`,
    named[0]?.kind === 'prompt'
      ? 'Use search_prompts to find the id.'
      : 'Use resolve-library to find the id.',
  ];
}

function conflict({ saysMismatch }: Refusal, { named, expectedRevision, operation }: Subject): Row {
  const [subject] = named;
  if (subject === undefined)
    return [
      'conflict',
      `Context Repo refused ${operation.name}, as it is at odds with what is there (409). Nothing was written.`,
      'Look at what is there, then try again.',
    ];
  const document = `The ${subject.kind} ${JSON.stringify(subject.id)}`;
  if (!saysMismatch)
    return [
      'conflict',
      `${document} cannot be written this way now (409): it is being edited or under managed editing. Nothing was written.`,
      'Edit it in Context Repo itself, or try again later.',
    ];
  return [
    'conflict',
    `${document} has changed${expectedRevision === undefined ? '' : ` since revision ${expectedRevision}`} (409). Nothing was written.`,
    `Read it again with get_document. If it already says what it should, stop; else bring the change together with it and call ${operation.name} with its revision as expectedRevision.`,
  ];
}

const lookFirst = 'Look whether it was done before you do it again: list_documents, get_document.';

function mayBeDone(subject: Subject): string {
  if (subject.isInSession) return ' What it may have found is not shown again in this session.';
  return isWriting(subject) ? ' The write may have been done all the same.' : '';
}

function unwritten(subject: Subject): string {
  return isWriting(subject) ? ' Nothing was written.' : '';
}

function nextTry(subject: Subject): string {
  if (subject.isInSession) return 'Ask again with "new" as sessionId.';
  return isWriting(subject) ? lookFirst : retryLater;
}

function isWriting({ operation }: Subject): boolean {
  return operation.effect !== 'read';
}

function scopesOf({ scopes }: Operation): readonly Scope[] {
  return typeof scopes === 'string' ? [] : scopes;
}

function wordsFor(credential: ContextRepoCredential | undefined): string {
  return credential?.kind === 'token' ? 'this token' : 'this key';
}

import { DocpinError, type ErrorCode } from '../../../errors.ts';
import type { WireError } from './wire.ts';

/** What the request was made with. */
export interface UsedKey {
  readonly hasKey: boolean;
  /** Where the reader of the error sets a key. */
  readonly setting: string;
}

/** What was asked for, to name it in an error. */
export interface Subject extends UsedKey {
  /** A printed id; undefined for a search. */
  readonly library: string | undefined;
  readonly version: string | undefined;
}

type Row = readonly [code: ErrorCode, what: string, next: string];

const maxTags = 10;
const retryLater = 'Ask again in a minute.';
const seePage = 'Look at the library on context7.com, or use resolve-library to find another source for it.';

/**
 * Turns a refusal of Context7 into an error in our own words: by status, then by its error code where that says more. Its
 * message never gets through, except version tags, and those only as tags look.
 */
export function toContext7Error(
  status: number,
  refusal: WireError | undefined,
  subject: Subject,
): DocpinError {
  if (refusal?.error === 'tag_not_found' && status === 404) {
    return versionNotFound(subject.library ?? 'the library', subject.version, readTags(refusal.message));
  }
  const name = subject.library ?? 'the search';
  const [code, what, next] =
    rowOfError(status, refusal?.error, name, subject) ?? rowOfStatus(status, name, subject);
  return new DocpinError(code, { what, next });
}

/** The error of a version that a library does not have, with the versions that it has. None may have been asked for. */
export function versionNotFound(
  library: string,
  version: string | undefined,
  tags: readonly string[],
): DocpinError {
  if (version === undefined) {
    return new DocpinError('version-not-found', {
      what: `Context7 has no docs of ${library} without a version.`,
      next:
        tags.length === 0
          ? 'Use resolve-library to see which versions it has.'
          : `Ask for one of ${tags.slice(0, maxTags).join(', ')}.`,
    });
  }
  return new DocpinError('version-not-found', {
    what: `Context7 does not have version ${JSON.stringify(version)} of ${library}.`,
    next:
      tags.length === 0
        ? 'Leave the version out to get its current docs.'
        : `Ask for one of ${tags.slice(0, maxTags).join(', ')}, or leave the version out.`,
  });
}

/** Keeps what looks like a version tag: short, of a few characters, with a digit or of a known name. */
export function isTag(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^[\w.+-]{1,40}$/.test(value) &&
    (/\d/.test(value) || /^(?:main|master|latest|next|canary|beta|stable|dev)$/.test(value))
  );
}

/** The error of a 429 that says that the quota is used up. */
export function quotaEmptyError({ hasKey, setting }: UsedKey, cause: DocpinError): DocpinError {
  const { retryAtMs } = cause;
  const until = retryAtMs === undefined ? '' : ` until ${new Date(retryAtMs).toISOString()}`;
  return new DocpinError(
    'quota-empty',
    {
      what: `The Context7 quota ${hasKey ? 'of this key' : 'for callers without a key'} is used up${until}.`,
      next: hasKey
        ? `Wait until then, or set ${setting} to a key of another plan.`
        : `Set ${setting}: a free key has a quota of its own.`,
    },
    { cause, ...(retryAtMs === undefined ? {} : { retryAtMs }) },
  );
}

/** The error of a 429 that asks for a pause longer than is waited for. */
export function throttledError({ hasKey, setting }: UsedKey, cause: DocpinError): DocpinError {
  const { retryAtMs } = cause;
  const until = retryAtMs === undefined ? '' : ` and takes none until ${new Date(retryAtMs).toISOString()}`;
  return new DocpinError(
    'throttled',
    {
      what: `Context7 limits the rate of requests ${hasKey ? 'of this key' : 'of callers without a key'}${until}.`,
      next: hasKey ? 'Ask again then.' : `Ask again then. A key in ${setting} raises the limit.`,
    },
    { cause, ...(retryAtMs === undefined ? {} : { retryAtMs }) },
  );
}

/** The error of a caller for whom Context7 is not asked: nobody has set it up, and no key came along. */
export function noKeyError(setting: string): DocpinError {
  return new DocpinError('unauthorized', {
    what: 'Context7 is asked here for callers who bring a key of their own, and this call came without one.',
    next: `Send a Context7 key in ${setting}, or ask for a package by its name.`,
  });
}

/** The error of an answer that is not what Context7 documents. */
export function badAnswer(what: string, cause?: unknown): DocpinError {
  return new DocpinError(
    'bad-answer',
    {
      what,
      next: 'Check CONTEXT7_API_URL and CONTEXT7_API; a proxy or a login page may be answering in its place.',
    },
    { cause },
  );
}

/** The error of a 403 that is not the API's own: a firewall or a proxy before it says nothing about who may read what. */
export function refusedBeforeContext7(): DocpinError {
  return new DocpinError('unavailable', {
    what: 'A server before Context7 refused the request (403).',
    next: 'Ask again in a minute; if it keeps happening, check CONTEXT7_API_URL and the proxy settings.',
  });
}

/** The error of a library that has moved to where docpin does not follow. */
export function movedError(library: string): DocpinError {
  return new DocpinError('moved', {
    what: `Context7 has moved ${library}, but not to a library that can be followed to.`,
    next: 'Use resolve-library to find its new id.',
  });
}

function rowOfError(
  status: number,
  error: string | undefined,
  name: string,
  { hasKey, setting }: Subject,
): Row | undefined {
  switch (`${status} ${error}`) {
    case '401 access_denied':
      return [
        'forbidden',
        `This Context7 key has no access to ${name}.`,
        `Set ${setting} to a key that has.`,
      ];
    case '401 authentication_failed':
      return ['unauthorized', 'Context7 could not check the key.', `Check ${setting}, or make a new key.`];
    case '403 library_blocked':
      return ['forbidden', `Context7 has blocked ${name}.`, seePage];
    case '403 insufficient_permissions':
      return [
        'forbidden',
        `The role of this Context7 key does not allow ${name}.`,
        `Ask the owner of the team, or set ${setting} to another key.`,
      ];
    case '403 access_denied':
      return [
        'forbidden',
        `The plan or the team of this Context7 key does not allow ${name}.`,
        `Ask the owner of the team, or set ${setting} to another key.`,
      ];
    case '404 team_not_found':
    case '404 user_not_found':
      return [
        'forbidden',
        'The account behind the Context7 key does not exist any more.',
        `Set ${setting} to a key of an account that does.`,
      ];
    case '422 library_too_large':
      return ['not-served', `${name} is too large for Context7.`, seePage];
    case '422 no_code_found':
      return [
        'not-served',
        `Context7 found no code in ${name}.`,
        'Ask with mode info, or use resolve-library to find another source for it.',
      ];
    case '400 invalid_library_id':
      return [
        'rejected',
        `Context7 does not take ${name} for a library id.`,
        'Use resolve-library to find the id.',
      ];
    case '503 search_failed':
      return [
        'unavailable',
        'The search of Context7 is out of order (503).',
        `${retryLater} An id of the form /owner/repo works without it.`,
      ];
    case '500 database_error':
      return ['unavailable', 'The database of Context7 is out of order (500).', retryLater];
    case '429 rate_limit_exceeded':
      return [
        'throttled',
        'Context7 limits the rate of requests, and refused this one.',
        hasKey ? retryLater : `${retryLater} A key in ${setting} raises the limit.`,
      ];
    default:
      return undefined;
  }
}

function rowOfStatus(status: number, name: string, { hasKey, setting }: Subject): Row {
  switch (status) {
    case 202:
      return ['not-ready', `Context7 is still indexing ${name}.`, 'Ask again in a few minutes.'];
    case 400:
      return [
        'rejected',
        `Context7 refused the request about ${name} as malformed (400).`,
        'Check the id with resolve-library, and that CONTEXT7_API fits the server.',
      ];
    case 401:
      return hasKey
        ? [
            'unauthorized',
            'Context7 does not accept the key.',
            `Check ${setting}: keys of context7.com begin with ctx7sk.`,
          ]
        : ['unauthorized', 'Context7 wants a key.', `Set ${setting}.`];
    case 402:
      return [
        'billing-stop',
        'The spending limit of the Context7 team is reached.',
        'Raise it in the Context7 dashboard, or wait for the next month.',
      ];
    case 403:
      return [
        'forbidden',
        `Context7 does not let this caller read ${name}.`,
        hasKey ? `Set ${setting} to a key that may.` : `Set ${setting}.`,
      ];
    case 404:
      return [
        'library-not-found',
        `Context7 does not know ${name}, or does not show it to this key.`,
        'Use resolve-library to find the id.',
      ];
    case 408:
      return ['timed-out', 'Context7 gave up waiting for the request (408).', retryLater];
    case 422:
      return ['not-served', `Context7 will not serve ${name}.`, seePage];
    case 429:
      return [
        'throttled',
        'Context7 refused the request because there were too many.',
        hasKey ? retryLater : `${retryLater} A key in ${setting} raises the limit.`,
      ];
    case 504:
      return ['unavailable', 'Context7 did not finish in its own time (504).', retryLater];
    default:
      break;
  }
  if (status >= 500) return ['unavailable', `Context7 is out of order (${status}).`, retryLater];
  if (status >= 300 && status < 400) {
    return [
      'bad-answer',
      `The server answered with a redirect (${status}), which docpin does not follow with your key.`,
      'Check CONTEXT7_API_URL; it must be the final address.',
    ];
  }
  return [
    'rejected',
    `Context7 refused the request about ${name} (${status}).`,
    'Check CONTEXT7_API_URL and CONTEXT7_API.',
  ];
}

function readTags(message: string | undefined): string[] {
  const list = /available tags:(.{1,2000})/is.exec(message ?? '')?.[1] ?? '';
  return list
    .split(',')
    .map((tag) => tag.trim())
    .filter(isTag)
    .slice(0, maxTags);
}

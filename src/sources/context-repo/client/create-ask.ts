import { DocpinError } from '../../../errors.ts';
import type { Send, UpstreamResponse } from '../../../upstream/upstream.ts';
import {
  badAnswer,
  type Named,
  type Refusal,
  type Subject,
  throttledError,
  toContextRepoError,
  withDoubt,
} from './context-repo-error.ts';
import { authorizationOf, type ContextRepoCredential } from './credential.ts';
import { type AnswerOf, type OperationName, operationOf } from './operations.ts';
import { wireRefusal } from './wire.ts';

export interface AskOptions {
  /** Repeats what may work the next time. */
  readonly sendRead: Send;
  /** Tries once, whatever happens. */
  readonly sendWrite: Send;
  /** Before `/v1`. */
  readonly baseUrl: string;
  readonly now: () => number;
}

/** What an operation is given. */
export interface Parameters {
  /** In place of `{id}`. */
  readonly id?: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Fields that are undefined are left out. */
  readonly body?: Readonly<Record<string, unknown>>;
}

export type Ask = <Name extends OperationName>(
  name: Name,
  parameters: Parameters,
  credential: ContextRepoCredential | undefined,
  signal: AbortSignal,
) => Promise<AnswerOf<Name>>;

/** Ids were seen as letters and digits. Whatever could change the address is none. */
const idForm = /^[\w-]{1,200}$/;
const longestRetryAfterSeconds = 86_400;

/** Creates the function that sends one operation and tells its answers apart. Rejects with a `DocpinError` in our own words. */
export function createAsk({ sendRead, sendWrite, baseUrl, now }: AskOptions): Ask {
  return async <Name extends OperationName>(
    name: Name,
    parameters: Parameters,
    credential: ContextRepoCredential | undefined,
    signal: AbortSignal,
  ) => {
    const operation = operationOf(name);
    const { body } = parameters;
    const expected = body?.expectedRevision;
    const subject: Subject = {
      operation,
      named: namedIn(operation.path, parameters),
      credential,
      isInSession: body?.sessionId !== undefined,
      expectedRevision: typeof expected === 'number' ? expected : undefined,
    };
    const url = toUrl(baseUrl, operation.path, parameters);
    // What a search in a session has found is not shown again, whether it arrived or not.
    const isRead = operation.effect === 'read' && !subject.isInSession;
    const response = await sent(
      (isRead ? sendRead : sendWrite)({
        method: operation.method,
        url,
        headers: {
          accept: 'application/json',
          ...(credential === undefined ? {} : { authorization: authorizationOf(credential) }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(isRead ? { isSafe: true } : {}),
        signal,
        // Each family has a limit of its own: that of scraping must not close reading.
        credentialId: `${credential?.id ?? 'anonymous'}/${operation.family}`,
      }),
      subject,
    );
    // The row of this very name says what it answers.
    if (response.status >= 200 && response.status < 300)
      return readAnswer(response, subject) as AnswerOf<Name>;
    throw toContextRepoError(readRefusal(response, now()), subject);
  };
}

/** The answer, whatever it is; what kept it from coming is told in our own words. */
async function sent(answer: Promise<UpstreamResponse>, subject: Subject): Promise<UpstreamResponse> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof DocpinError)) throw error;
    const isLimit = error.code === 'throttled' || error.code === 'quota-empty';
    throw isLimit ? throttledError(error.retryAtMs, subject, error) : withDoubt(error, subject);
  }
}

/** What is asked for by its id: the path names one of its own kind, queries and bodies say in which one to look. */
function namedIn(path: string, { id, query, body }: Parameters): readonly Named[] {
  const kind = path.split('/')[2]?.replace(/s$/, '') ?? 'item';
  if (id !== undefined) return [{ kind, id }];
  const { documentId, collectionId }: Readonly<Record<string, unknown>> = { ...query, ...body };
  return Object.entries({ document: documentId, collection: collectionId }).flatMap(([of, value]) =>
    typeof value === 'string' ? [{ kind: of, id: value }] : [],
  );
}

function toUrl(baseUrl: string, path: string, { id, query = {} }: Parameters): URL {
  if (id !== undefined && !idForm.test(id)) throw badId(id);
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}${path.replace('{id}', id ?? '')}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function badId(id: string): DocpinError {
  return new DocpinError('bad-input', {
    what: `${JSON.stringify(id.slice(0, 80))} is not an id of Context Repo: ids are of letters, digits, - and _.`,
    next: 'Take the id as it stands in a list or a search, without a prefix or an address.',
  });
}

function readAnswer(response: UpstreamResponse, subject: Subject): unknown {
  const type = response.headers['content-type'];
  const isEmpty = response.body.length === 0;
  if (!isEmpty && type !== undefined && !/\bjson\b/i.test(type))
    throw badAnswer('Context Repo answered with something other than JSON.', subject);
  const parsed = subject.operation.answer.safeParse(isEmpty ? undefined : readJson(response.body));
  if (parsed.success) return parsed.data;
  throw badAnswer('Context Repo answered in a shape that it does not document.', subject, parsed.error);
}

function readRefusal(response: UpstreamResponse, nowMs: number): Refusal {
  const text = new TextDecoder().decode(response.body.subarray(0, 100_000));
  const parsed = wireRefusal.safeParse(readJson(response.body)).data;
  return {
    status: response.status,
    isOfApi: parsed !== undefined,
    isOfEdge: parsed === undefined && /^error code: \d{3,5}\s*$/.test(text),
    saysMismatch: parsed !== undefined && text.includes('REVISION_MISMATCH'),
    retryAtMs: readRetryAt(response.headers['retry-after'], nowMs),
  };
}

/** A short pause that was not waited for, in seconds; longer ones and dates were read before this. */
function readRetryAt(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined || !/^\d{1,5}$/.test(value.trim())) return undefined;
  return nowMs + Math.min(Number(value), longestRetryAfterSeconds) * 1_000;
}

/** Undefined for what is no JSON: the shape says that it is not what was expected. */
function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

import type { Fault } from '../fault-engine/fault.ts';

export interface DocumentedError {
  readonly generation: 'docs' | 'context';
  readonly status: number;
  readonly error: string;
  readonly fault: Fault;
}

/** Never to be seen outside the stand-in: error texts of an upstream are not passed on. */
export const upstreamText = 'STAND-IN-UPSTREAM-TEXT';

/** Every status and error code that the two generations document. */
export const documentedErrors: readonly DocumentedError[] = [
  ...november([
    [202, 'library_not_finalized'],
    [400, 'invalid_input'],
    [400, 'invalid_format'],
    [400, 'invalid_length'],
    [400, 'invalid_type'],
    [400, 'invalid_page'],
    [400, 'invalid_limit'],
    [400, 'invalid_llmstxt_url'],
    [401, 'invalid_api_key'],
    [401, 'access_denied'],
    [401, 'authentication_failed'],
    [403, 'insufficient_permissions'],
    [403, 'library_blocked'],
    [404, 'library_not_found'],
    [404, 'tag_not_found'],
    [422, 'library_too_large'],
    [422, 'no_code_found'],
    [429, 'Too many requests'],
    [500, 'internal_server_error'],
    [500, 'server_configuration'],
    [500, 'database_error'],
    [500, 'processing_failed'],
  ]),
  ...today([
    [202, 'library_not_finalized'],
    [400, 'validation_error'],
    [400, 'invalid_library_id'],
    [401, 'invalid_api_key'],
    [402, 'spending_limit_exceeded'],
    [403, 'access_denied'],
    [403, 'forbidden'],
    [404, 'library_not_found'],
    [404, 'tag_not_found'],
    [404, 'team_not_found'],
    [404, 'user_not_found'],
    [422, 'library_too_large'],
    [422, 'no_code_found'],
    [429, 'rate_limit_exceeded'],
    [500, 'internal_error'],
    [503, 'search_failed'],
    [504, 'timeout'],
  ]),
];

/** The 429 of an empty monthly quota: no Retry-After, a reset in absolute Unix seconds, no code but words. */
export function quotaExceeded(resetAtMs: number, { limit = 200, tier = 'anonymous' } = {}): Fault {
  return {
    kind: 'answer',
    status: 429,
    headers: {
      'ratelimit-limit': String(limit),
      'ratelimit-remaining': '0',
      'ratelimit-reset': String(Math.ceil(resetAtMs / 1000)),
      'context7-quota-tier': tier,
    },
    body: { error: 'Quota Exceeded', message: `Monthly quota exceeded. ${upstreamText}` },
  };
}

/** The 429 of a short throttle. `retryAfter` is a number of seconds or an HTTP date. */
export function throttled(retryAfter: string): Fault {
  return {
    kind: 'answer',
    status: 429,
    headers: { 'retry-after': retryAfter },
    body: { error: 'rate_limit_exceeded', message: `Rate limit exceeded. ${upstreamText}` },
  };
}

/** What goes wrong at a busy service, by the name that the command line gives it. */
export const commonFaults: Readonly<Record<string, Fault>> = {
  '429': throttled('1'),
  '503': { kind: 'answer', status: 503, body: { error: 'search_failed', message: upstreamText } },
  hang: { kind: 'hang' },
  reset: { kind: 'reset' },
  // Slower than anybody waits for.
  drip: { kind: 'drip', everyMs: 200 },
};

function november(rows: readonly (readonly [status: number, error: string])[]): DocumentedError[] {
  // Some bodies of that time carry `status`, others `message`; none is sure to carry both.
  return rows.map(([status, error]) => {
    const body = status === 429 ? { error, status } : { error, message: messageOf(error), status };
    return { generation: 'docs', status, error, fault: { kind: 'answer', status, body } };
  });
}

function today(rows: readonly (readonly [status: number, error: string])[]): DocumentedError[] {
  return rows.map(([status, error]) => ({
    generation: 'context',
    status,
    error,
    fault: { kind: 'answer', status, body: { error, message: messageOf(error) } },
  }));
}

function messageOf(error: string): string {
  if (error !== 'tag_not_found') return `${upstreamText} about ${error}.`;
  return `Tag "v9.0.0" not found for library "/acme/widgets". ${upstreamText}. Available tags: v4.0.0, v3.1.0, <b>v2</b>`;
}

import type { Answer } from '../fault-engine/exchange.ts';

/** Never to be seen outside the stand-in: error texts of an upstream are not passed on. */
export const upstreamText = 'STAND-IN-UPSTREAM-TEXT';

export function data(value: unknown, more: object = {}, status = 200): Answer {
  return json({ data: value, ...more }, status);
}

/** 204, without a body. */
export const noContent: Answer = { status: 204, body: '' };

/** The envelope of every error but the edge's. `details` is often absent. */
export function refuse(status: number, message: string, details?: unknown): Answer {
  const error = { code: status, message: `${message} ${upstreamText}` };
  return json({ error: details === undefined ? error : { ...error, details } }, status);
}

/** What the edge says to the User-Agent of a library: plain text, no envelope. */
export const refusedByEdge: Answer = {
  status: 403,
  headers: { 'content-type': 'text/plain; charset=UTF-8' },
  body: 'error code: 1010',
};

/**
 * An answer as the contract allows it and as nobody expects it: rows with their id as `_id` and null as `id`, null in optional
 * fields, chunk ids with other characters than letters and digits, and a row that lacks what it should have.
 */
export function oddly(answer: Answer): Answer {
  if (typeof answer.body !== 'object') return answer;
  return { ...answer, body: JSON.parse(JSON.stringify(answer.body), odd) };
}

function odd(name: string, value: unknown): unknown {
  if (Array.isArray(value) && value.length === 0 && /^(?:documents|collections|prompts)$/.test(name))
    return null;
  if (Array.isArray(value) && value.some((row) => typeof row === 'object'))
    return [{ title: null }, ...value];
  if (typeof value === 'string' && /^(?:chunkId|parentId|_id)$/.test(name))
    return value.replace(/^k(?=\w{16}$)/, 'k:1.');
  if (value === null || typeof value !== 'object' || Array.isArray(value) || !('id' in value)) return value;
  return { ...value, id: null, _id: value.id, status: null, sourceUrl: null, description: null };
}

function json(body: object, status: number): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

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

function json(body: object, status: number): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

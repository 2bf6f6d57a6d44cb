import type { Fault } from '../fault-engine/fault.ts';
import { upstreamText } from './answers.ts';

export interface DocumentedRefusal {
  readonly status: number;
  readonly name: string;
  readonly fault: Fault;
}

/** Every status that the API documents, in the envelope of its errors. */
export const documentedRefusals: readonly DocumentedRefusal[] = [
  [400, 'Bad request'],
  [401, 'Invalid authentication'],
  [403, 'API key requires write permission for documents'],
  [404, 'Document not found'],
  [409, 'REVISION_MISMATCH'],
  [413, 'Payload too large'],
  [429, 'Too many requests'],
  [500, 'Internal error'],
].map(([status, message]) => envelope(Number(status), String(message)));

/** Shapes that its client tolerates beside the envelope. */
export const oddRefusals: readonly Fault[] = [
  { kind: 'answer', status: 500, body: { message: upstreamText } },
  { kind: 'answer', status: 502, body: { error: upstreamText } },
  { kind: 'answer', status: 503, body: `<html>${upstreamText}</html>` },
  { kind: 'answer', status: 500, body: '' },
  {
    kind: 'answer',
    status: 400,
    body: { error: { code: '400', message: [upstreamText], details: upstreamText } },
  },
];

/** The 429 of a window that is full. `retryAfter` is a number of seconds or an HTTP date. */
export function throttled(retryAfter: string): Fault {
  return {
    kind: 'answer',
    status: 429,
    headers: { 'retry-after': retryAfter },
    body: { error: { code: 429, message: `Too many requests. ${upstreamText}` } },
  };
}

/** A 5xx whose body holds what a server must not tell. */
export const leakingFault: Fault = {
  kind: 'answer',
  status: 500,
  body: {
    error: { code: 500, message: `TypeError: x is undefined\n    at handler (/srv/${upstreamText}.js:1)` },
  },
};

function envelope(status: number, message: string): DocumentedRefusal {
  return {
    status,
    name: message,
    fault: {
      kind: 'answer',
      status,
      body: { error: { code: status, message: `${message}. ${upstreamText}`, details: null } },
    },
  };
}

import type { Answer } from '../fault-engine/exchange.ts';

export function refuse(status: number, error: string, more: object = {}): Answer {
  return json({ error, message: `The stand-in says ${error}.`, ...more }, status);
}

export function json(body: object, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

export function text(body: string): Answer {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

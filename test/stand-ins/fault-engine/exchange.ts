import type { Fault } from './fault.ts';

/** A request as a stand-in records it. */
export interface Asked {
  readonly method: string;
  /** Below the base path of the stand-in. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As text; empty when there is none. */
  readonly body: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** What was served in place of the real answer. */
  readonly fault: Fault['kind'] | undefined;
}

/** What a stand-in answers when nothing is broken. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a buffer as it is. */
  readonly body: string | object | Buffer;
}

/** The bytes of a body. */
export function bytesOf({ body }: Answer): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The content type that a body has when its headers do not say. */
export function typeOf({ body }: Answer): string {
  if (Buffer.isBuffer(body)) return 'application/octet-stream';
  return typeof body === 'string' ? 'text/html' : 'application/json';
}

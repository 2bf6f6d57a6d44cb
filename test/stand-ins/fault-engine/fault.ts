import type { Answer } from './exchange.ts';

/** An answer instead of the real one, or a way of not answering. */
export type Fault =
  | ({ readonly kind: 'answer' } & Answer)
  /** Takes the request and never says a word. */
  | { readonly kind: 'hang' }
  /** Resets the connection. */
  | { readonly kind: 'reset' }
  /** Sends the head and half of the real body, then closes; `framing` says how the end would have been told: by its length when left out. */
  | { readonly kind: 'cut'; readonly framing?: Framing }
  /** Sends the real body in pieces of a few bytes, `everyMs` apart. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** The real answer, late. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** A gzip body of a few kilobytes that decodes to this many bytes. */
  | { readonly kind: 'bomb'; readonly decodedBytes: number }
  /** The real answer under another content type. */
  | { readonly kind: 'relabel'; readonly contentType: string }
  /** The real answer, encoded. */
  | { readonly kind: 'encode'; readonly encoding: 'gzip' | 'br' | 'deflate' }
  /** Flips a bit of the real body. */
  | { readonly kind: 'flip' };

export type Framing = 'content-length' | 'chunked' | 'close' | 'gzip';

/** Sends the request elsewhere. */
export function redirectTo(location: string, status = 302): Fault {
  return { kind: 'answer', status, headers: { location }, body: '' };
}

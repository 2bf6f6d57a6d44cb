/** An answer instead of the real one, or a way of not answering. */
export type RegistryFault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** An object is sent as JSON. */
      readonly body: string | object;
    }
  /** Takes the request and never says a word. */
  | { readonly kind: 'hang' }
  /** Resets the connection. */
  | { readonly kind: 'reset' }
  /** Sends the length and half of the real body, then closes. */
  | { readonly kind: 'cut' }
  /** The real answer, late. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Flips a bit of the real body. */
  | { readonly kind: 'flip' }
  /** Answers metadata requests as servers do that know nothing of the short form. */
  | { readonly kind: 'only-whole' };

/** Never to be seen outside the stand-in: error texts of a registry are not passed on. */
export const registryText = 'STAND-IN-REGISTRY-TEXT';

/** Sends the request elsewhere. */
export function redirectTo(location: string, status = 302): RegistryFault {
  return { kind: 'answer', status, headers: { location }, body: registryText };
}

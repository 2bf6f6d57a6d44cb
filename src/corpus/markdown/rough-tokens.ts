import { countTokens } from '../count-tokens.ts';

/**
 * A guess at a text's tokens for packing. Counting takes most of chunking's time, and only scripts beyond Latin come near
 * a limit that is meant in characters; those are counted.
 */
export function roughTokens(text: string): number {
  return /[\u0370-\u1fff\u2e80-\uffff]/.test(text) ? countTokens(text) : Math.ceil(text.length / 3);
}

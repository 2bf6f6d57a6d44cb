import { countTokens } from '../../count-tokens.ts';

/** What a part of a section may be at the most. */
export interface SplitLimits {
  readonly maxChars: number;
  readonly maxTokens: number;
}

/** A code block over this is a bundle or a log; nobody is served by the rest of it. */
export const maxCodeTokens = 2_000;

/** Whether a text is within the limits. */
export function isShort(text: string, { maxChars, maxTokens }: SplitLimits): boolean {
  return text.length <= maxChars && countTokens(text) <= maxTokens;
}

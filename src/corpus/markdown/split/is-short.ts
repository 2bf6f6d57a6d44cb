import { countTokens } from '../../count-tokens.ts';

/** What a part of a section may be at the most. */
export interface SplitLimits {
  readonly maxChars: number;
  readonly maxTokens: number;
}

/** Whether a text is within the limits. */
export function isShort(text: string, { maxChars, maxTokens }: SplitLimits): boolean {
  return text.length <= maxChars && countTokens(text) <= maxTokens;
}

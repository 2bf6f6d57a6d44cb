import { stemOf } from '../locate-terms.ts';
import { stopwords } from '../query/stopwords.ts';

/** A text's words and the parts of its camelCase names, in lower case. */
export function plainWords(text: string): readonly string[] {
  const parted = text.replace(/[a-z0-9](?=[A-Z])/g, '$& ').toLowerCase();
  return parted.match(/[a-z]{2,24}/g) ?? [];
}

/** What the forms of a word share; undefined for one that says nothing. */
export function stemmed(word: string): string | undefined {
  return stopwords.has(word) ? undefined : stemOf(word).text;
}

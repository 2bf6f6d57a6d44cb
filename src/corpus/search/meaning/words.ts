import { stemOf } from '../locate-terms.ts';
import { stopwords } from '../query/stopwords.ts';

/** The stems of a text's words and of the parts of its camelCase names, without those that say nothing. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  const parted = text.replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase();
  for (const [word] of parted.matchAll(/[a-z]{2,24}/g)) {
    const stem = stemmed(word);
    if (stem !== '') words.push(stem);
  }
  return words;
}

/** Docs repeat their words; cutting one takes longer than finding it again. */
const known = new Map<string, string>();
const maxKnown = 20_000;

function stemmed(word: string): string {
  let stem = known.get(word);
  if (stem === undefined) {
    stem = stopwords.has(word) ? '' : stemOf(word).text;
    if (known.size >= maxKnown) known.clear();
    known.set(word, stem);
  }
  return stem;
}

/** A word of a query made ready to be found in text in any of its forms. */
export interface Stem {
  readonly text: string;
  /** The form has to be the whole word, as it is too short to be told from the beginning of another. */
  readonly whole: boolean;
}

const endings = /(?:ations?|ators?|ating|ated|ates?|ings?|ers?|ors?|ed|es|ies|ied|ly|ment|ments|s|e|y)$/;

/**
 * Cuts a word to what its forms share ("closing", "closes", "closed" share "clos"). Coarser than the index's Porter
 * stemmer on purpose: it only weighs sections that the index has found.
 */
export function stemOf(word: string): Stem {
  if (!/^[a-z]+$/.test(word)) return { text: word, whole: word.length < 4 };
  const cut = word.replace(endings, '');
  const text = cut.length >= 3 ? cut.replace(/([bdglmnprt])\1$/, '$1') : word;
  return { text, whole: text.length < 3 };
}

/**
 * Where a stem stands in a text, at the start of words and of the parts of camelCase names; at most `most` places.
 * `lower` is `text` in lower case.
 */
export function locateStem(text: string, lower: string, stem: Stem, most: number): readonly number[] {
  const places: number[] = [];
  let at = lower.indexOf(stem.text);
  while (at >= 0 && places.length < most) {
    if (startsWord(text, lower, at) && (!stem.whole || endsWord(lower, at + stem.text.length)))
      places.push(at);
    at = lower.indexOf(stem.text, at + stem.text.length);
  }
  return places;
}

function startsWord(text: string, lower: string, at: number): boolean {
  if (at === 0) return true;
  const before = lower.charCodeAt(at - 1);
  if (!isLetter(before)) return true;
  return text.charCodeAt(at) !== lower.charCodeAt(at) && text.charCodeAt(at - 1) === before;
}

function endsWord(lower: string, at: number): boolean {
  return at >= lower.length || !isLetter(lower.charCodeAt(at)) || lower.startsWith('s', at);
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code > 0xbf;
}

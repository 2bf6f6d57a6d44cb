import { identifierParts } from './split-identifiers.ts';
import { stopwords } from './stopwords.ts';

/** One thing to look for. */
export interface QueryTerm {
  /** Letters, digits, marks, `_` and `$` only, in lower case. */
  readonly text: string;
  /**
   * `word`: a plain word; `whole`: an identifier as it was typed; `part`: a word out of an identifier, of use only where
   * the whole is unknown; `joined`: neighbouring words as the one name that they may be ("wait until", waitUntil).
   */
  readonly role: 'word' | 'whole' | 'part' | 'joined';
}

/** bm25 sums over every term; more of them cost time and blur the ranking. */
const maxTerms = 24;

/** Nobody asks in more; 100,000 characters of pasted log would be searched for otherwise. */
const maxChars = 2_000;

const word = /[\p{L}\p{N}\p{M}_$]+/gu;

/** Reads any text as search terms, the words of the question first; empty when it holds none. Never throws. */
export function parseQuery(text: string): readonly QueryTerm[] {
  const typed = text
    .slice(0, maxChars)
    .normalize('NFC')
    .replace(/(?<=\p{L})['’](?=\p{L})/gu, '')
    .match(word);
  if (typed === null) return [];
  const terms = new Map<string, QueryTerm>();
  const meant = typed.filter((each) => !isNoise(each));
  const wanted = meant.length > 0 ? meant : typed;
  for (const each of wanted) add(terms, each, isIdentifier(each) ? 'whole' : 'word');
  for (const each of wanted) {
    if (isIdentifier(each))
      for (const part of identifierParts(each)) if (!isNoise(part)) add(terms, part, 'part');
  }
  for (const each of joinedNames(typed)) add(terms, each, 'joined');
  return [...terms.values()].slice(0, maxTerms);
}

/** The FTS5 expression for one term in one library. */
export function compileMatch(scope: string, columns: string, term: string): string {
  return compileMatchAny(scope, columns, [term]);
}

/** The FTS5 expression for any of some terms in one library. Terms are quoted: no text of a query is ever syntax. */
export function compileMatchAny(scope: string, columns: string, terms: readonly string[]): string {
  const any = terms
    .map((term) => `"${term.replaceAll('"', '""')}"${hasNoSpaces(term) ? '*' : ''}`)
    .join(' OR ');
  // The scope stands inside MATCH: as a join it took 13.7 ms instead of 1.1 ms at 50,000 sections.
  return `scope : "${scope}" AND {${columns}} : (${any})`;
}

function add(terms: Map<string, QueryTerm>, typed: string, role: QueryTerm['role']): void {
  const text = typed.toLowerCase().slice(0, 100);
  if (!terms.has(text)) terms.set(text, { text, role });
}

function isNoise(typed: string): boolean {
  const text = typed.toLowerCase();
  return stopwords.has(text) || (text.length === 1 && !hasNoSpaces(text)) || !/[\p{L}\p{N}]/u.test(text);
}

function isIdentifier(typed: string): boolean {
  return /\p{Ll}\p{Lu}|[\p{L}\p{N}][_$][\p{L}\p{N}]/u.test(typed);
}

/** Chinese, Japanese and Thai have no spaces, so the tokenizer takes a clause for one word and only its start is known. */
function hasNoSpaces(text: string): boolean {
  return /[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]/.test(text);
}

/** Two or three neighbouring words run together; most such names exist nowhere, which costs a look-up and no rank. */
function joinedNames(typed: readonly string[]): readonly string[] {
  const names: string[] = [];
  for (const length of [2, 3]) {
    for (let from = 0; from + length <= typed.length && names.length < maxTerms; from += 1) {
      const words = typed.slice(from, from + length);
      const isName = words.every((each) => /^[a-z0-9]{1,20}$/i.test(each)) && !words.every(isNoise);
      if (isName) names.push(words.join(''));
    }
  }
  return names;
}

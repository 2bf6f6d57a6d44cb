/** How well a wanted name fits a package. */
export interface NameMatch {
  /** 0..1; from 0.9 on it is the name itself, differently written. */
  readonly score: number;
  readonly how: 'exact' | 'similar' | 'search';
  /** In a few words, for a person: "name differs in one letter". */
  readonly why: string;
}

export interface NamedPackage {
  readonly name: string;
  readonly description?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
}

const fillers = new Set([
  'js',
  'ts',
  'lib',
  'library',
  'package',
  'framework',
  'the',
  'for',
  'a',
  'an',
  'of',
  'and',
  'docs',
]);
const maxLength = 200;

/**
 * Compares a name as people write it ("Next.js", "TanStack Query", "date fns", "fastfy") with a package's name, then with its
 * description and keywords. Undefined when they have nothing in common.
 */
export function matchName(wanted: string, candidate: NamedPackage): NameMatch | undefined {
  const text = wanted.trim().toLowerCase().slice(0, maxLength);
  const name = candidate.name.toLowerCase();
  if (text === name) return { score: 1, how: 'exact', why: 'its very name' };
  const bare = name.slice(name.indexOf('/') + 1);
  const asked = compact(text);
  if (asked === '') return undefined;
  if ([compact(name), withoutJs(compact(name))].some((form) => form === asked || form === withoutJs(asked)))
    return { score: 0.95, how: 'exact', why: 'the same name, written differently' };
  if (name !== bare && [asked, withoutJs(asked)].includes(compact(bare)))
    return { score: 0.9, how: 'exact', why: 'its name without the scope' };
  return matchWords(text, name) ?? matchTypo(asked, compact(bare)) ?? matchAbout(text, candidate);
}

function matchWords(text: string, name: string): NameMatch | undefined {
  const asked = wordsOf(text).filter((word) => !fillers.has(word));
  const named = wordsOf(name);
  if (asked.length === 0) return undefined;
  if (asked.every((word) => named.includes(word))) {
    const share = asked.length / named.length;
    return { score: 0.7 + 0.15 * share, how: 'similar', why: 'its name holds every word of it' };
  }
  const ownWords = named.filter((word) => !fillers.has(word));
  if (ownWords.length > 0 && ownWords.every((word) => asked.includes(word)))
    return { score: 0.65, how: 'similar', why: 'its name is among the words' };
  const joined = compact(text);
  if (joined.length >= 3 && compact(name).includes(joined))
    return { score: 0.6, how: 'similar', why: 'its name contains it' };
  return undefined;
}

function matchTypo(asked: string, name: string): NameMatch | undefined {
  const allowed = allowedTypos(asked, name);
  if (Math.abs(asked.length - name.length) > allowed || allowed === 0) return undefined;
  const distance = editDistance(asked, name);
  if (distance > allowed) return undefined;
  const letters = distance === 1 ? 'one letter' : 'two letters';
  return { score: 0.55 - 0.05 * distance, how: 'similar', why: `its name differs in ${letters}` };
}

/** Two in long names, one in short ones. Of three letters half the registry is one typo away, so the first must be right. */
function allowedTypos(asked: string, name: string): number {
  const shorter = Math.min(asked.length, name.length);
  if (shorter >= 7) return 2;
  return shorter >= 4 || (shorter === 3 && asked[0] === name[0]) ? 1 : 0;
}

function matchAbout(text: string, { description = '', keywords = [] }: NamedPackage): NameMatch | undefined {
  const asked = wordsOf(text).filter((word) => word.length > 2 && !fillers.has(word));
  const about = new Set([
    ...wordsOf(description.toLowerCase()),
    ...keywords.flatMap((word) => wordsOf(word.toLowerCase())),
  ]);
  const hits = asked.filter(
    (word) => about.has(word) || about.has(`${word}s`) || about.has(word.replace(/s$/, '')),
  );
  // Half is not enough: of "kubernetes client" the other half is what was meant.
  if (hits.length * 2 <= asked.length) return undefined;
  return { score: 0.4 * (hits.length / asked.length), how: 'search', why: 'its description matches' };
}

/** "date-fns", "date fns" and "datefns" are one; so are "@tanstack/query" and "TanStack Query". */
function compact(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '');
}

function withoutJs(text: string): string {
  return text.length > 4 ? text.replace(/js$/, '') : text;
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/** Letters to add, take, change or swap with the next one (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

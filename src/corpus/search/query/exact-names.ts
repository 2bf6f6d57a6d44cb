/** What the typed name of a thing looks like: `Redis`, `Knex.Config`, `ai/react`, `--help`. */
const name = /^[\w$@/.-]{1,120}$/;
const member = /(?<![\w$./@-])[A-Za-z_$][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,60}){1,3}(?![\w$./@-])/g;
/** A question with a member's full name in it is about that as a rule, but not as surely as the name alone. */
const mentioned = 0.8;
/** For the member of something by its own name: there may be others. */
const ofSomething = 0.4;

/** Names out of a query that a section may have as its heading. */
export interface ExactNames {
  /** At most four, as they were typed. */
  readonly names: readonly string[];
  /** How exactly a heading is one of them, from 0 to 1. */
  exactness(heading: string): number;
}

/**
 * Reads the names that a query means to the letter: the one that it consists of (`Redis`, `streamText()`), or else those with a
 * dot in a question (`Page.goto`).
 */
export function readExactNames(query: string): ExactNames {
  const typed = query
    .trim()
    .replace(/^`(.*)`$/, '$1')
    .replace(/\(\)$/, '');
  if (name.test(typed) && /\w/.test(typed))
    return { names: [typed], exactness: (heading) => compare(heading, typed) };
  const names = [...new Set(query.slice(0, 2_000).match(member) ?? [])].slice(0, 4);
  return { names, exactness: (heading) => (names.includes(heading) ? mentioned : 0) };
}

function compare(heading: string, asked: string): number {
  if (heading === asked) return 1;
  const plain = heading.replace(/\(.*\)$/, '');
  if (plain.toLowerCase() === asked.toLowerCase()) return 0.7;
  return plain.endsWith(`.${asked}`) ? ofSomething : 0;
}

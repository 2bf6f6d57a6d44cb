/** What the typed name of a thing looks like: `Redis`, `Knex.Config`, `ai/react`, `--help`. */
const name = /^[\w$@/.-]{1,120}$/;
const member = /^[A-Za-z_$][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,60}){1,3}$/;
/** What can be no word of a sentence: a hump, an underscore or a dot inside. */
const unlikeWords = /\p{Ll}\p{Lu}|\w[_$.]\w/u;
/** A question with a member's full name in it is about that as a rule, but not as surely as the name alone. */
const mentioned = 0.8;
/** For the member of something by its own name: there may be others. */
const ofSomething = 0.4;

/** The names that a query means to the letter: the one that it consists of (`Redis`, `streamText()`), or those in a question. */
export interface ExactNames {
  /** Those that have a section of their own as a rule: the whole query, or members (`Page.goto`); at most four. */
  readonly names: readonly string[];
  /** How exactly a heading is one of them, from 0 to 1. */
  exactness(heading: string): number;
  /** Whether a heading that may list several names has one that the query is or holds. */
  isAskedFor(heading: string): boolean;
}

/** Reads the names out of a query. */
export function readExactNames(query: string): ExactNames {
  const whole = query
    .trim()
    .replace(/^`(.*)`$/, '$1')
    .replace(/\(\)$/, '');
  const isName = name.test(whole) && /\w/.test(whole);
  const typed = isName ? [whole] : (query.slice(0, 2_000).match(/[\w$.]+/g) ?? []);
  const likeNames = new Set(typed.filter((each) => isName || unlikeWords.test(each)));
  const names = isName ? [whole] : [...likeNames].filter((each) => member.test(each)).slice(0, 4);
  return {
    names,
    exactness(heading) {
      if (isName) return compare(heading, whole);
      return names.includes(heading) ? mentioned : 0;
    },
    isAskedFor(heading) {
      if (likeNames.size === 0) return false;
      return heading
        .split(', ')
        .some((each) => likeNames.has(each) || likeNames.has(each.slice(each.lastIndexOf('.') + 1)));
    },
  };
}

function compare(heading: string, asked: string): number {
  if (heading === asked) return 1;
  const plain = heading.replace(/\(.*\)$/, '');
  if (plain.toLowerCase() === asked.toLowerCase()) return 0.7;
  return plain.endsWith(`.${asked}`) ? ofSomething : 0;
}

import { isDeclarations } from '../../library.ts';
import { isGroup, withoutAlso } from '../is-undocumented.ts';
import type { Candidate } from './candidate.ts';
import { declarationIn, firstFence, inOneLine } from './declared-code.ts';

/** An options object that a signature takes, written out one level deep. */
export interface TakenOptions {
  /** As it is declared: `RetryHandler.RetryOptions`. */
  readonly name: string;
  /** TypeScript: each option with the first sentence of what is said about it. */
  readonly code: string;
  /** Row ids of the sections that all of it is from; empty where some of it was left out. */
  readonly sectionIds: readonly number[];
  /** Row id of the section that declares it. */
  readonly declaredIn: number;
}

export interface OptionsSearch {
  /** Sections whose heading holds this name of a type, in the order of the corpus. */
  readonly headed: (typeName: string) => readonly Candidate[];
  /** Sections whose text declares a type of this name. */
  readonly grouped: (typeName: string) => readonly Candidate[];
  /** The section after this one on its page. */
  readonly after: (section: Candidate) => Candidate | undefined;
}

/** Names that types of options go by, in a type's place. */
const optionsType =
  /[:|&<]\s*((?:[A-Za-z_$][\w$]*\.)*[\w$]*(?:options?|opts|config(?:uration)?|settings|params|parameters|init|props|args))(?![\w$.]|\??:)/i;
/** About 300 tokens: a longer list is a page of its own. */
const maxChars = 1_200;

/** The options object that a declared function, method or constructor takes, where the library declares it under a name. */
export function optionsOf(section: Candidate, search: OptionsSearch): TakenOptions | undefined {
  if (!isDeclarations(section.pageKind)) return undefined;
  const parameters = parametersOf(section);
  const full = optionsType.exec(parameters)?.[1];
  const last = full?.split('.').at(-1);
  if (full === undefined || last === undefined) return undefined;
  const found = declarationOf(full, section, search);
  const code = found === undefined ? undefined : declarationIn(firstFence(found.body), last);
  // An alias of another type says no option.
  if (found === undefined || code === undefined || !code.includes('{')) return undefined;
  // Of a declaration that is said together with others the others stay where they are.
  const isOwn = !isGroup(found);
  const name = isOwn ? found.heading : last;
  return { name, declaredIn: found.id, ...writeOut(found, code, isOwn ? search : undefined) };
}

/** What stands between the brackets of the first signature; empty where the section declares nothing that is called. */
function parametersOf({ heading, body }: Candidate): string {
  const name = (heading.split('.').at(-1) ?? '').replace(/[^\w$]/g, '');
  if (name === '') return '';
  const code = firstFence(body);
  const called = new RegExp(
    `(?:(?<![\\w$])${name.replaceAll('$', '\\$')}|\\bconstructor)\\??(?:<[^()]*>)?\\(`,
  );
  const at = called.exec(code);
  if (at === null) return '';
  let depth = 1;
  const from = at.index + at[0].length;
  let end = from;
  for (; end < code.length && depth > 0; end += 1) {
    if (code[end] === '(') depth += 1;
    else if (code[end] === ')') depth -= 1;
  }
  return `(${code.slice(from, end)}`;
}

/** "Options" alone is another type in each scope. */
const bareName = /^(?:options?|opts|config(?:uration)?|settings|params|parameters|init|props|args)$/i;

/** The section that declares what is meant: of this very name, or in the scope of the section, or in a group. */
function declarationOf(full: string, section: Candidate, search: OptionsSearch): Candidate | undefined {
  const scope = section.trail === '' ? section.heading : section.trail;
  const isBare = bareName.test(full);
  const nearest = (found: readonly Candidate[]): Candidate | undefined => {
    const others = found.filter(({ id }) => id !== section.id);
    return others.find(({ pageId }) => pageId === section.pageId) ?? others[0];
  };
  if (isBare) {
    const named = (name: string) => nearest(search.headed(name).filter(({ heading }) => heading === name));
    return named(`${scope}.${full}`) ?? named(full);
  }
  const headed = nearest(
    search.headed(full).filter(({ heading }) => heading === full || heading.endsWith(`.${full}`)),
  );
  if (headed !== undefined || full.includes('.')) return headed;
  return nearest(search.grouped(full).filter(isGroup));
}

/** The declaration with the options that have sections of their own put into it, as far as there is room. */
function writeOut(
  found: Candidate,
  code: string,
  search: OptionsSearch | undefined,
): Pick<TakenOptions, 'code' | 'sectionIds'> {
  const sectionIds = [found.id];
  const members: string[] = [];
  let chars = code.length;
  let next = search?.after(found);
  while (next !== undefined && (next.trail === found.heading || next.heading === found.heading)) {
    const member = inOneLine(next.body);
    chars += member.length;
    if (chars > maxChars) break;
    members.push(member);
    sectionIds.push(next.id);
    next = search?.after(next);
  }
  const end = code.lastIndexOf('}');
  if (chars > maxChars && members.length === 0) {
    return { code: `${beginningOf(code)}\n  // ...\n}`, sectionIds: [] };
  }
  if (end < 0 || members.length === 0) return { code, sectionIds: search === undefined ? [] : sectionIds };
  // The names of members that follow are in the head of their type.
  const head = withoutAlso(code.slice(0, end)).trimEnd();
  const more = chars > maxChars ? '\n  // ...' : '';
  return {
    code: `${head}\n${members.join('\n')}${more}\n}`,
    sectionIds: more === '' ? sectionIds : [],
  };
}

/** Whole lines from the beginning of a declaration that is too long, not ending inside a comment. */
function beginningOf(code: string): string {
  const cut = code.lastIndexOf('\n', maxChars);
  const kept = code.slice(0, cut > 0 ? cut : maxChars);
  const opened = kept.lastIndexOf('/*');
  return (opened > kept.lastIndexOf('*/') ? kept.slice(0, opened) : kept).trimEnd();
}

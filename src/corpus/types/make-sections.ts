import type { Section } from '../corpus.ts';
import { alsoMark } from '../is-undocumented.ts';
import { type BodyPiece, codeBody, maxCodeChars } from './code-body.ts';
import type { DocComments } from './doc-comments.ts';
import type { Declaration, Member } from './read-declarations.ts';
import { renderDoc } from './render-doc.ts';
import { signature } from './signature.ts';

/** A type of this size is one section, with what its comments say of its members left where it stands. */
const smallChars = 1_500;
/** Undocumented declarations and members are put together up to this size. */
const groupChars = 1_200;
/** Of hundreds of signatures of one function, made by a program, the first ones say what the others do. */
const maxOverloads = 12;

/** The heading of a group is a line: the others of its names stand in its code. */
const maxNames = 12;
const maxHeadingChars = 80;

/** About 60 tokens: of a longer list the beginning says what kind of members there are. */
const maxAlsoChars = 240;

type Undocumented = Pick<Declaration, 'name' | 'trail' | 'start'> & { readonly code: string };

export interface ParsedFile {
  readonly text: string;
  readonly comments: DocComments;
  readonly declarations: readonly Declaration[];
  /** The 1-based line of a place in the text. */
  readonly lineOf: (place: number) => number;
}

/**
 * Makes the sections of a file: one for each documented declaration, one for each documented member of a large one, and those
 * of undocumented exports together, under their names, at the end.
 */
export function makeSections(file: ParsedFile): readonly Section[] {
  const sections: Section[] = [];
  const undocumented: Undocumented[] = [];

  function push(heading: string, trail: string, start: number, pieces: readonly BodyPiece[]): void {
    const line = file.lineOf(start);
    for (const { body, tokens } of pieces)
      sections.push({ line, heading, trail, body, tokens, kind: 'code' });
  }

  function codeOf(span: { start: number; end: number }, doc: string | undefined, isBare = false): string {
    const inside = file.comments.within(span.start, span.end);
    const without = inside.filter(({ value }) => isBare || (doc !== undefined && isSameText(value, doc)));
    return signature(file.text, span.start, span.end, { without });
  }

  function addSet(set: readonly Declaration[]): void {
    const [first] = set;
    if (first === undefined) return;
    const docs = set.flatMap(({ doc }) => (doc === undefined ? [] : [renderDoc(doc)]));
    if (docs.some(({ isInternal }) => isInternal)) return;
    const doc = distinct(docs.map(({ text }) => text)).join('\n\n');
    const hasMemberDocs = first.members.some((member) => member.doc !== undefined);
    if (first.isPointer === true) {
      if (doc !== '') push(first.name, first.trail, first.start, codeBody('', doc));
    } else if (doc === '' && !hasMemberDocs) {
      if (!first.isExported) return;
      if (isTooLong(first)) addLarge(first, '');
      else for (const each of set) undocumented.push({ ...each, code: codeOf(each, undefined) });
    } else if (isTooLong(first) || (hasMemberDocs && set.some((each) => lengthOf(each) > smallChars))) {
      addLarge(first, doc);
    } else {
      const code = fewOf(set.map((each) => codeOf(each, each.doc))).join('\n');
      push(first.name, first.trail, first.start, codeBody(code, doc));
    }
  }

  function addLarge(declaration: Declaration, doc: string): void {
    const { name, trail, start, body, members } = declaration;
    const documented = overloads(members).flatMap((set) => readMember(set) ?? []);
    if (body === undefined) {
      push(name, trail, start, codeBody(codeOf(declaration, undefined, true), doc));
    } else {
      const head = codeOf({ start, end: body.start + 1 }, undefined, true);
      const plain = members.filter((member) => member.doc === undefined || member.name === undefined);
      const codes = overloads(plain).flatMap((set) =>
        fewOf(set.map((member) => codeOf(member, declaration.doc))),
      );
      const [group = '', ...more] = packCode(codes.map((code) => code.replace(/^/gm, '  ')));
      const inside = [group, alsoOf(documented.map((member) => member.name))].filter((part) => part !== '');
      push(name, trail, start, codeBody([head, ...inside, '}'].join('\n'), doc));
      for (const each of more) push(name, trail, start, codeBody(`${shortHead(head)}\n${each}\n}`, ''));
    }
    for (const member of documented)
      push(`${name}.${member.name}`, name, member.start, codeBody(member.code, member.doc));
  }

  /** A member that something is said about; undefined where that is none of the reader's business. */
  function readMember(set: readonly Member[]) {
    const [first] = set;
    const docs = set.flatMap(({ doc }) => (doc === undefined ? [] : [renderDoc(doc)]));
    if (first?.name === undefined || docs.length === 0 || docs.some(({ isInternal }) => isInternal))
      return undefined;
    const code = fewOf(set.map((member) => codeOf(member, member.doc))).join('\n');
    const doc = distinct(docs.map(({ text }) => text)).join('\n\n');
    return { name: first.name, start: first.start, code, doc };
  }

  for (const set of overloadSets(file.declarations)) addSet(set);
  for (const group of packUndocumented(undocumented)) {
    const [first] = group;
    const names = distinct(group.map(({ name }) => name));
    const code = group.map((each) => each.code).join('\n');
    if (first !== undefined)
      push(headingOf(names), names.length > 1 ? '' : first.trail, first.start, codeBody(code, ''));
  }
  return sections;
}

/** Signatures of one function that stand one after the other. */
function overloadSets(declarations: readonly Declaration[]): readonly (readonly Declaration[])[] {
  const sets: Declaration[][] = [];
  for (const each of declarations) {
    const last = sets.at(-1);
    const before = last?.[0];
    const isSame =
      before?.name === each.name && before.trail === each.trail && before.isFunction && each.isFunction;
    if (isSame) last?.push(each);
    else sets.push([each]);
  }
  return sets;
}

/** Signatures of one member, and those without a name, that stand one after the other. */
function overloads(members: readonly Member[]): readonly (readonly Member[])[] {
  const sets: Member[][] = [];
  for (const each of members) {
    const last = sets.at(-1);
    const before = last?.[0];
    const isSame = before?.name === each.name && before?.isMethod === true && each.isMethod;
    if (isSame) last?.push(each);
    else sets.push([each]);
  }
  return sets;
}

function fewOf(codes: readonly string[]): readonly string[] {
  if (codes.length <= maxOverloads) return codes;
  return [...codes.slice(0, maxOverloads), `// ... and ${codes.length - maxOverloads} more signatures`];
}

function lengthOf({ start, end }: Declaration): number {
  return end - start;
}

/** Whether a declaration is nothing but members and longer than a section may be. */
function isTooLong(declaration: Declaration): boolean {
  return declaration.body !== undefined && lengthOf(declaration) > maxCodeChars;
}

/** The head of a type as it stands over its further members: without what it extends and the long list of its parameters. */
function shortHead(head: string): string {
  const match = /\b(class|interface|enum|type|const|let|var)\s+([\w$]+)\s*(<)?/.exec(head);
  if (match === null) return head;
  const [, word = '', name, bracket] = match;
  const joint = word === 'type' ? ' =' : /^(?:class|interface|enum)$/.test(word) ? '' : ':';
  return `${word} ${name}${bracket === undefined ? '' : '<...>'}${joint} {`;
}

/** Members that have sections of their own, so that a type never looks as if it had none. */
function alsoOf(all: readonly string[]): string {
  const names = distinct(all);
  let line = '';
  for (const [index, name] of names.entries()) {
    if (line.length + name.length > maxAlsoChars) return `${line} and ${names.length - index} more`;
    line += line === '' ? `${alsoMark}${name}` : `, ${name}`;
  }
  return line;
}

function packCode(codes: readonly string[]): readonly string[] {
  const groups: string[] = [];
  for (const code of codes) {
    const last = groups.at(-1);
    if (last !== undefined && last.length + code.length < groupChars)
      groups[groups.length - 1] = `${last}\n${code}`;
    else groups.push(code);
  }
  return groups;
}

function packUndocumented(found: readonly Undocumented[]): readonly (readonly Undocumented[])[] {
  const groups: Undocumented[][] = [];
  let chars = 0;
  for (const each of found) {
    if (groups.length > 0 && chars + each.code.length < groupChars) {
      groups.at(-1)?.push(each);
      chars += each.code.length + 1;
    } else {
      groups.push([each]);
      chars = each.code.length;
    }
  }
  return groups;
}

/** The names of what stands together, as many as a heading has room for. */
function headingOf(names: readonly string[]): string {
  let heading = '';
  for (const [index, name] of names.entries()) {
    if (heading !== '' && (index >= maxNames || heading.length + name.length > maxHeadingChars))
      return `${heading}, ...`;
    heading += heading === '' ? name : `, ${name}`;
  }
  return heading;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text !== '');
}

/** Whether two comments are the same but for white space and asterisks: a copy is often indented in another way. */
function isSameText(a: string, b: string): boolean {
  let left = nextOf(a, 0);
  let right = nextOf(b, 0);
  while (left < a.length && right < b.length) {
    if (a.charCodeAt(left) !== b.charCodeAt(right)) return false;
    left = nextOf(a, left + 1);
    right = nextOf(b, right + 1);
  }
  return left >= a.length && right >= b.length;
}

/** The next place of a comment that is neither white space nor an asterisk. */
function nextOf(comment: string, from: number): number {
  let at = from;
  while (at < comment.length && (comment.charCodeAt(at) <= 32 || comment.charCodeAt(at) === 42)) at += 1;
  return at;
}

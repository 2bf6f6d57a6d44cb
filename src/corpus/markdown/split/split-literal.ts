import { countTokens } from '../../count-tokens.ts';
import type { Block } from '../read-blocks.ts';
import { isShort, maxCodeTokens, type SplitLimits } from './is-short.ts';

const scripts = /^ {0,3}(`{3,}|~{3,}) ?(?:(?:js|jsx|ts|tsx|json|jsonc|json5|javascript|typescript)\b.*)?$/i;

/** What is longer, or has longer lines, is generated: nobody wrote options like that. */
const maxChars = 40_000;
const maxLineChars = 1_000;

/**
 * Cuts a code block that is one long object, array or interface (all options of a request, say) between its members where
 * blank lines part them, each part with the first and the last line of the whole. Undefined for a block of anything else,
 * which nobody can cut without breaking it, and where its first lines are too long to repeat or its members too long to keep.
 */
export function splitLiteral(block: Block, limits: SplitLimits): readonly Block[] | undefined {
  if (block.text.length > maxChars) return undefined;
  const lines = block.text.split('\n');
  const [open = '', ...inside] = lines;
  const close = inside.pop() ?? '';
  const fence = scripts.exec(open)?.[1];
  if (fence === undefined || close.trim() !== fence) return undefined;
  const literal = readLiteral(inside);
  if (literal === undefined || literal.groups.length < 2) return undefined;
  const { head, groups, tail } = literal;
  if ([open, ...head, ...tail, close].join('\n').length >= limits.maxChars / 4) return undefined;
  const parts: Block[] = [];
  let from = 0;
  const textOf = (to: number): string => {
    const members = groups
      .slice(from, to)
      .flatMap(({ lines }, index) => (index === 0 ? lines : ['', ...lines]));
    const before = from === 0 ? [] : [`${indentOf(members)}// ...`];
    const after = to === groups.length ? [] : [`${indentOf(members)}// ...`];
    return [open, ...head, ...before, ...members, ...after, ...tail, close].join('\n');
  };
  for (let to = 1; to <= groups.length; to += 1) {
    if (to < groups.length && isShort(textOf(to + 1), limits)) continue;
    const line = from === 0 ? block.line : block.line + 1 + (groups[from]?.at ?? 0);
    parts.push({ ...block, text: textOf(to), line });
    from = to;
  }
  return parts.some(({ text }) => countTokens(text) > maxCodeTokens) ? undefined : parts;
}

interface Literal {
  readonly head: readonly string[];
  readonly groups: readonly { readonly at: number; readonly lines: readonly string[] }[];
  readonly tail: readonly string[];
}

/** The members of a literal in groups between blank lines; undefined where the lines hold more or less than one literal. */
function readLiteral(lines: readonly string[]): Literal | undefined {
  const groups: { at: number; lines: string[] }[] = [];
  const measure = createMeter();
  let depth = 0;
  let ofMembers = 0;
  let first = -1;
  let last = -1;
  let isApart = true;
  for (const [at, line] of lines.entries()) {
    if (line.length > maxLineChars) return undefined;
    const before = depth;
    const measured = measure(line);
    if (measured === undefined || measured.depth < 0) return undefined;
    depth = measured.depth;
    if (before === 0 && depth === 0 && line.trim() !== '' && !/^\s*\/\//.test(line)) return undefined;
    if (before === 0 && depth > 0) {
      if (first >= 0) return undefined;
      first = at;
      ofMembers = depth;
    } else if (before > 0 && depth === 0) {
      last = at;
    } else if (before > 0 && line.trim() === '' && !measured.isComment && before === ofMembers) {
      isApart = true;
    } else if (before > 0) {
      if (isApart) groups.push({ at, lines: [] });
      groups.at(-1)?.lines.push(line);
      isApart = false;
    }
  }
  if (last < 0) return undefined;
  return { head: lines.slice(0, first + 1), groups, tail: lines.slice(last) };
}

interface Measured {
  /** How many brackets are open, strings and comments left out. */
  readonly depth: number;
  /** Whether a comment goes on in the next line. */
  readonly isComment: boolean;
}

/** Measures line after line; undefined for one with a back-tick that it does not close. */
function createMeter(): (line: string) => Measured | undefined {
  let depth = 0;
  let isComment = false;
  return (line) => {
    let text = line;
    if (isComment) {
      const end = text.indexOf('*/');
      if (end < 0) return { depth, isComment };
      text = text.slice(end + 2);
      isComment = false;
    }
    text = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\*.*?\*\/|\/\/.*$/g, '');
    const opened = text.indexOf('/*');
    if (opened >= 0) {
      isComment = true;
      text = text.slice(0, opened);
    }
    if (text.includes('`')) return undefined;
    for (const char of text) {
      if (char === '{' || char === '[' || char === '(') depth += 1;
      else if (char === '}' || char === ']' || char === ')') depth -= 1;
    }
    return { depth, isComment };
  };
}

function indentOf(lines: readonly string[]): string {
  return /^\s*/.exec(lines[0] ?? '')?.[0] ?? '';
}

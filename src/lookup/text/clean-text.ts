import { dropHidden } from '../../markup/drop-hidden.ts';
import { dropLinkDefinitions } from './drop-link-definitions.ts';
import { isInvisible, stripInvisible } from './strip-invisible.ts';

/** Snippets are separated by a line of 32 hyphens, so no line of docs may be one. */
export const separator = '-'.repeat(32);

/**
 * Makes Markdown from outside fit to be shown to a person and a model: nothing invisible, no HTML comments, no hidden
 * elements, no images, no link definitions in prose; fence labels cut to one plain word; code keeps its bytes but for the
 * invisible ones. Linear in its input.
 */
export function cleanText(markdown: string): string {
  // At once, because a hidden element may run over fences.
  const lines = dropHidden(stripInvisible(markdown)).split('\n');
  const cleaned: string[] = [];
  let prose: string[] = [];
  const close = () => {
    // Not spread into one push: a call with some 100,000 arguments overflows the stack.
    for (const line of cleanProse(prose)) cleaned.push(line);
    prose = [];
  };
  let fence: string | undefined;
  for (const line of lines) {
    if (fence !== undefined) {
      if (closesFence(line, fence)) fence = undefined;
      cleaned.push(line);
      continue;
    }
    const opening = /^( {0,3}|\s*(?:[-*+]|\d{1,9}[.)])\s+|\s+)(`{3,}|~{3,})([^\n]*)$/.exec(line);
    if (opening === null || (opening[2]?.startsWith('`') && opening[3]?.includes('`'))) {
      prose.push(line);
      continue;
    }
    close();
    fence = opening[2] ?? '';
    cleaned.push(`${opening[1]}${fence}${plainLabel(opening[3] ?? '')}`);
  }
  close();
  return trimBlankLines(
    cleaned.map((line) => (line.trimEnd() === separator ? line.slice(1) : line)).join('\n'),
  );
}

/** Cleans text that has to stay on one line (titles, descriptions, places) and caps its length in characters. */
export function cleanInline(text: string, maxLength = 300): string {
  const flat = cleanProse(stripInvisible(text.slice(0, maxLength * 4)).split('\n'))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  return flat.length > maxLength ? `${flat.slice(0, maxLength - 3).trimEnd()}...` : flat;
}

function closesFence(line: string, fence: string): boolean {
  const trimmed = line.trim();
  return trimmed.length >= fence.length && trimmed === (fence[0] ?? '').repeat(trimmed.length);
}

function plainLabel(info: string): string {
  return /^\s*([\w+#.-]{1,48})(?=[\s{:,]|$)/.exec(info)?.[1] ?? '';
}

function cleanProse(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  let text = lines.join('\n');
  if (text.includes('&'))
    text = untilStable(text, dropInvisibleReferences, (rest) => rest.replaceAll('&#', ''));
  if (text.includes('<')) text = untilStable(text, dropHidden, (rest) => rest.replaceAll('<', '&lt;'));
  if (text.includes('![')) text = untilStable(text, dropImages, (rest) => rest.replaceAll('![', '['));
  return dropLinkDefinitions(text.split('\n')).map((line) => line.trimEnd());
}

/** How often a rule is applied again, because what it removed can leave a new match behind (`<scr<script>ipt>`). */
const maxRounds = 4;

/** Applies a rule until it changes nothing; text nested deeper than that is hostile and is disarmed as a whole. */
function untilStable(text: string, rule: (text: string) => string, disarm: (text: string) => string): string {
  let before = text;
  for (let round = 0; round < maxRounds; round++) {
    const after = rule(before);
    if (after === before) return after;
    before = after;
  }
  return rule(before) === before ? before : disarm(before);
}

function dropImages(text: string): string {
  return text.replace(/!\[([^\]\n]{0,300})\](?:\([^)\n]{0,2000}\)|\[[^\]\n]{0,300}\])/g, '$1');
}

/** Numeric character references that stand for invisible characters go; the visible ones stay as they are written. */
function dropInvisibleReferences(text: string): string {
  return text
    .replace(/&#(x[0-9a-f]{1,6}|\d{1,7});/gi, (reference, digits: string) => {
      const codePoint =
        digits.startsWith('x') || digits.startsWith('X')
          ? Number.parseInt(digits.slice(1), 16)
          : Number(digits);
      return isInvisible(codePoint) ? '' : reference;
    })
    .replace(
      /&(?:ZeroWidthSpace|NoBreak|shy|zwj|zwnj|lrm|rlm|InvisibleTimes|InvisibleComma|ApplyFunction|af|ic|it);/g,
      '',
    );
}

function trimBlankLines(text: string): string {
  return text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
}

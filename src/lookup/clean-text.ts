import { isInvisible, stripInvisible } from './strip-invisible.ts';

/** Snippets are separated by a line of 32 hyphens, so no line of docs may be one. */
export const separator = '-'.repeat(32);

/**
 * Makes Markdown from outside fit to be shown to a person and a model: nothing invisible, no HTML comments, no hidden
 * elements, no images, no link definitions in prose; fence labels cut to one plain word; code keeps its bytes but for the
 * invisible ones. Linear in its input.
 */
export function cleanText(markdown: string): string {
  const lines = stripInvisible(markdown).split('\n');
  const cleaned: string[] = [];
  let prose: string[] = [];
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
    cleaned.push(...cleanProse(prose));
    prose = [];
    fence = opening[2] ?? '';
    cleaned.push(`${opening[1]}${fence}${plainLabel(opening[3] ?? '')}`);
  }
  cleaned.push(...cleanProse(prose));
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
  if (text.includes('&')) text = dropInvisibleReferences(text);
  if (text.includes('<')) text = dropHiddenMarkup(text);
  if (text.includes('!['))
    text = text.replace(/!\[([^\]\n]{0,300})\](?:\([^)\n]{0,2000}\)|\[[^\]\n]{0,300}\])/g, '$1');
  return text
    .split('\n')
    .filter((line) => !/^ {0,3}\[[^\]\n]{1,300}\]:\s/.test(line))
    .map((line) => line.trimEnd());
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

const hiddenElements = new Set(['script', 'style', 'template', 'noscript', 'head']);
const hidingAttribute = /\shidden(?=[\s=/]|$)|display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden/i;

/** Drops comments, images, and elements that a browser would not show with what is inside them; inline code stays whole. */
function dropHiddenMarkup(text: string): string {
  const lowered = text.toLowerCase();
  const kept: string[] = [];
  let position = 0;
  for (const found of text.matchAll(/[<`]/g)) {
    if (found.index < position) continue;
    kept.push(text.slice(position, found.index));
    const { keptText, next } =
      found[0] === '`' ? codeSpanAt(text, found.index) : markupAt(text, lowered, found.index);
    kept.push(keptText);
    position = next;
  }
  kept.push(text.slice(position));
  return kept.join('');
}

interface Step {
  readonly keptText: string;
  readonly next: number;
}

/** How far a closing mark is looked for: keeps the scan linear on text made of opening marks. */
const maxSpan = 4_000;

function codeSpanAt(text: string, open: number): Step {
  const run = /^`+/.exec(text.slice(open, open + 64))?.[0] ?? '`';
  const window = text.slice(open + run.length, open + maxSpan);
  const close = new RegExp(`(?<!\`)${run}(?!\`)`).exec(window);
  const next = close === null ? open + run.length : open + run.length + close.index + run.length;
  return { keptText: text.slice(open, next), next };
}

function markupAt(text: string, lowered: string, open: number): Step {
  if (text.startsWith('<!--', open)) {
    const close = text.indexOf('-->', open + 4);
    const paragraphEnd = text.indexOf('\n\n', open);
    return { keptText: '', next: close >= 0 ? close + 3 : paragraphEnd >= 0 ? paragraphEnd : text.length };
  }
  const tag = /^<([a-z][\w-]{0,40})((?:\s[^<>]{0,2000})?)>/i.exec(text.slice(open, open + 2_100));
  const name = tag?.[1]?.toLowerCase();
  if (tag === null || name === undefined) return { keptText: '<', next: open + 1 };
  const end = open + tag[0].length;
  if (name === 'img' || name === 'source') return { keptText: '', next: end };
  const attributes = tag[2] ?? '';
  if (!hiddenElements.has(name) && !hidingAttribute.test(attributes)) return { keptText: tag[0], next: end };
  const closing = attributes.endsWith('/') ? -1 : lowered.indexOf(`</${name}>`, end);
  return { keptText: '', next: closing < 0 ? end : closing + name.length + 3 };
}

function trimBlankLines(text: string): string {
  return text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
}

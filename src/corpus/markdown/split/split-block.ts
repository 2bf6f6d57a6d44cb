import { followFence } from '../../../markup/fences.ts';
import { countTokens } from '../../count-tokens.ts';
import type { Block } from '../read-blocks.ts';
import { isShort, maxCodeTokens, type SplitLimits } from './is-short.ts';
import { splitLiteral } from './split-literal.ts';

/** What stands further below announces nothing. */
const maxBlanksAfterAnnouncement = 2;

/** Cuts a block that is too long for one section: a table by rows, a list by items, prose by lines; code is kept whole unless it is one long literal. */
export function splitBlock(block: Block, limits: SplitLimits): readonly Block[] {
  if (isShort(block.text, limits)) return [block];
  switch (block.type) {
    case 'code':
      return countTokens(block.text) > limits.maxTokens
        ? (splitLiteral(block, limits) ?? [cutCode(block)])
        : [cutCode(block)];
    case 'table':
      return splitTable(block, limits);
    case 'list':
      return pack(block, itemsOf(block.text), limits);
    default:
      return pack(block, block.text.split('\n'), limits);
  }
}

function cutCode(block: Block): Block {
  if (block.text.length < maxCodeTokens * 2 || countTokens(block.text) <= maxCodeTokens) return block;
  const lines = block.text.split('\n');
  const fence = /^\s*(`{3,}|~{3,})/.exec(lines[0] ?? '')?.[1];
  const kept: string[] = [];
  let tokens = 0;
  for (const line of lines) {
    const text = line.slice(0, 4_000);
    tokens += countTokens(text) + 1;
    if (tokens > maxCodeTokens) break;
    kept.push(text);
  }
  const left = lines.length - kept.length;
  const end = fence === undefined ? '' : `\n${fence}`;
  return { ...block, text: `${kept.join('\n')}${end}\n\n(The code block goes on for ${left} more lines.)` };
}

function splitTable(block: Block, limits: SplitLimits): readonly Block[] {
  const [head = '', rule = '', ...rows] = block.text.split('\n');
  const header = `${head}\n${rule}`;
  if (header.length > limits.maxChars / 2) return pack(block, block.text.split('\n'), limits);
  const room = {
    maxChars: limits.maxChars - header.length,
    maxTokens: limits.maxTokens - countTokens(header),
  };
  const rowBlock: Block = { ...block, type: 'text', line: block.line + 2 };
  return pack(rowBlock, rows, room).map((part, index) => ({
    ...block,
    line: index === 0 ? block.line : part.line,
    text: `${header}\n${part.text}`,
  }));
}

/** The list's own items, each with what is nested in it; a list of one item falls into what that item holds. */
function itemsOf(text: string): readonly string[] {
  const items: string[] = [];
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const startsItem = fence === undefined && /^ {0,1}(?:[-*+]|\d{1,9}[.)])\s/.test(line);
    if (startsItem || items.length === 0) items.push(line);
    else items[items.length - 1] += `\n${line}`;
    fence = followFence(line, fence);
  }
  return items;
}

/** Joins parts up to the limits. A part that is itself too long is cut at its blank lines, then lines, then anywhere. */
function pack(block: Block, parts: readonly string[], limits: SplitLimits): readonly Block[] {
  const out: Block[] = [];
  let line = block.line;
  let open = '';
  let openLine = line;
  for (const part of parts.flatMap((whole) => (isShort(whole, limits) ? [whole] : cutText(whole, limits)))) {
    const joined = open === '' ? part : `${open}\n${part}`;
    if (open !== '' && !isShort(joined, limits)) {
      out.push({ ...block, text: open.trimEnd(), line: openLine });
      open = part;
      openLine = line;
    } else {
      open = joined;
    }
    line += part.split('\n').length;
  }
  if (open.trim() !== '') out.push({ ...block, text: open.trimEnd(), line: openLine });
  return out;
}

/** Cuts text between lines, never inside a fence; a single line over the limits is cut between characters. */
function cutText(text: string, limits: SplitLimits): readonly string[] {
  const parts: string[] = [];
  let open: string[] = [];
  let chars = 0;
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const before = fence;
    fence = followFence(line, fence);
    const startsFence = before === undefined && fence !== undefined;
    const isFull =
      chars + line.length > limits.maxChars * 0.75 || (line.trim() === '' && chars > limits.maxChars / 2);
    if (before === undefined && open.length > 0 && (isFull || startsFence)) {
      const left = announcementOf(open);
      if (left.length < open.length) parts.push(open.slice(0, open.length - left.length).join('\n'));
      open = left;
      chars = left.reduce((sum, each) => sum + each.length + 1, 0);
    }
    if (before === undefined && !startsFence && line.length > limits.maxChars / 2) {
      parts.push(...cutLine(line, limits));
      continue;
    }
    open.push(line);
    chars += line.length + 1;
  }
  if (open.length > 0) parts.push(open.join('\n'));
  return parts.map((part) => cutFenced(part, limits));
}

/** The last of some lines, with up to two blank ones after it, where it announces what follows: "as in this example:". */
function announcementOf(lines: readonly string[]): string[] {
  const at = lines.findLastIndex((line) => line.trim() !== '');
  const blanks = lines.length - 1 - at;
  if (blanks > maxBlanksAfterAnnouncement) return [];
  const last = lines[at]?.trimEnd() ?? '';
  return last.length < 300 && last.endsWith(':') ? lines.slice(at) : [];
}

/** A fence inside a list item is held to the same limit as one of its own. */
function cutFenced(part: string, limits: SplitLimits): string {
  if (isShort(part, limits)) return part;
  return cutCode({ type: 'code', text: part, line: 0, depth: 0 }).text;
}

function cutLine(line: string, { maxChars, maxTokens }: SplitLimits): readonly string[] {
  const size = Math.max(100, Math.min(Math.floor(maxChars / 2), Math.floor(maxTokens / 2)));
  const parts: string[] = [];
  for (let from = 0; from < line.length; ) {
    let to = Math.min(line.length, from + size);
    const space = line.lastIndexOf(' ', to);
    if (to < line.length && space > from + size / 2) to = space + 1;
    parts.push(line.slice(from, to));
    from = to;
  }
  return parts;
}

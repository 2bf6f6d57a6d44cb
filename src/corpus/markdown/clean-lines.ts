import { cleanInline } from './clean-inline.ts';
import { readComponentTag } from './component-text.ts';
import { limitNesting } from './limit-nesting.ts';
import { plainHeading } from './plain-heading.ts';

/** Lines of a page with what is not for readers taken out, each with the 1-based number it has in the file. */
export interface CleanLines {
  readonly text: readonly string[];
  readonly numbers: readonly number[];
}

const fenceStart = /^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})(.*)$/;
const moduleLine =
  /^(?:import\s+(?:[\w*{$][^;]*\sfrom\s+)?['"][^'"]+['"];?|export\s+(?:default|const|let|var|function|async|class)\b.*)\s*$/;
const openModuleLine =
  /^(?:import\s+(?:type\s+)?[\w*{$][^'"]*|export\s+(?:default|const|let|var|function|async|class)\b.*)$/;

/**
 * Takes comments, MDX modules, component and HTML tags and images out of a page, outside fences only, and turns HTML
 * headings and admonitions into Markdown. Keeps each line's number, so that a source line is that of the file.
 */
export function cleanLines(
  lines: readonly string[],
  options: { readonly mdx: boolean; readonly from: number },
): CleanLines {
  const text: string[] = [];
  const numbers: number[] = [];
  const lastCommentEnd = lines.findLastIndex((line) => line.includes('-->'));
  let fence: string | undefined;
  let tagsMayEnd = true;

  function push(line: string, index: number): void {
    text.push(limitNesting(line));
    numbers.push(index + 1);
  }

  for (let index = options.from; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (fence !== undefined) {
      push(line, index);
      if (endsFence(line, fence)) fence = undefined;
      continue;
    }
    fence = startsFence(line);
    if (fence !== undefined) {
      push(line, index);
      continue;
    }
    if (line.includes('<!--') && index <= lastCommentEnd) {
      const end = endOfComment(lines, index);
      push(cleanInline(`${line.slice(0, line.indexOf('<!--'))}${end.rest}`, options), index);
      index = end.line;
      continue;
    }
    if (
      /^(?:import|export)\s/.test(line) &&
      (moduleLine.test(line) || (options.mdx && openModuleLine.test(line)))
    ) {
      // MDX ends a module block at the next blank line; in plain Markdown only the one line is known to be code.
      if (options.mdx) while (index + 1 < lines.length && lines[index + 1]?.trim() !== '') index += 1;
      continue;
    }
    if (/^\s*<h[1-6](?:[\s>]|$)/i.test(line)) {
      const heading = readHtmlHeading(lines, index);
      if (heading !== undefined) {
        if (heading.markdown !== '') push(heading.markdown, index);
        index = heading.endLine;
        continue;
      }
    }
    if (tagsMayEnd && /^\s*<[A-Z]/.test(line)) {
      const tag = readComponentTag(lines, index);
      if (tag !== undefined) {
        for (const said of tag.lines) push(said.text, said.line);
        if (tag.lines.length > 0) push('', tag.endLine);
        if (tag.rest.trim() !== '') push(cleanInline(tag.rest, options).trimStart(), tag.endLine);
        index = tag.endLine;
        continue;
      }
      // Looking for the end of each of many unclosed tags would be quadratic; one that reached the limit is enough.
      if (!line.includes('>')) tagsMayEnd = false;
    }
    const clean = cleanAdmonition(cleanInline(line, options));
    if (clean.trim() === '' && line.trim() !== '' && (text.at(-1) ?? '') === '') continue;
    push(clean.trim() === '' ? '' : clean, index);
  }
  return { text, numbers };
}

function startsFence(line: string): string | undefined {
  if (!line.includes('```') && !line.includes('~~~')) return undefined;
  const match = fenceStart.exec(line);
  if (match?.[1] === undefined) return undefined;
  // A back-tick in the info string makes it a code span: ```like this```.
  return match[1].startsWith('`') && match[2]?.includes('`') ? undefined : match[1];
}

function endsFence(line: string, fence: string): boolean {
  const text = line.replace(/^[\s>]+/, '').trimEnd();
  return text.length >= fence.length && text === (fence[0] ?? '').repeat(text.length);
}

function endOfComment(lines: readonly string[], from: number): { line: number; rest: string } {
  let at = (lines[from] ?? '').indexOf('<!--') + 4;
  for (let line = from; line < lines.length; line += 1) {
    const end = (lines[line] ?? '').indexOf('-->', at);
    if (end >= 0) return { line, rest: (lines[line] ?? '').slice(end + 3) };
    at = 0;
  }
  return { line: lines.length - 1, rest: '' };
}

/** READMEs centre their title with HTML, often over a few lines. */
function readHtmlHeading(
  lines: readonly string[],
  from: number,
): { markdown: string; endLine: number } | undefined {
  const block = lines.slice(from, from + 8);
  const end = block.findIndex((line) => /<\/h[1-6]>/i.test(line));
  if (end < 0) return undefined;
  const html = block.slice(0, end + 1).join(' ');
  const depth = Number(/<h([1-6])/i.exec(html)?.[1] ?? '1');
  const title = plainHeading(cleanInline(html.replace(/<img\s[^<>]*>/gi, ''), { mdx: false }));
  return { markdown: title === '' ? '' : `${'#'.repeat(depth)} ${title}`, endLine: from + end };
}

const callout = /^(\s*(?:>\s*)?)(?:\[!(\w+)\]|:::+\s*(\w+)?\s*(?:\{[^{}]*\})?)\s*(.*)$/;

/** `:::tip Title` and `> [!NOTE]` become a bold word; a closing `:::` goes. */
function cleanAdmonition(line: string): string {
  if (!line.includes(':::') && !line.includes('[!')) return line;
  const match = callout.exec(line);
  if (match === null) return line;
  const word = match[2] ?? match[3];
  if (word === undefined) return '';
  const label = word[0]?.toUpperCase() + word.slice(1).toLowerCase();
  return `${match[1] ?? ''}**${label}:** ${match[4] ?? ''}`.trimEnd();
}

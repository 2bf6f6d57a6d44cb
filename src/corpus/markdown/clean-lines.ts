import { dropHiddenLines, type NumberedLines } from '../../markup/drop-hidden.ts';
import { endsFence, startsFence } from '../../markup/fences.ts';
import { cleanInline } from './clean-inline.ts';
import { readComponentTag } from './component-text.ts';
import { limitNesting } from './limit-nesting.ts';
import { plainHeading } from './plain-heading.ts';

const moduleLine =
  /^(?:import\s+(?:[\w*{$][^;]*\sfrom\s+)?['"][^'"]+['"];?|export\s+(?:default|const|let|var|function|async|class)\b.*)\s*$/;
const openModuleLine =
  /^(?:import\s+(?:type\s+)?[\w*{$][^'"]*|export\s+(?:default|const|let|var|function|async|class)\b.*)$/;

/**
 * Takes comments, hidden elements, MDX modules, component and HTML tags and images out of a page, outside fences only, and
 * turns HTML headings and admonitions into Markdown. Keeps each line's number, so that a source line is that of the file.
 */
export function cleanLines(
  file: readonly string[],
  options: { readonly mdx: boolean; readonly from: number },
): NumberedLines {
  const text: string[] = [];
  const numbers: number[] = [];
  // First of all, while the tags are there that say what is hidden.
  const { text: lines, numbers: fileNumbers } = dropHiddenLines(file, options.from);
  let fence: string | undefined;
  let tagsMayEnd = true;

  function push(line: string, index: number): void {
    text.push(limitNesting(line));
    numbers.push(fileNumbers[index] ?? 1);
  }

  for (let index = 0; index < lines.length; index += 1) {
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

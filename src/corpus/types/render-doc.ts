import { followFence } from '../../markup/fences.ts';

/** What is said about a declaration, apart from its signature. */
export interface RenderedDoc {
  /** Markdown; empty where the comment says nothing to a reader. */
  readonly text: string;
  /** Marked as none of the reader's business. */
  readonly isInternal: boolean;
}

/** Tags that organise a website, or repeat what the signature says. */
const dropped = new Set(
  `abstract access alias alpha async author beta category class constant constructor copyright enum event export exports
  external file fileoverview function global group hidden ignore implements import inheritdoc inner instance interface
  internal kind lends license member memberof memberof! method mixin module name namespace nosubgrouping override
  packagedocumentation preserve private property protected public readonly requires sealed since source static stability
  subcategory suppress tsexample type typedef var variation version virtual`.split(/\s+/),
);
const prose = new Set([
  'remarks',
  'description',
  'desc',
  'summary',
  'overview',
  'classdesc',
  'note',
  'privateremarks',
]);
/** What a file says about itself. */
const ownProse = new Set(['packagedocumentation', 'fileoverview', 'file', 'overview']);
const titles: Readonly<Record<string, string>> = {
  throws: 'Throws',
  throw: 'Throws',
  exception: 'Throws',
  see: 'See',
  link: 'See',
  todo: 'To do',
};

/** Turns the inside of a doc comment (from its second asterisk on) into Markdown. Linear in the comment. */
export function renderDoc(comment: string): RenderedDoc {
  const blocks = readBlocks(comment);
  const parts: string[] = [];
  let isInternal = false;
  let wasListed = false;
  for (const { tag, text } of blocks) {
    if (tag === 'internal' || tag === 'hidden' || tag === 'private') isInternal = true;
    const rendered = withinSection(renderBlock(tag, text));
    if (rendered === '' || parts.includes(rendered)) continue;
    const isListed = rendered.startsWith('- ');
    if (isListed && wasListed) parts[parts.length - 1] += `\n${rendered}`;
    else parts.push(rendered);
    wasListed = isListed;
  }
  return { text: parts.join('\n\n'), isInternal };
}

/** Headings inside a section would look like sections of their own, and comments of HTML are for programs. */
function withinSection(text: string): string {
  if (!/^#{1,6} |<!--/m.test(text)) return text;
  const lines: string[] = [];
  let marks: string | undefined;
  for (const line of text.split('\n')) {
    const wasInFence = marks !== undefined;
    marks = followFence(line, marks);
    if (wasInFence || marks !== undefined) {
      lines.push(line);
      continue;
    }
    const said = withoutHtmlComments(line).replace(/^#{1,6} +(\S.*)$/, '**$1**');
    // A comment alone leaves no second blank line.
    if (said.trim() !== '' || (line.trim() === '' && lines.at(-1)?.trim() !== '')) lines.push(said);
  }
  return trimLines(lines);
}

function withoutHtmlComments(line: string): string {
  let kept = '';
  let from = 0;
  for (let at = line.indexOf('<!--'); at >= 0; at = line.indexOf('<!--', from)) {
    const end = line.indexOf('-->', at);
    if (end < 0) break;
    kept += line.slice(from, at);
    from = end + 3;
  }
  return kept + line.slice(from);
}

interface TagBlock {
  /** In lower case; undefined for what stands before the first tag. */
  readonly tag: string | undefined;
  readonly text: string;
}

function readBlocks(comment: string): readonly TagBlock[] {
  const blocks: { tag: string | undefined; lines: string[] }[] = [{ tag: undefined, lines: [] }];
  let marks: string | undefined;
  for (const line of stripAsterisks(comment)) {
    const match = marks !== undefined ? null : /^\s{0,3}@([a-zA-Z][\w-]*!?)(?![\w/.])[ \t]*/.exec(line);
    marks = followFence(line, marks);
    if (match === null) blocks.at(-1)?.lines.push(line);
    else blocks.push(openBlock(`${match[1]}`.toLowerCase(), line.slice(match[0].length)));
  }
  return blocks.map(({ tag, lines }) => ({ tag, text: trimLines(lines) }));
}

/** Many write what a module is for in the lines below `@module`, whose own line is only its name. */
function openBlock(tag: string, text: string): { tag: string | undefined; lines: string[] } {
  if (tag === 'module') return { tag: undefined, lines: [] };
  return { tag: ownProse.has(tag) ? undefined : tag, lines: [text] };
}

function stripAsterisks(comment: string): readonly string[] {
  return comment
    .slice(1)
    .split('\n')
    .map((line, index) =>
      (index === 0 ? line.replace(/^ /, '') : line.replace(/^[ \t]*\*? ?/, '')).trimEnd(),
    );
}

function trimLines(lines: readonly string[]): string {
  let from = 0;
  let to = lines.length;
  while (from < to && lines[from]?.trim() === '') from += 1;
  while (to > from && lines[to - 1]?.trim() === '') to -= 1;
  return lines.slice(from, to).join('\n');
}

function renderBlock(tag: string | undefined, raw: string): string {
  if (tag === undefined || prose.has(tag)) return tag === 'privateremarks' ? '' : inline(raw);
  if (tag === 'example') return renderExample(raw);
  if (dropped.has(tag)) return '';
  const text = inline(raw);
  switch (tag) {
    case 'param':
    case 'params':
    case 'arg':
    case 'argument':
    case 'typeparam':
    case 'template':
    case 'prop':
      return renderParameter(text);
    case 'returns':
    case 'return': {
      const said = text.replace(typeInBraces, '');
      return said === '' ? '' : `Returns: ${said}`;
    }
    case 'deprecated':
      return text === '' ? '**Deprecated.**' : `**Deprecated.** ${text}`;
    case 'default':
    case 'defaultvalue':
      return text === '' ? '' : `Default: ${asCode(text)}`;
    case 'experimental':
      return text === '' ? 'Experimental.' : `Experimental: ${text}`;
  }
  if (text === '') return '';
  return `${titles[tag] ?? `${tag.charAt(0).toUpperCase()}${tag.slice(1)}`}: ${text}`;
}

/** JSDoc's `{type}` before a text, with one level of braces inside. */
const typeInBraces = /^\{(?:[^{}]|\{[^{}]*\})*\}\s*/;

/** `{type} [name=default] - text`; types in braces are JSDoc's, and the signature has them. */
function renderParameter(text: string): string {
  const match = /^(?:\{[^{}]*\}\s*)?\[?([\w$.]+)(?:=[^\]\n]*)?\]?\s*(?:[-:\u2013\u2014]\s*)?/.exec(text);
  if (match === null) return text === '' ? '' : `- ${text}`;
  const said = text.slice(match[0].length).trim();
  return said === '' ? '' : `- \`${match[1]}\`: ${said.replace(/\n(?=\S)/g, '\n  ')}`;
}

function renderExample(text: string): string {
  const titled = /^<caption>([^<]*)<\/caption>\s*/.exec(text);
  const body = titled === null ? text : text.slice(titled[0].length);
  const title = titled === null ? '' : `${titled[1]}\n\n`;
  if (body === '') return '';
  if (/^\s*(?:```|~~~)/m.test(body)) return `${title}${inline(body)}`;
  return `${title}${fence(body)}`;
}

function asCode(text: string): string {
  return text.includes('`') || text.includes('\n') || text.length > 80 ? text : `\`${text}\``;
}

/** `{@link Foo}`, `{@link Foo | text}`, `{@link https://... text}`; other inline tags are markers and go. */
function inline(text: string): string {
  if (!text.includes('{@')) return text;
  return text.replace(
    /\{@(\w+)[ \t\n]*([^{}\s|]*)[ \t\n]*\|?[ \t\n]*([^{}]*)\}/g,
    (_whole, tag: string, target: string, label: string) => {
      if (!/^(?:link\w*|see|code|tutorial)$/.test(tag)) return '';
      if (tag === 'code') return `\`${`${target} ${label}`.trim()}\``;
      const said = label.trim();
      if (/^https?:/.test(target)) return said === '' ? target : `[${said}](${target})`;
      return said === '' ? `\`${target}\`` : said;
    },
  );
}

/** Puts code into a fence that is longer than any inside it. */
export function fence(code: string, language = 'ts'): string {
  let marks = '```';
  while (code.includes(marks)) marks += '`';
  return `${marks}${language}\n${code}\n${marks}`;
}

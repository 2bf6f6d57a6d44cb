import { dropHidden } from '../../markup/drop-hidden.ts';
import type { Section } from '../corpus.ts';
import { isProjectNote } from '../side-matter.ts';
import { cleanLines } from './clean-lines.ts';
import { isLinkList } from './is-link-list.ts';
import { packBlocks } from './pack-blocks.ts';
import { plainHeading } from './plain-heading.ts';
import { type Block, readBlocks } from './read-blocks.ts';
import { readFrontMatter } from './read-front-matter.ts';

/** What a Markdown file holds; `title` is undefined where the file names itself nowhere. */
export interface ChunkedMarkdown {
  readonly title: string | undefined;
  readonly sections: readonly Section[];
}

export interface MarkdownOptions {
  readonly mdx: boolean;
  /** Whether it is the README of a package, which tells of sponsors and contributors too; these are left out. */
  readonly isReadme?: boolean;
}

const contentsHeading = /^(?:table of contents|contents|toc)$/i;

/** A longer file is cut at a heading: it is generated, and its beginning is what people read. */
const maxChars = 2_000_000;

/**
 * Cuts Markdown or MDX into sections in reading order: one for each heading, more where it is long, none over 800 tokens
 * but a single code block. Linear in the text, whatever the text is; never throws.
 */
export function chunkMarkdown(text: string, options: MarkdownOptions): ChunkedMarkdown {
  const lines = readLines(text);
  const matter = readFrontMatter(lines);
  const blocks = readBlocks(cleanLines(lines, { mdx: options.mdx, from: matter.lines }));
  const sections: Section[] = [];
  const stack: { depth: number; heading: string }[] = [];
  const firstHeading = blocks.find((block) => block.type === 'heading');
  const ownTitle = firstHeading?.depth === 1 ? plainHeading(firstHeading.text) : undefined;
  const title = matter.title === undefined ? undefined : plainHeading(dropHidden(matter.title));
  if (title !== undefined && title !== ownTitle) stack.push({ depth: 0, heading: title });

  let line = matter.lines + 1;
  let open: Block[] = [];
  if (matter.description !== undefined) {
    open.push({ type: 'text', text: matter.description, line: 1, depth: 0 });
    line = 1;
  }

  function close(): void {
    const kept = open.filter((block) => block.type !== 'list' || !isLinkList(block.text));
    // What follows a table of contents that is dropped, up to the next heading, is not a part of it.
    if (kept.length < open.length && contentsHeading.test(stack.at(-1)?.heading ?? '')) {
      stack.pop();
      line = kept[0]?.line ?? line;
    }
    const heading = stack.at(-1)?.heading ?? '';
    const trail = stack
      .slice(0, -1)
      .map((above) => above.heading)
      .join(' > ');
    for (const [index, piece] of packBlocks(kept).entries()) {
      if (piece.body === '') continue;
      sections.push({
        line: index === 0 ? line : piece.line,
        heading,
        trail,
        body: piece.body,
        tokens: piece.tokens,
        kind: kept.length > 0 && hasCode(piece.body) ? 'code' : 'info',
      });
    }
    open = [];
  }

  for (const block of blocks) {
    if (block.type !== 'heading') {
      if (open.length === 0 && stack.length === 0) line = block.line;
      open.push(block);
      continue;
    }
    const heading = plainHeading(block.text);
    // What the front matter says of the page belongs under its title, wherever that stands.
    const isTitle = stack.length === 0 && block.depth === 1 && matter.description !== undefined;
    const opensWithDescription = isTitle && sections.length === 0 && open.length === 1;
    if (!opensWithDescription && (heading !== '' || open.length > 0)) close();
    if (heading === '') continue;
    while ((stack.at(-1)?.depth ?? -1) >= block.depth) stack.pop();
    stack.push({ depth: block.depth, heading });
    line = block.line;
  }
  close();
  const isReadme = options.isReadme === true;
  return {
    title: title ?? ownTitle ?? firstTitle(blocks, isReadme),
    sections: isReadme ? withoutProjectNotes(sections) : sections,
  };
}

/** Whatever heading comes first may name a guide; above the title of a README stand badges and sponsors, or there is none. */
function firstTitle(blocks: readonly Block[], isReadme: boolean): string | undefined {
  const heading = blocks.find(({ type, depth }) => type === 'heading' && (!isReadme || depth === 1));
  const title = heading === undefined ? '' : plainHeading(heading.text);
  return title === '' ? undefined : title;
}

function withoutProjectNotes(sections: readonly Section[]): readonly Section[] {
  // One with code may be a chapter: how a licence key is set.
  const kept = sections.filter(
    ({ kind, heading, trail }) => kind === 'code' || ![heading, ...trail.split(' > ')].some(isProjectNote),
  );
  return kept.length > 0 ? kept : sections;
}

function hasCode(body: string): boolean {
  return /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:```|~~~)/m.test(body) || /^(?: {4}|\t)\S/.test(body);
}

/** Byte order mark off, line ends folded, NUL and lone surrogates (which SQLite would cut or mangle) replaced. */
function readLines(text: string): readonly string[] {
  let source = text.length > maxChars ? cutAtHeading(text) : text;
  if (source.charCodeAt(0) === 0xfeff) source = source.slice(1);
  if (source.includes('\r')) source = source.replace(/\r\n?/g, '\n');
  if (source.includes('\0')) source = source.replaceAll('\0', '\ufffd');
  return source.split('\n');
}

function cutAtHeading(text: string): string {
  const head = text.slice(0, maxChars);
  const heading = head.lastIndexOf('\n#');
  return heading > maxChars / 2 ? head.slice(0, heading + 1) : head;
}

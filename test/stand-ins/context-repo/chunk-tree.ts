import { createHash } from 'node:crypto';
import type { StoredDocument } from './account.ts';

export type Level = 'document' | 'section' | 'paragraph';

/** A node of a document's tree. */
export interface Chunk {
  readonly chunkId: string;
  readonly level: Level;
  /** Position in reading order among the chunks of its level. */
  readonly chunkIndex: number;
  readonly documentId: string;
  readonly documentTitle: string;
  readonly content: string;
  readonly parentId: string | null;
  readonly previousId: string | null;
  readonly nextId: string | null;
  readonly sectionPath: string;
  readonly headingText?: string;
  readonly startIndex: number;
  readonly endIndex: number;
}

interface Section {
  readonly heading: string | undefined;
  readonly path: string;
  readonly startIndex: number;
  readonly text: string;
}

/** Cuts a document into its sections and these into paragraphs; a fence is never cut. */
export function growTree(document: StoredDocument): Chunk[] {
  const idOf = (position: string) =>
    `k${createHash('sha256')
      .update(`${document.id} ${document.revision} ${document.treeGeneration} ${position}`)
      .digest('hex')
      .slice(0, 16)}`;
  const rootId = idOf('root');
  const base = { documentId: document.id, documentTitle: document.title };
  const sections = readSections(document.content);
  const chunks: Chunk[] = [
    {
      ...base,
      chunkId: rootId,
      level: 'document',
      chunkIndex: 0,
      content: `${document.title}: ${sections.map(({ path }) => path).join(', ')}`,
      parentId: null,
      previousId: null,
      nextId: null,
      sectionPath: '',
      startIndex: 0,
      endIndex: document.content.length,
    },
  ];
  let paragraphCount = 0;
  for (const [index, section] of sections.entries()) {
    const sectionId = idOf(`s${index}`);
    const heading = section.heading === undefined ? {} : { headingText: section.heading };
    chunks.push({
      ...base,
      ...heading,
      chunkId: sectionId,
      level: 'section',
      chunkIndex: index,
      content: document.isSparse === true ? (section.heading ?? document.title) : section.text,
      parentId: rootId,
      previousId: index === 0 ? null : idOf(`s${index - 1}`),
      nextId: index === sections.length - 1 ? null : idOf(`s${index + 1}`),
      sectionPath: section.path,
      startIndex: section.startIndex,
      endIndex: section.startIndex + section.text.length,
    });
    const paragraphs = readParagraphs(section.text);
    for (const [at, paragraph] of paragraphs.entries()) {
      chunks.push({
        ...base,
        ...heading,
        chunkId: idOf(`s${index} p${at}`),
        level: 'paragraph',
        chunkIndex: paragraphCount,
        content: paragraph,
        parentId: sectionId,
        previousId: at === 0 ? null : idOf(`s${index} p${at - 1}`),
        nextId: at === paragraphs.length - 1 ? null : idOf(`s${index} p${at + 1}`),
        sectionPath: section.path,
        startIndex: section.startIndex + section.text.indexOf(paragraph),
        endIndex: section.startIndex + section.text.indexOf(paragraph) + paragraph.length,
      });
      paragraphCount += 1;
    }
  }
  return chunks;
}

function readSections(content: string): Section[] {
  const sections: Section[] = [];
  const trail: { depth: number; heading: string }[] = [];
  let heading: string | undefined;
  let lines: string[] = [];
  let startIndex = 0;
  let index = 0;
  let isInFence = false;
  const close = () => {
    const text = lines.join('\n').trim();
    const path = trail.map((above) => above.heading).join(' > ');
    if (text !== '') sections.push({ heading, path, startIndex, text });
    lines = [];
  };
  for (const line of content.split('\n')) {
    if (line.startsWith('```')) isInFence = !isInFence;
    const match = isInFence ? null : /^(#{1,6}) (.+)$/.exec(line);
    if (match !== null) {
      close();
      const [, marks = '', words = ''] = match;
      while ((trail.at(-1)?.depth ?? 0) >= marks.length) trail.pop();
      trail.push({ depth: marks.length, heading: words });
      heading = words;
      startIndex = index;
    }
    lines.push(line);
    index += line.length + 1;
  }
  close();
  return sections;
}

function readParagraphs(text: string): string[] {
  const paragraphs: string[] = [];
  let open: string[] = [];
  let isInFence = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) isInFence = !isInFence;
    if (line.trim() === '' && !isInFence) {
      if (open.length > 0) paragraphs.push(open.join('\n'));
      open = [];
    } else open.push(line);
  }
  if (open.length > 0) paragraphs.push(open.join('\n'));
  // A heading is a part of what stands below it.
  const [first, second, ...rest] = paragraphs;
  if (first === undefined || second === undefined || !/^#{1,6} [^\n]+$/.test(first)) return paragraphs;
  return [`${first}\n\n${second}`, ...rest];
}

import type { CallContext } from '../../call.ts';
import { DocpinError } from '../../errors.ts';
import { oldestOf } from '../oldest-of.ts';
import type { AnswerRequest, Freshness, SourceAnswer } from '../source.ts';
import { toLine } from '../to-line.ts';
import type { CachedReads, ListPage, SearchScope } from './cached-reads.ts';
import type { WireCollection, WireDocument, WireItem } from './client/wire.ts';
import { collect, kindOf, type LooseSnippet, locationOf } from './snippets.ts';

export interface ContentsRequest extends Pick<AnswerRequest, 'mode' | 'page' | 'tokens'> {
  /** Printed. */
  readonly id: string;
  readonly scope: SearchScope;
}

/** A piece of a document as it is cut at its headings. */
export interface CutSection {
  readonly line: number;
  readonly heading: string;
  /** The headings above, outermost first, joined by " > ". */
  readonly trail: string;
  readonly body: string;
  readonly tokens: number;
}

export interface ContentsOptions {
  readonly reads: CachedReads;
  readonly cutMarkdown: (text: string) => readonly CutSection[];
  readonly countTokens: (text: string) => number;
}

/** Entries of a list that stand in one snippet: few enough for the smallest budget. */
const entriesAtOnce = 10;
const maxTitleLength = 120;
const maxHeadings = 60;
/** One after the other; what was filtered out can leave a page without rows before the end. */
const maxEmptyPages = 5;

/** The contents of what is asked for: a document's outline and text, a collection's items, or everything that there is. */
export async function listContents(
  { reads, cutMarkdown, countTokens }: ContentsOptions,
  request: ContentsRequest,
  call: CallContext,
): Promise<SourceAnswer> {
  const freshness: Freshness[] = [];
  const notes: string[] = [];
  let emptyBecause: DocpinError | undefined;
  const { documentId, collectionId } = request.scope;

  function info(id: string, title: string, location: string, text: string): LooseSnippet {
    return { id, kind: kindOf(text), title, location, text, tokens: countTokens(text) };
  }

  async function* readDocument(id: string): AsyncGenerator<LooseSnippet> {
    const answer = await reads.document(id, call);
    freshness.push(answer.freshness);
    const document = answer.value;
    const sections = cutMarkdown(document.content ?? '');
    const location = locationOf(id, document);
    if (document.status === 'pending') notes.push('Context Repo is still indexing this document.');
    if ((document.content ?? '').trim() === '') {
      emptyBecause = emptyDocument(request.id);
      return;
    }
    yield info(`${id} outline`, titleOf(document), location, outlineOf(document, sections));
    for (const [index, { line, heading, trail, body }] of sections.entries()) {
      const title = [trail, heading].filter((part) => part !== '').join(' > ') || titleOf(document);
      yield info(`${id} ${index}`, title, `${location}, line ${line}`, body);
    }
  }

  async function* readList<T>(
    name: string,
    location: string,
    { readPage, entryOf }: ListReader<T>,
  ): AsyncGenerator<LooseSnippet> {
    // A list is no code: to read all of it for nothing would cost a request for every hundred entries.
    if (request.mode === 'code') return;
    let count = 0;
    let emptyInARow = 0;
    const followed = new Set<string | undefined>();
    // A cursor that leads nowhere new would be followed for ever.
    for (let cursor: string | undefined; !followed.has(cursor); ) {
      followed.add(cursor);
      const { value, freshness: ofPage } = await readPage(cursor);
      freshness.push(ofPage);
      for (let from = 0; from < value.rows.length; from += entriesAtOnce) {
        const entries = value.rows.slice(from, from + entriesAtOnce).map(entryOf);
        const title = `${name} ${count + 1} to ${count + entries.length}`;
        yield info(`${location} ${count}`, title, location, entries.join('\n'));
        count += entries.length;
      }
      emptyInARow = value.rows.length === 0 ? emptyInARow + 1 : 0;
      cursor = value.cursor;
      if (cursor === undefined) return;
      if (emptyInARow === maxEmptyPages) {
        notes.push(`Context Repo gives empty pages: there may be more ${name.toLowerCase()} behind them.`);
        return;
      }
    }
  }

  async function* readCollection(id: string): AsyncGenerator<LooseSnippet> {
    const { value: collection, freshness: ofCollection } = await reads.collection(id, call);
    freshness.push(ofCollection);
    const location = `context-repo:collection/${id}`;
    yield info(`${id} head`, nameOf(collection), location, headOf(collection));
    yield* readList<WireItem>('Items', location, {
      readPage: (cursor) => reads.items(id, cursor, call),
      entryOf: itemEntry,
    });
  }

  async function* readAll(): AsyncGenerator<LooseSnippet> {
    yield* readList<WireCollection>('Collections', 'context-repo:all', {
      readPage: (cursor) => reads.collections(cursor, call),
      entryOf: (collection) => `- ${nameOf(collection)}: context-repo:collection/${collection.id}`,
    });
    yield* readList<WireDocument>('Documents', 'context-repo:all', {
      readPage: (cursor) => reads.documents(cursor, call),
      entryOf: (document) => `- ${titleOf(document)}: context-repo:document/${document.id}`,
    });
  }

  const snippets =
    documentId !== undefined
      ? readDocument(documentId)
      : collectionId !== undefined
        ? readCollection(collectionId)
        : readAll();
  const collected = await collect(request, snippets, countTokens);
  return {
    id: request.id,
    origin: 'Context Repo',
    notes,
    ...collected,
    freshness: oldestOf(freshness),
    ...(emptyBecause === undefined ? {} : { emptyBecause }),
  };
}

interface ListReader<T> {
  readonly readPage: (
    cursor: string | undefined,
  ) => Promise<{ readonly value: ListPage<T>; readonly freshness: Freshness }>;
  readonly entryOf: (row: T) => string;
}

function itemEntry({ itemId, itemType, title }: WireItem): string {
  const name = toLine(title ?? '', maxTitleLength) || itemId;
  return itemType === 'prompt' ? `- ${name}: prompt ${itemId}` : `- ${name}: context-repo:document/${itemId}`;
}

function outlineOf(document: WireDocument, sections: readonly CutSection[]): string {
  const facts = [
    ...(document.sourceUrl === undefined ? [] : [`From ${toLine(document.sourceUrl, 300)}.`]),
    ...(document.tags.length === 0 ? [] : [`Tags: ${toLine(document.tags.join(', '), 300)}.`]),
  ];
  const headings = [
    ...new Set(
      sections
        .filter(({ heading }) => heading !== '')
        .map(({ heading, trail }) => `${'  '.repeat(depthOf(trail))}- ${heading}`),
    ),
  ];
  const more = headings.length > maxHeadings ? [`- and ${headings.length - maxHeadings} more`] : [];
  return [...facts, ...headings.slice(0, maxHeadings), ...more].join('\n') || 'No headings.';
}

function depthOf(trail: string): number {
  return trail === '' ? 0 : trail.split(' > ').length;
}

function headOf({ description, itemCount, tags }: WireCollection): string {
  return [
    ...(description === undefined || description === '' ? [] : [description]),
    itemCount === undefined ? 'A collection.' : `${itemCount} item${itemCount === 1 ? '' : 's'}.`,
    ...(tags.length === 0 ? [] : [`Tags: ${toLine(tags.join(', '), 300)}.`]),
  ].join('\n\n');
}

function titleOf({ id, title = '' }: WireDocument): string {
  return toLine(title, maxTitleLength) || id;
}

function nameOf({ id, name = '' }: WireCollection): string {
  return toLine(name, maxTitleLength) || id;
}

function emptyDocument(id: string): DocpinError {
  return new DocpinError('no-docs', {
    what: `${id} has no text.`,
    next: 'It may still be read in: ask again in a minute, or look at it in Context Repo.',
  });
}

import type { CacheAnswer } from '../../cache/cache.ts';
import type { CallContext } from '../../call.ts';
import { type DocpinError, toDocpinError } from '../../errors.ts';
import type { Freshness } from '../source.ts';
import { toLine } from '../to-line.ts';
import { type CachedReads, maxNeighbours } from './cached-reads.ts';
import type { WireChunk, WireHit } from './client/wire.ts';

/** Hits in one section, or in one place that is in none; as good as its best one. */
export interface Place {
  /** The section, where the hit is in one; else the hit itself. */
  readonly chunkId: string;
  readonly documentId: string;
  /** Best first. */
  readonly hits: readonly [WireHit, ...WireHit[]];
}

/** A section as it is shown. */
export interface FoundSection {
  readonly chunkId: string;
  readonly documentId: string;
  /** Of the document, then the headings down to the section. */
  readonly title: string;
  readonly text: string;
  readonly freshness: readonly Freshness[];
  /** When the text was asked for; undefined where it is not read but as the search gave it. */
  readonly askedAtMs: number | undefined;
  /** Why only what was found is shown, without the text around it, or not all of it. */
  readonly isCutBecause?: 'rebuilt' | 'unavailable' | 'long';
}

const maxTitleLength = 300;
/** What a search finds is shown as it is where the text around it cannot be had for now. */
const bearable = new Set<DocpinError['code']>([
  'throttled',
  'unavailable',
  'timed-out',
  'bad-answer',
  'rejected',
  // An id that cannot stand in an address.
  'bad-input',
]);
/** Of a section: more paragraphs than fit any answer. */
const maxReads = 20;

/** Sorts hits into places, in the order of their best hits. A hit on a whole document counts only where nothing in it does. */
export function toPlaces(hits: readonly WireHit[]): readonly Place[] {
  const within = new Set(
    hits.filter(({ level }) => level !== 'document').map(({ documentId }) => documentId),
  );
  const places = new Map<string, [WireHit, ...WireHit[]]>();
  for (const hit of hits) {
    if (hit.level === 'document' && within.has(hit.documentId)) continue;
    const chunkId = hit.level === 'paragraph' ? (hit.parentId ?? hit.chunkId) : hit.chunkId;
    const known = places.get(chunkId);
    if (known === undefined) places.set(chunkId, [hit]);
    else known.push(hit);
  }
  return [...places].map(([chunkId, found]) => ({ chunkId, documentId: found[0].documentId, hits: found }));
}

/**
 * Reads the whole section of a place. What was found is never lost: where the section cannot be read (its ids died when the
 * document was written, or requests are limited), the hits themselves are shown.
 */
export async function readSection(
  reads: CachedReads,
  place: Place,
  call: CallContext,
): Promise<FoundSection> {
  try {
    const read = await reads.chunk(place.chunkId, call);
    const chunk = read.value;
    if (chunk.level === 'document') return ofHits(place, chunk, [read.freshness]);
    if (holds(chunk.content, place.hits)) return ofText(place, chunk, chunk.content, [read]);
    const children = await readChildren(reads, place.chunkId, call);
    const text = joined(children.chunks.map(({ content }) => content));
    const parts = [read, ...children.answers];
    if (!holds(text, place.hits))
      return ofHits(
        place,
        chunk,
        parts.map(({ freshness }) => freshness),
      );
    const section = ofText(place, chunk, text, parts);
    return children.isAll ? section : { ...section, isCutBecause: 'long' };
  } catch (thrown) {
    const { code } = toDocpinError(thrown);
    const isGone = code === 'library-not-found';
    if (!isGone && !bearable.has(code)) throw thrown;
    return { ...ofHits(place, undefined, []), isCutBecause: isGone ? 'rebuilt' : 'unavailable' };
  }
}

/** All chunks below a chunk: a long section comes in parts. */
async function readChildren(reads: CachedReads, parentId: string, call: CallContext) {
  const answers = [await reads.children(parentId, call)];
  for (;;) {
    const chunks = answers.flatMap(({ value }) => value.chunks);
    const last = chunks.at(-1);
    const isAll = last === undefined || (answers.at(-1)?.value.chunks.length ?? 0) < maxNeighbours;
    if (isAll || answers.length === maxReads) return { chunks, answers, isAll };
    answers.push(await reads.following(last.id, call));
  }
}

/** What was read: its text is as old as the oldest part of it. */
function ofText(
  place: Place,
  chunk: WireChunk,
  text: string,
  read: readonly Pick<CacheAnswer<unknown>, 'askedAtMs' | 'freshness'>[],
): FoundSection {
  return {
    ...shown(place, chunk, text),
    freshness: read.map(({ freshness }) => freshness),
    askedAtMs: Math.min(...read.map(({ askedAtMs }) => askedAtMs)),
  };
}

function ofHits(place: Place, chunk: WireChunk | undefined, freshness: readonly Freshness[]): FoundSection {
  const text = joined(place.hits.map(({ content }) => content));
  const unread = { chunkId: place.chunkId, content: '', hierarchy: {} };
  return { ...shown(place, chunk ?? unread, text), freshness, askedAtMs: undefined };
}

function shown(place: Place, chunk: WireChunk, text: string) {
  const title = titleOf(place, chunk);
  return {
    chunkId: place.chunkId,
    documentId: place.documentId,
    title,
    text: withoutHeading(text, title),
  };
}

function titleOf({ hits: [best], documentId }: Place, { hierarchy, metadata }: WireChunk): string {
  const document = hierarchy.documentTitle ?? best.documentTitle ?? documentId;
  const path = hierarchy.sectionPath ?? metadata?.headingText ?? '';
  // A document's first heading is often its title.
  const isRepeated = path === document || path.startsWith(`${document} > `);
  return toLine(isRepeated || path === '' ? path || document : `${document} > ${path}`, maxTitleLength);
}

/** The heading stands above the section as its title. */
function withoutHeading(text: string, title: string): string {
  const [, heading, rest = ''] = /^#{1,6} +([^\n]+)\n+([\s\S]+)$/.exec(text.trim()) ?? [];
  return heading !== undefined && title.endsWith(heading.trim()) ? rest : text.trim();
}

/** Whether a text holds what was found in it, white space aside. */
function holds(text: string, hits: readonly WireHit[]): boolean {
  const flat = flatten(text);
  return hits.every(({ content }) => flat.includes(flatten(content)));
}

function flatten(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function joined(texts: readonly string[]): string {
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n\n');
}

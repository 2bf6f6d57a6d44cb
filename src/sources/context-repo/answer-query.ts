import type { CacheAnswer } from '../../cache/cache.ts';
import type { CallContext } from '../../call.ts';
import { DocpinError, type ErrorCode, toDocpinError } from '../../errors.ts';
import { oldestOf } from '../oldest-of.ts';
import type { AnswerRequest, Freshness, SourceAnswer } from '../source.ts';
import type { CachedReads, SearchScope } from './cached-reads.ts';
import type { WireDocument } from './client/wire.ts';
import { type FoundSection, readSection, toPlaces } from './find-sections.ts';
import { collect, kindOf, type LooseSnippet, locationOf } from './snippets.ts';

export interface QueryRequest extends Pick<AnswerRequest, 'mode' | 'page' | 'tokens'> {
  /** Printed. */
  readonly id: string;
  readonly scope: SearchScope;
  /** Fit to leave the machine. */
  readonly query: string;
}

/** Enough for the largest answer, and few enough to read within a minute's limit on requests. */
const maxHits = 50;
/** Sections that are read at the same time. */
const sectionsAtOnce = 6;

/**
 * Answers a query by progressive disclosure: searches the chunks of the scope, then reads the sections that the best of them
 * stand in, whole, until there are as many tokens as were asked for.
 */
export async function answerQuery(
  reads: CachedReads,
  request: QueryRequest,
  countTokens: (text: string) => number,
  call: CallContext,
): Promise<SourceAnswer> {
  const [searched, subject] = await Promise.all([
    settled(searchChunks(reads, request, call)),
    readSubject(reads, request.scope, call),
  ]);
  if ('failure' in searched) throw searched.failure;
  const found = searched.value;
  const places = toPlaces(found.value.results);
  const freshness: Freshness[] = [found.freshness, ...(subject === undefined ? [] : [subject.freshness])];
  const notes = new Set<string>();
  async function* readSections(): AsyncGenerator<LooseSnippet> {
    for (let from = 0; from < places.length; from += sectionsAtOnce) {
      const wave = places.slice(from, from + sectionsAtOnce);
      // First: a text that was asked for after its revision is of that revision or of a newer one, never of an older one.
      const heads = await readHeads(reads, new Set(wave.map(({ documentId }) => documentId)), call);
      const sections = await Promise.all(wave.map((place) => readSection(reads, place, call)));
      for (const section of sections) {
        freshness.push(...section.freshness);
        if (section.isCutBecause !== undefined) notes.add(cutNotes[section.isCutBecause]);
        yield toSnippet(section, heads.get(section.documentId), countTokens);
      }
    }
  }

  const { snippets, hasMore } = await collect(request, readSections(), countTokens);
  const isPending = subject !== undefined && 'status' in subject.value && subject.value.status === 'pending';
  return {
    id: request.id,
    origin: 'Context Repo',
    notes: [...notes, ...(isPending ? [indexingNote] : [])],
    snippets,
    hasMore,
    freshness: oldestOf(freshness),
    ...(isPending && snippets.length === 0 ? { emptyBecause: stillIndexing(request.id) } : {}),
  };
}

const indexingNote = 'Context Repo is still indexing this document, so parts of it may be missing.';
const cutNotes = {
  rebuilt: 'A document was written meanwhile: what was found in it is shown without the text around it.',
  long: 'A section is longer than what is read of one: its end is left out.',
  unavailable: 'Context Repo could not be asked for all sections: some are shown in part.',
} as const;

/** How many hits a search may give is not documented; a server that refuses the number is asked for its own. */
async function searchChunks(reads: CachedReads, { query, scope }: QueryRequest, call: CallContext) {
  try {
    return await reads.hits(query, scope, maxHits, call);
  } catch (thrown) {
    if (toDocpinError(thrown).code !== 'rejected') throw thrown;
    return reads.hits(query, scope, undefined, call);
  }
}

/**
 * What is searched: says whether it is there at all and whether it is indexed yet. Where it cannot be asked for now, the answer
 * is not lost for it.
 */
async function readSubject(reads: CachedReads, { documentId, collectionId }: SearchScope, call: CallContext) {
  if (documentId !== undefined) return unlessUnreachable(reads.documentHead(documentId, call));
  if (collectionId !== undefined) return unlessUnreachable(reads.collection(collectionId, call));
  return undefined;
}

const decisive: ReadonlySet<ErrorCode> = new Set([
  'cancelled',
  'unauthorized',
  'forbidden',
  'library-not-found',
]);

async function unlessUnreachable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (thrown) {
    if (decisive.has(toDocpinError(thrown).code)) throw thrown;
    return undefined;
  }
}

/** The outcome of work whose failure comes second to another's. */
async function settled<T>(work: Promise<T>): Promise<{ readonly value: T } | { readonly failure: unknown }> {
  try {
    return { value: await work };
  } catch (failure) {
    return { failure };
  }
}

/** The documents as they are now, as far as they can be read: an answer is not lost for want of a revision. */
async function readHeads(
  reads: CachedReads,
  ids: ReadonlySet<string>,
  call: CallContext,
): Promise<ReadonlyMap<string, CacheAnswer<WireDocument>>> {
  const heads = await Promise.all(
    [...ids].map(async (id) => {
      const head = await unlessUnreachable(readHead(reads, id, call));
      return head === undefined ? [] : [[id, head] as const];
    }),
  );
  return new Map(heads.flat());
}

/** Undefined where the document was deleted since it was searched. */
async function readHead(
  reads: CachedReads,
  id: string,
  call: CallContext,
): Promise<CacheAnswer<WireDocument> | undefined> {
  try {
    return await reads.documentHead(id, call);
  } catch (thrown) {
    if (toDocpinError(thrown).code !== 'library-not-found') throw thrown;
    return undefined;
  }
}

function toSnippet(
  { chunkId, documentId, title, text, askedAtMs }: FoundSection,
  head: CacheAnswer<WireDocument> | undefined,
  countTokens: (text: string) => number,
): LooseSnippet {
  const isOfHead = head !== undefined && askedAtMs !== undefined && askedAtMs >= head.askedAtMs;
  return {
    id: chunkId,
    kind: kindOf(text),
    title,
    location: `${locationOf(documentId, isOfHead ? head.value : undefined)}, chunk ${chunkId}`,
    text,
    tokens: countTokens(text),
  };
}

function stillIndexing(id: string): DocpinError {
  return new DocpinError('not-ready', {
    what: `Context Repo is still indexing ${id}.`,
    next: 'Ask again in a minute, or ask without a query for its text.',
  });
}

import type { CallContext } from '../../call.ts';
import type { Candidate } from '../source.ts';
import { toLine } from '../to-line.ts';
import type { CachedReads } from './cached-reads.ts';
import type { WireSearch } from './client/wire.ts';

/** A document or a collection that a search found. */
export interface FoundItem {
  /** As in `context-repo:<path>`. */
  readonly path: string;
  readonly kind: 'document' | 'collection';
  readonly title: string;
  readonly description: string | undefined;
  /** Whether it bears the very name. */
  readonly isNamed: boolean;
  /** 0..1, of the search by meaning. */
  readonly score: number | undefined;
}

const maxTitleLength = 120;
const maxDescriptionLength = 300;
const maxCandidates = 10;
const idForm = /^[\w-]{1,200}$/;

/** What a name finds, by its letters and by its meaning, what bears it first. */
export async function findItems(
  reads: CachedReads,
  name: string,
  call: CallContext,
): Promise<readonly FoundItem[]> {
  const searches = await Promise.allSettled([
    reads.search(name, 'meaning', call),
    reads.search(name, 'letters', call),
  ]);
  const answers = searches.flatMap((search) => (search.status === 'fulfilled' ? [search.value] : []));
  const [first] = searches;
  // What one of them finds is not lost with the other.
  if (answers.length === 0 && first.status === 'rejected') throw first.reason;
  const found = new Map<string, FoundItem>();
  for (const item of answers.flatMap(({ value }) => toItems(value, name))) {
    const before = found.get(item.path);
    found.set(item.path, before === undefined ? item : { ...item, ...withoutUndefined(before) });
  }
  const rank = ({ isNamed, score }: FoundItem) => (isNamed ? 2 : 0) + (score ?? 0);
  return [...found.values()].toSorted((a, b) => rank(b) - rank(a));
}

/** What bears the very name: the whole name, not counting case, spaces and punctuation. */
export async function findNamed(
  reads: CachedReads,
  name: string,
  call: CallContext,
): Promise<readonly FoundItem[]> {
  const { value } = await reads.search(name, 'letters', call);
  return toItems(value, name).filter(({ isNamed }) => isNamed);
}

/** Candidates for a name, and all documents together as the last of them. */
export function toCandidates(items: readonly FoundItem[], name: string): readonly Candidate[] {
  const isAll = fold(name) === 'contextrepo';
  if (items.length === 0 && !isAll) return [];
  const all: Candidate = {
    id: 'context-repo:all',
    title: 'All documents in your Context Repo',
    match: isAll ? 'exact' : 'search',
    why: 'searches all of your documents at once',
    versions: [],
  };
  return [...items.slice(0, maxCandidates - 1).map(toCandidate), all];
}

function toCandidate({ path, kind, title, description, isNamed, score }: FoundItem): Candidate {
  return {
    id: `context-repo:${path}`,
    title,
    ...(description === undefined ? {} : { description }),
    match: isNamed ? 'exact' : 'search',
    why: isNamed ? `your ${kind} of this name in Context Repo` : `a ${kind} in your Context Repo`,
    versions: [],
    ...(score === undefined ? {} : { popularity: Math.min(Math.max(score, 0), 1) }),
  };
}

function toItems({ collections, documents }: WireSearch, name: string): FoundItem[] {
  const item = (
    kind: FoundItem['kind'],
    row: { id: string; title: string | undefined; text: string | undefined; score: number | undefined },
  ): FoundItem[] => {
    if (!idForm.test(row.id)) return [];
    const title = toLine(row.title ?? '', maxTitleLength);
    const description = toLine(row.text ?? '', maxDescriptionLength);
    return [
      {
        path: `${kind}/${row.id}`,
        kind,
        title: title === '' ? row.id : title,
        description: description === '' ? undefined : description,
        isNamed: fold(name) !== '' && fold(title) === fold(name),
        score: row.score,
      },
    ];
  };
  return [
    ...collections.flatMap(({ collectionId, name: title, description, score }) =>
      item('collection', { id: collectionId, title, text: description, score }),
    ),
    ...documents.flatMap(({ documentId, title, highlight, score }) =>
      item('document', { id: documentId, title, text: highlight, score }),
    ),
  ];
}

function withoutUndefined(item: FoundItem): Partial<FoundItem> {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[\s._-]+/g, '');
}

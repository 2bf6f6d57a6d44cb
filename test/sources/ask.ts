import { type LibraryId, parseLibrary } from '../../src/library.ts';
import type { AnswerRequest } from '../../src/sources/source.ts';

/** An id as it is printed, read again; throws for what is only a name. */
export function library(id: string): LibraryId {
  const parsed = parseLibrary(id);
  if (parsed.kind === 'name') throw new Error(`${id} is a name`);
  return parsed;
}

/** What a source is asked for one library: its first page, of the usual size. */
export function ask(id: string, query?: string, more: Partial<AnswerRequest> = {}): AnswerRequest {
  return {
    library: library(id),
    ...(query === undefined ? {} : { query }),
    mode: 'all',
    page: 1,
    tokens: 2_500,
    ...more,
  };
}

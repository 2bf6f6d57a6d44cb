import type { Answer } from '../fault-engine/exchange.ts';
import { data, refuse } from './answers.ts';
import { digits, type Field, optional, text } from './fields.ts';

/** The parameters of every list. */
export const pageFields: Readonly<Record<string, Field>> = {
  limit: optional(digits(1, 100)),
  cursor: optional(text),
};

const defaultLimit = 20;

/** Of the first page that holds anything, where a list begins with one that does not. */
export const firstCursor = 'first';
/** A page without rows is not the end of a list. */
export const emptyPage: Answer = data([], { pagination: { cursor: firstCursor, hasMore: true } });

/** One page of a list, in the envelope of lists. A cursor is good for the very list that it was given for. */
export function page(
  rows: readonly object[],
  query: Readonly<Record<string, string>>,
  listName: string,
): Answer {
  const from = query.cursor === undefined ? 0 : readCursor(query.cursor, listName);
  if (from === undefined) return refuse(400, 'Invalid cursor.');
  const limit = Number(query.limit ?? defaultLimit);
  const isLast = from + limit >= rows.length;
  const pagination = isLast
    ? // A list of one page says null; the last page of several says that it is the last.
      from === 0
      ? null
      : { hasMore: false }
    : { cursor: writeCursor(from + limit, listName), hasMore: true };
  return data(rows.slice(from, from + limit), { pagination });
}

function writeCursor(from: number, listName: string): string {
  return Buffer.from(JSON.stringify({ from, listName })).toString('base64url');
}

function readCursor(cursor: string, listName: string): number | undefined {
  try {
    const read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return read.listName === listName ? read.from : undefined;
  } catch {
    // Not one of ours.
    return undefined;
  }
}

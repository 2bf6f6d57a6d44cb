/** A list's text: how many there are, one entry each, and how the next page is got. */
export function listText({
  kind,
  entries,
  cursor,
}: {
  /** In the singular. */
  readonly kind: string;
  readonly entries: readonly string[];
  readonly cursor: string | undefined;
}): string {
  const kinds = `${kind}s`;
  const more =
    cursor === undefined ? [] : ['', `(More ${kinds}: ask again with cursor ${JSON.stringify(cursor)}.)`];
  if (entries.length === 0)
    return [`No ${kinds} ${cursor === undefined ? 'found' : 'on this page'}.`, ...more].join('\n');
  const count = `${entries.length} ${entries.length === 1 ? kind : kinds}`;
  return [`${count}${cursor === undefined ? '' : ', and more'}:`, '', ...entries, ...more].join('\n');
}

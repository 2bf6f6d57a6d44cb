/** A list's text: how many there are, one entry each, and how the next page is got. */
export function listText({
  kind,
  entries,
  cursor,
}: {
  /** In the plural. */
  readonly kind: string;
  readonly entries: readonly string[];
  readonly cursor: string | undefined;
}): string {
  if (entries.length === 0) return `No ${kind} found.`;
  const more =
    cursor === undefined ? [] : ['', `(More ${kind}: ask again with cursor ${JSON.stringify(cursor)}.)`];
  return [
    `${entries.length} ${kind}${cursor === undefined ? '' : ', and more'}:`,
    '',
    ...entries,
    ...more,
  ].join('\n');
}

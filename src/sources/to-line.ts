/** Makes text from outside one line of at most `maxLength` characters, without control characters. */
export function toLine(text: string, maxLength: number): string {
  const line = text
    .slice(0, 4 * maxLength)
    .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
  if (line.length <= maxLength) return line;
  // Half a character at the cut would become a replacement character later.
  return `${line.slice(0, maxLength - 3).replace(/[\uD800-\uDBFF]$/, '')}...`;
}

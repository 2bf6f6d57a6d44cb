/** Counts tokens as the corpus does: an estimate, within a few per cent of what models count. */
export type CountTokens = (text: string) => number;

/**
 * Cuts Markdown after the last line that fits the budget, closes an open fence, and says that more is missing. At least one
 * line (cut at 2,000 characters) is always kept.
 */
export function cutText(markdown: string, maxTokens: number, countTokens: CountTokens): string {
  const note = '(cut here: the section is longer than the budget; ask with more `tokens` for the rest)';
  const budget = maxTokens - countTokens(note) - 4;
  const kept: string[] = [];
  let used = 0;
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    const tokens = countTokens(line) + 1;
    if (used + tokens > budget && kept.length > 0) break;
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === undefined ? mark : undefined;
    kept.push(line.slice(0, 2_000));
    used += tokens;
    if (used > budget) break;
  }
  return [...kept, ...(fence === undefined ? [] : [fence]), '', note].join('\n');
}

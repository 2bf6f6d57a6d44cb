/** Estimated tokens of a page; a client shows hardly more of one answer. */
const pageTokens = 10_000;
/** A line longer than this is cut into several. */
const maxLineLength = 4_000;

export interface TextPage {
  readonly text: string;
  readonly pages: number;
}

/** One page of a long text, counted from 1, cut between lines; together the pages are the whole text. */
export function pageText(text: string, page: number, countTokens: (text: string) => number): TextPage {
  const pages: string[] = [];
  let open: string[] = [];
  let used = 0;
  for (const line of splitLines(text)) {
    const tokens = countTokens(line) + 1;
    if (open.length > 0 && used + tokens > pageTokens) {
      pages.push(open.join(''));
      open = [];
      used = 0;
    }
    open.push(line);
    used += tokens;
  }
  pages.push(open.join(''));
  return { text: pages[page - 1] ?? '', pages: pages.length };
}

export interface Excerpts {
  readonly entries: readonly { readonly head: string; readonly text: string }[];
  /** Stands where one is cut. */
  readonly whenCut: string;
}

/** Excerpts that fit a page together. What a short one leaves of its share is for those after it. */
export function fitPage({ entries, whenCut }: Excerpts, countTokens: (text: string) => number): string {
  let left = pageTokens;
  return entries
    .map(({ head, text }, index) => {
      const frameTokens = countTokens(head) + countTokens(whenCut) + 4;
      const share = Math.max(0, Math.floor(left / (entries.length - index)) - frameTokens);
      const cut = cutTo(text, share, countTokens);
      left -= frameTokens + countTokens(cut);
      return [head, cut, ...(cut === text ? [] : [whenCut])].join('\n\n');
    })
    .join('\n\n');
}

function cutTo(text: string, maxTokens: number, countTokens: (text: string) => number): string {
  let cut = text;
  for (let used = countTokens(cut); used > maxTokens; used = countTokens(cut))
    cut = cut.slice(0, Math.floor(cut.length * Math.min(0.95, maxTokens / used)));
  // No half of a character.
  return cut.replace(/[\ud800-\udbff]$/, '');
}

/** Lines with their ends. */
function splitLines(text: string): string[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).flatMap((line) =>
    line.length <= maxLineLength
      ? [line]
      : (line.match(new RegExp(`[\\s\\S]{1,${maxLineLength}}`, 'gu')) ?? []),
  );
}

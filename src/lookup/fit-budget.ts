/** Something with a price in tokens; `batch` says which upstream page it came with. */
export interface Priced {
  readonly tokens: number;
  readonly batch: number;
}

/**
 * Deals ranked items out to pages of at most `budget` tokens. An item that does not fit the page is skipped, not stopped at: a
 * later, smaller one may still fit, and the skipped one opens a later page. An item larger than a whole page gets a page to
 * itself (the caller cuts it). Items of different batches never share a page, so that pages stay the same when more batches
 * are fetched. Every item is on exactly one page.
 */
export function fitBudget<T extends Priced>(items: readonly T[], budget: number): readonly (readonly T[])[] {
  const pages: T[][] = [];
  let rest: readonly T[] = items;
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    const page: T[] = [];
    const skipped: T[] = [];
    let used = 0;
    for (const item of rest) {
      const fits = used + item.tokens <= budget || page.length === 0;
      if (fits && item.batch === first.batch) {
        page.push(item);
        used += item.tokens;
      } else skipped.push(item);
    }
    pages.push(page);
    rest = skipped;
  }
  return pages;
}

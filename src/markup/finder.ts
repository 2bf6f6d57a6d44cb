/** Finds the next place of a mark at or after an index; -1 where there is none. */
export type Find = (mark: string, from: number) => number;

/** Remembers each mark's last find, so that asking again and again on the way through a text stays linear. */
export function createFinder(text: string): Find {
  const known = new Map<string, { readonly from: number; readonly at: number }>();
  return (mark, from) => {
    const last = known.get(mark);
    if (last !== undefined && from >= last.from && (last.at < 0 || last.at >= from)) return last.at;
    const at = text.indexOf(mark, from);
    known.set(mark, { from, at });
    return at;
  };
}

/** The same for a place where a global pattern matches; the end of the text where it does not. */
export function createPlaceFinder(text: string, pattern: RegExp): (from: number) => number {
  let last = { from: 0, at: -1 };
  return (from) => {
    if (from >= last.from && last.at >= from) return last.at;
    pattern.lastIndex = from;
    last = { from, at: pattern.exec(text)?.index ?? text.length };
    return last.at;
  };
}

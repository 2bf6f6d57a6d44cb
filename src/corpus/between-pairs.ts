/** A place to cut a text at: the one that is given, or the one before where that is inside a surrogate pair. */
export function betweenPairs(text: string, at: number): number {
  const isInside = /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(Math.max(0, at - 1), at + 1));
  return isInside ? at - 1 : at;
}

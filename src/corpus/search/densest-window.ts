/** A place in a text where one of the query's terms stands. */
export interface Place {
  readonly at: number;
  /** Which term. */
  readonly index: number;
}

/** About a paragraph: words of a question that stand this near each other are about one thing. */
const windowChars = 400;

/**
 * Finds the window of a text that holds the most weight of distinct terms: the weight, and where the window starts. The
 * heading's terms count in every window, as it is about them. Two pointers over the sorted places, so linear in them.
 */
export function densestWindow(
  places: readonly Place[],
  weights: readonly number[],
  inHeading: ReadonlySet<number>,
): { readonly weight: number; readonly at: number } {
  const sorted = places.filter((place) => !inHeading.has(place.index)).sort((a, b) => a.at - b.at);
  const inside = new Uint16Array(weights.length);
  let weight = 0;
  for (const index of inHeading) weight += weights[index] ?? 0;
  let best = { weight, at: 0 };
  let from = 0;
  for (const place of sorted) {
    const count = inside[place.index] ?? 0;
    if (count === 0) weight += weights[place.index] ?? 0;
    inside[place.index] = count + 1;
    for (
      let first = sorted[from];
      first !== undefined && place.at - first.at > windowChars;
      first = sorted[from]
    ) {
      const left = (inside[first.index] ?? 1) - 1;
      inside[first.index] = left;
      if (left === 0) weight -= weights[first.index] ?? 0;
      from += 1;
    }
    if (weight > best.weight) best = { weight, at: sorted[from]?.at ?? 0 };
  }
  return best;
}

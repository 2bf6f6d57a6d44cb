/** What is known of a found section before it is rendered. */
export interface Scored {
  readonly score: number;
  readonly tokens: number;
}

/** A section that scores less than this share of the best one answers something else as a rule. */
const fallsOff = 0.65;
/** Shares of the tokens that were asked for: 900 of 2,500 are given whatever they score, 1,800 are not passed. */
const atLeast = 0.36;
const atMost = 0.72;
/** Who asks for so few wants them all. */
const fewTokens = 1_500;
/** What a heading, its place and a separator take. */
const frameTokens = 25;

/**
 * Tells which of some ranked sections belong on the first page of an answer: it stops where scores fall off, so that a question
 * with one answer does not cost the whole budget. The others open the next page. The first one is always on it.
 */
export function chooseFirstPage<T extends Scored>(ranked: readonly T[], tokens: number): ReadonlySet<T> {
  const most = Math.max(tokens * atMost, Math.min(tokens, fewTokens));
  const best = ranked[0]?.score ?? 0;
  const chosen = new Set<T>();
  let used = 0;
  for (const section of ranked) {
    const isWeak = section.score < best * fallsOff && used > tokens * atLeast;
    const isOver = used > 0 && used + section.tokens > most;
    if (isWeak || isOver) continue;
    chosen.add(section);
    used += section.tokens + frameTokens;
  }
  return chosen;
}

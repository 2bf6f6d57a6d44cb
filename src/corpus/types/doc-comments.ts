import type { Comment } from 'oxc-parser';

/** The comments of a file, found by place. */
export interface DocComments {
  /** The text of the doc comment that ends right before a place: only white space and line comments in between. */
  before(start: number): string | undefined;
  /** The comments that lie in a span, in order. */
  within(start: number, end: number): readonly Comment[];
}

/** Indexes the comments of a text, which a parser lists in order. Every look-up is a binary search. */
export function createDocComments(text: string, comments: readonly Comment[]): DocComments {
  /** Index of the first comment that starts at a place or after it. */
  function firstFrom(start: number): number {
    let low = 0;
    let high = comments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((comments[middle]?.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    before(start) {
      let from = start;
      for (let index = firstFrom(start) - 1; index >= 0; index -= 1) {
        const comment = comments[index];
        if (comment === undefined || !isBlank(text, comment.end, from)) return undefined;
        if (comment.type === 'Block') return isDoc(comment) ? comment.value : undefined;
        from = comment.start;
      }
      return undefined;
    },
    within(start, end) {
      const found: Comment[] = [];
      for (let index = firstFrom(start); index < comments.length; index += 1) {
        const comment = comments[index];
        if (comment === undefined || comment.end > end) break;
        found.push(comment);
      }
      return found;
    },
  };
}

/** Whether a comment is `/** ... *\/` and not a rule of asterisks. */
export function isDoc(comment: Comment): boolean {
  return comment.type === 'Block' && /^\*(?!\*)/.test(comment.value);
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (text.charCodeAt(at) > 32) return false;
  return true;
}

/**
 * Estimates the tokens of code with comments, without a regular expression: words (also inside camelCase names), runs of
 * signs, digits and lines. Fitted on 3,900 declarations: 90 % are within 10 % of o200k, and it is seven times as fast as the
 * estimate for prose, which took a third of all the time for declarations.
 */
export function countCodeTokens(text: string): number {
  let words = 0;
  let longLetters = 0;
  let signRuns = 0;
  let digits = 0;
  let lines = 0;
  let foreign = 0;
  let wordLength = 0;
  let before = 0;
  for (let at = 0; at < text.length; at += 1) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind === small || kind === capital) {
      const isNew = (before !== small && before !== capital) || (kind === capital && before === small);
      wordLength = isNew ? 1 : wordLength + 1;
      if (isNew) words += 1;
      else if (wordLength > 7) longLetters += 1;
    } else if (kind === digit) digits += 1;
    else if (kind === lineEnd) lines += 1;
    else if (kind === sign && before !== sign) signRuns += 1;
    else if (kind === beyondAscii) foreign += 1;
    before = kind;
  }
  return Math.ceil(words + 0.1 * longLetters + signRuns + 0.8 * digits + 0.7 * lines + 1.3 * foreign);
}

const small = 1;
const capital = 2;
const digit = 3;
const space = 4;
const lineEnd = 5;
const sign = 6;
const beyondAscii = 7;

function kindOf(code: number): number {
  if (code >= 97 && code <= 122) return small;
  if (code === 32 || code === 9) return space;
  if (code === 10) return lineEnd;
  if (code >= 65 && code <= 90) return capital;
  if (code >= 48 && code <= 57) return digit;
  return code < 128 ? sign : beyondAscii;
}

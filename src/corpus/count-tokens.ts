/**
 * Estimates the tokens of a text in one pass, without a regular expression: words (also inside camelCase names), runs of signs,
 * digits, lines, and letters of other scripts. Measured against o200k on 3,900 sections of guides and as many declarations: 6 %
 * above it at the median, 90 % of them between 6 % below and 16 % above, at 170 MB/s. The calling model's own tokenizer is
 * unknown, and a real one takes 30 MB of memory.
 */
export function countTokens(text: string): number {
  let words = 0;
  let longLetters = 0;
  let signRuns = 0;
  let digits = 0;
  let lines = 0;
  let alphabetic = 0;
  let ideographic = 0;
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
    else if (kind === otherAlphabet) alphabetic += 1;
    else if (kind === ideograph) ideographic += 1;
    before = kind;
  }
  const ascii = words + 0.1 * longLetters + signRuns + 0.8 * digits + 0.7 * lines;
  return Math.ceil(ascii + 0.27 * alphabetic + 0.75 * ideographic);
}

const small = 1;
const capital = 2;
const digit = 3;
const space = 4;
const lineEnd = 5;
const sign = 6;
const otherAlphabet = 7;
const ideograph = 8;

function kindOf(code: number): number {
  if (code >= 97 && code <= 122) return small;
  if (code === 32 || code === 9) return space;
  if (code === 10) return lineEnd;
  if (code >= 65 && code <= 90) return capital;
  if (code >= 48 && code <= 57) return digit;
  if (code < 128) return sign;
  // Typographic signs, arrows and lines of boxes are tokens of their own, as Chinese characters, kana and hangul nearly are.
  return code < 0x2000 ? otherAlphabet : ideograph;
}

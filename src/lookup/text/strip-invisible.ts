/**
 * Removes what a person would not see but a model would read: terminal codes, control characters, zero-width and bidirectional
 * controls, tag characters, orphaned variation selectors and joiners, private-use characters. CRLF becomes LF. Emoji sequences
 * and the joiners that Arabic and Indic scripts need stay. Linear in its input, and applying it twice changes nothing more.
 */
export function stripInvisible(text: string): string {
  if (!/[^\t\n\x20-\x7e]/.test(text)) return text;
  const unified = text.includes('\u001b') || text.includes('\u009b') ? stripTerminalCodes(text) : text;
  const characters = Array.from(unified.replaceAll('\r\n', '\n').replace(/[\r\u2028\u2029]/g, '\n'));
  const kept: string[] = [];
  for (const [index, character] of characters.entries()) {
    if (isKept(character, kept.at(-1), characters[index + 1])) kept.push(character);
  }
  return kept.join('');
}

/** Whether a code point is one that `stripInvisible` may remove; used for numeric character references too. */
export function isInvisible(codePoint: number): boolean {
  return ranges.some(([first, last]) => codePoint >= first && codePoint <= last);
}

/** Inclusive ranges of code points without a glyph of their own, or without an agreed one. */
const ranges: readonly (readonly [number, number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad], // soft hyphen
  [0x34f, 0x34f], // combining grapheme joiner
  [0x61c, 0x61c], // Arabic letter mark
  [0x115f, 0x1160], // Hangul fillers
  [0x17b4, 0x17b5],
  [0x180b, 0x180f], // Mongolian selectors and vowel separator
  [0x200b, 0x200f], // zero width, direction marks
  [0x202a, 0x202e], // embeddings and overrides
  [0x2060, 0x206f], // word joiner, invisible operators, isolates
  [0x3164, 0x3164], // Hangul filler
  [0xd800, 0xdfff], // lone surrogates
  [0xe000, 0xf8ff], // private use
  [0xfe00, 0xfe0f], // variation selectors
  [0xfeff, 0xfeff], // byte order mark
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb], // interlinear annotation
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff], // tags and further variation selectors
  [0xf0000, 0x10ffff], // private use planes
];

const zeroWidthNonJoiner = '\u200c';
const zeroWidthJoiner = '\u200d';
const emojiPresentation = '\ufe0f';
const joiningLetter =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}]/u;
const pictograph = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Emoji}]/u;

function isKept(character: string, previous: string | undefined, next: string | undefined): boolean {
  if (!isInvisible(character.codePointAt(0) ?? 0)) return true;
  if (previous === undefined) return false;
  if (character === emojiPresentation) return pictograph.test(previous);
  if (character !== zeroWidthJoiner && character !== zeroWidthNonJoiner) return false;
  if (next === undefined) return false;
  if (joiningLetter.test(previous) && joiningLetter.test(next)) return true;
  return (
    character === zeroWidthJoiner &&
    (pictograph.test(previous) || previous === emojiPresentation) &&
    pictograph.test(next)
  );
}

/** Drops whole escape sequences, so that their printable rest ("[31m") does not stay behind. */
function stripTerminalCodes(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
      .replace(/\u001b\][^\u0007\u001b\n]{0,2000}(?:\u0007|\u001b\\)?/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
      .replace(/(?:\u001b\[|\u009b)[0-9:;<=>?]{0,64}[ -/]{0,8}[@-~]?/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
      .replace(/\u001b[ -/]{0,8}[0-~]?/g, '')
  );
}

/** oxc-parser overflows its stack, which no JavaScript can catch, from 2,000 levels on; people write up to 40. */
const maxDepth = 256;

/** The same for what nests without brackets: `keyof keyof ...`, `() => () => ...`, `a = b = ...`. */
const maxWords = 256;
const maxLinks = 2_000;

const newline = 10;
const backslash = 92;

/**
 * Whether a text nests deeper than a recursive parser should be given: brackets of any kind, generics, template literals,
 * and words or arrows in a row. Strings and comments do not count. One pass, linear in the text.
 */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let braces = 0;
  /** How many braces were open before each `${` that is open. */
  const templates: number[] = [];
  let words = 0;
  let links = 0;
  let inWord = false;

  /** Reads the text of a template up to its end or into its next `${`, which nests like everything else. */
  function readTemplate(from: number): number {
    const end = endOfTemplate(text, from);
    if (text.charCodeAt(end) !== 36) return end;
    templates.push(braces);
    braces += 1;
    depth += 1;
    return end + 1;
  }

  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isWordCode(code)) {
      if (!inWord) words += 1;
      if (words > maxWords) return true;
      inWord = true;
      continue;
    }
    inWord = false;
    if (code <= 32) continue;
    const next = text.charCodeAt(at + 1);
    if (code === 47 && next === 42) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) return false;
      at = end + 1;
      continue;
    }
    if (code === 47 && next === 47) {
      const end = text.indexOf('\n', at);
      if (end < 0) return false;
      at = end;
      continue;
    }
    words = 0;
    switch (code) {
      case 34:
      case 39:
        at = endOfString(text, at, code);
        break;
      case 96:
        at = readTemplate(at);
        break;
      case 123:
        braces += 1;
        depth += 1;
        break;
      case 125:
        braces = Math.max(0, braces - 1);
        depth = Math.max(0, depth - 1);
        if (templates.at(-1) === braces) {
          templates.pop();
          at = readTemplate(at);
        }
        break;
      case 40:
      case 60:
      case 91:
        depth += 1;
        break;
      case 41:
      case 93:
        depth = Math.max(0, depth - 1);
        break;
      case 62:
        if (text.charCodeAt(at - 1) !== 61) depth = Math.max(0, depth - 1);
        break;
    }
    if (code === 59 || code === 123 || code === 125) links = 0;
    else if (code === 61 || code === 63 || code === 33 || code === 45 || code === 43 || code === 126)
      links += 1;
    if (depth > maxDepth || links > maxLinks) return true;
  }
  return false;
}

/** Letters, digits, `_`, `$` and everything beyond ASCII. */
function isWordCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code > 127
  );
}

/** Where a string ends; one that is not closed ends with its line, as it does for the parser. */
function endOfString(text: string, from: number, quote: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote || code === newline) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
}

/** Where a template's text ends: at its closing back-tick or before the brace of its first `${`. */
function endOfTemplate(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 96) return at;
    if (code === backslash) at += 1;
    else if (code === 36 && text.charCodeAt(at + 1) === 123) return at;
  }
  return text.length;
}

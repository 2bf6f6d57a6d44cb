export interface JsonBounds {
  /** Levels of arrays and objects. */
  readonly maxDepth: number;
  /** Commas and colons: every further member of an array or object has one of them. */
  readonly maxMarks: number;
}

/**
 * Which bound a JSON text is over, in one pass over it: what works on a parsed message goes down it by recursion, and looks at
 * every member more than once. A text that is no JSON is told by the parser.
 */
export function boundPassed(text: string, { maxDepth, maxMarks }: JsonBounds): keyof JsonBounds | undefined {
  let depth = 0;
  let marks = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        break;
      case comma:
      case colon:
        marks += 1;
        if (marks > maxMarks) return 'maxMarks';
        break;
      case openBrace:
      case openBracket:
        depth += 1;
        if (depth > maxDepth) return 'maxDepth';
        break;
      case closeBrace:
      case closeBracket:
        depth -= 1;
        break;
    }
  }
  return undefined;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === quote) return at;
  }
  return text.length;
}

/** A component tag that opens on one line, and where it ends. */
export interface ComponentTag {
  readonly name: string;
  /** Index of the line that holds the end of the opening tag. */
  readonly endLine: number;
  /** What follows the tag on that line. */
  readonly rest: string;
  /** What the tag's attributes say to a reader, one entry a line. */
  readonly lines: readonly { readonly text: string; readonly line: number }[];
}

/** A tag that has not ended after this many lines is text that happens to begin with "<". */
const maxLines = 3_000;

/** Attributes that hold no words for a reader. */
const silent =
  /^(?:class|className|style|id|key|href|src|srcSet|srcLight|srcDark|icon|alt|width|height|lang|rel|target|value|defaultValue|size|color|variant|as)$/;

/**
 * Reads a component tag such as `<PropertiesTable content={[{ name: 'model', type: 'Model', description: '...' }]} />`
 * and turns the words of its attributes into list lines: reference pages in MDX keep their parameter tables there, and
 * as raw JSX they are one paragraph of up to 20,000 tokens. `undefined` where no tag begins or none ends.
 */
export function readComponentTag(lines: readonly string[], from: number): ComponentTag | undefined {
  const name = /^\s*<([A-Z][\w.]*)(?=[\s/>]|$)/.exec(lines[from] ?? '');
  if (name?.[1] === undefined) return undefined;
  const out: { text: string; line: number }[] = [];
  let depth = 0;
  let key = '';
  for (let index = from; index < lines.length && index - from < maxLines; index += 1) {
    const line = lines[index] ?? '';
    if (depth === 0 && index > from && line.trim() === '') return undefined;
    let at = index === from ? name[0].length : 0;
    while (at < line.length) {
      const char = line[at] ?? '';
      if (char === '{' || char === '[' || char === '(') depth += 1;
      else if (char === '}' || char === ']' || char === ')') depth -= 1;
      else if (char === '>' && depth <= 0) {
        return { name: name[1], endLine: index, rest: line.slice(at + 1), lines: out };
      } else if (char === "'" || char === '"' || char === '`') {
        const end = endOfString(line, at);
        const value = line
          .slice(at + 1, end)
          .replace(/\\(['"`])/g, '$1')
          .trim();
        at = end;
        if (value !== '' && !silent.test(key)) addValue(out, { key, value, depth, line: index });
      } else if (/[A-Za-z_$]/.test(char)) {
        const word = /^[\w$-]+/.exec(line.slice(at, at + 100))?.[0] ?? char;
        at += word.length - 1;
        if (/^\s*[:=]/.test(line.slice(at + 1, at + 8))) key = word;
      }
      at += 1;
    }
  }
  return undefined;
}

interface Value {
  readonly key: string;
  readonly value: string;
  readonly depth: number;
  readonly line: number;
}

const namingKey = /^(?:name|title|label|heading|question)$/;

function addValue(out: { text: string; line: number }[], { key, value, depth, line }: Value): void {
  const last = out.at(-1);
  if (namingKey.test(key) || last === undefined) {
    // Depth 3 is the first object in `content={[{`; each list of nested properties lies two deeper or more.
    const indent = '  '.repeat(Math.min(8, Math.max(0, Math.floor((depth - 3) / 2))));
    const text = namingKey.test(key) && depth > 0 ? `\`${value}\`` : value;
    out.push({ text: depth > 0 ? `${indent}- ${text}` : text, line });
    return;
  }
  last.text += key === 'type' ? ` (${value})` : `: ${value}`;
}

/** The closing quote's index, or the end of the line: JavaScript strings end there, and template text goes on as words. */
function endOfString(line: string, start: number): number {
  const quote = line[start];
  for (let at = start + 1; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === quote) return at;
  }
  return line.length;
}

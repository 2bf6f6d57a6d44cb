/** What front matter says about a page, and where its text begins. */
export interface FrontMatter {
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** Lines that the front matter takes, its fences included; 0 without one. */
  readonly lines: number;
}

const none: FrontMatter = { title: undefined, description: undefined, lines: 0 };

/** A block without an end within this many lines is a rule at the top of a page, not front matter. */
const maxLines = 400;

/**
 * Reads `title` and `description` out of YAML front matter without a YAML parser: the two are plain or quoted scalars
 * in every package looked at, and whatever else stands there is not for readers.
 */
export function readFrontMatter(lines: readonly string[]): FrontMatter {
  if (lines[0]?.trimEnd() !== '---') return none;
  const end = lines
    .slice(0, maxLines)
    .findIndex((line, index) => index > 0 && /^(?:---|\.\.\.)\s*$/.test(line));
  if (end < 0) return none;
  const block = lines.slice(1, end);
  if (!block.some((line) => /^[\w-]+\s*:/.test(line))) return none;
  return { title: readScalar(block, 'title'), description: readScalar(block, 'description'), lines: end + 1 };
}

function readScalar(block: readonly string[], key: string): string | undefined {
  const at = block.findIndex((line) => line.startsWith(`${key}:`));
  if (at < 0) return undefined;
  let value = (block[at] ?? '').slice(key.length + 1).trim();
  if (/^[>|][+-]?$/.test(value)) value = '';
  for (let index = at + 1; index < block.length; index += 1) {
    const line = block[index] ?? '';
    if (!/^\s+\S/.test(line)) break;
    value = `${value} ${line.trim()}`.trim();
  }
  const quoted = /^(["'])(.*)\1$/s.exec(value);
  if (quoted?.[2] === undefined) return value === '' ? undefined : value;
  const inner = quoted[1] === "'" ? quoted[2].replaceAll("''", "'") : quoted[2].replaceAll('\\"', '"');
  return inner === '' ? undefined : inner;
}

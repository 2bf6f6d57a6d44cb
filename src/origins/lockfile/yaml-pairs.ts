import { inTurns, type WorkLimits } from './in-turns.ts';

/** Called for each `key: value`; `path` holds the keys above it and is only valid during the call. `value` may be empty. */
export type VisitPair = (path: readonly string[], key: string, value: string) => void;

const maxLineLength = 100_000;
const maxDepth = 20;

/** The lines of a text, without those that no tool writes: over 100,000 characters. */
export function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    if (stop - start <= maxLineLength) yield text.slice(start, text[stop - 1] === '\r' ? stop - 1 : stop);
    start = stop + 1;
  }
}

/**
 * Visits the pairs of YAML as pnpm and yarn write it: block mappings, plain or quoted keys, `? key` for long ones; what is in flow
 * style (`{}`) or in a sequence is left as text or out. Not the `yaml` package on purpose: it took 11 s for 2.5 MB of pnpm-lock.yaml, in
 * one piece, and lockfiles of 10 MB are real.
 */
export async function forEachYamlPair(text: string, limits: WorkLimits, visit: VisitPair): Promise<void> {
  const path: string[] = [];
  const indents: number[] = [];
  let explicitKey: string | undefined;
  await inTurns(linesOf(text), limits, (line) => {
    let indent = 0;
    while (line[indent] === ' ') indent += 1;
    const first = line[indent];
    if (first === undefined || first === '#' || first === '-') return;
    if (first === '?' && line[indent + 1] === ' ') {
      explicitKey = unquote(line.slice(indent + 2));
      return;
    }
    const pair =
      first === ':' && explicitKey !== undefined
        ? explicitPair(explicitKey, line, indent)
        : readPair(line, indent);
    if (pair === undefined) return;
    explicitKey = undefined;
    while ((indents.at(-1) ?? -1) >= indent) {
      indents.pop();
      path.pop();
    }
    if (path.length >= maxDepth) return;
    visit(path, pair.key, pair.value);
    path.push(pair.key);
    indents.push(indent);
  });
}

interface Pair {
  readonly key: string;
  readonly value: string;
}

function explicitPair(key: string, line: string, indent: number): Pair {
  return { key, value: unquote(line.slice(indent + 1)) };
}

function readPair(line: string, indent: number): Pair | undefined {
  const end = endOfKey(line, indent);
  if (end < 0 || line[end] !== ':') return undefined;
  return { key: unquote(line.slice(indent, end)), value: unquote(line.slice(end + 1)) };
}

/** Where the colon after the key is. A plain key may hold colons itself: `pebble@file:vendor/pebble.tgz:`. */
function endOfKey(line: string, start: number): number {
  const quote = line[start];
  if (quote === "'" || quote === '"') {
    for (let at = start + 1; at < line.length; at += 1) {
      if (quote === '"' && line[at] === '\\') at += 1;
      else if (line[at] === quote && quote === "'" && line[at + 1] === quote) at += 1;
      else if (line[at] === quote) return at + 1;
    }
    return -1;
  }
  const inside = line.indexOf(': ', start);
  return inside >= 0 ? inside : line.endsWith(':') ? line.length - 1 : -1;
}

/** Takes the quotes off a scalar; the escapes that lockfiles use are those of the quotes themselves. */
function unquote(raw: string): string {
  const text = raw.trim();
  const quote = text[0];
  if (text.length < 2 || text.at(-1) !== quote) return text;
  if (quote === "'") return text.slice(1, -1).replaceAll("''", "'");
  if (quote === '"') return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
  return text;
}

/**
 * Whether a relative path with forward slashes matches a glob of `*`, `?` and `**`. Takes no more than pattern times path steps:
 * a regular expression made from a hostile pattern would backtrack without end.
 */
export function matchGlob(path: string, pattern: string): boolean {
  return matchSegments(path.split('/'), pattern.split('/'));
}

/** Whether one name matches one segment of a glob. */
export function matchSegment(name: string, pattern: string): boolean {
  return matchWild(
    [...name],
    [...pattern],
    (character, wanted) => wanted === '?' || character === wanted,
    '*',
  );
}

/** Writes out `{a,b}`; at most 100 patterns come of one. */
export function expandBraces(pattern: string): readonly string[] {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0 && done.length + open.length <= 100) {
    const next = open.shift() ?? '';
    const match = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(next);
    if (match === null) done.push(next);
    else for (const choice of (match[2] ?? '').split(',')) open.push(`${match[1]}${choice}${match[3]}`);
  }
  return done;
}

function matchSegments(names: readonly string[], patterns: readonly string[]): boolean {
  return matchWild(names, patterns, matchSegment, '**');
}

/** The greedy two-pointer match: at a mismatch only the last wildcard takes one more. */
function matchWild<T>(
  items: readonly T[],
  patterns: readonly string[],
  isMatch: (item: T, pattern: string) => boolean,
  wild: string,
): boolean {
  let at = 0;
  let patternAt = 0;
  let wildAt = -1;
  let resumeAt = 0;
  while (at < items.length) {
    const pattern = patterns[patternAt];
    if (pattern === wild) {
      wildAt = patternAt;
      resumeAt = at;
      patternAt += 1;
    } else if (pattern !== undefined && isMatch(items[at] as T, pattern)) {
      at += 1;
      patternAt += 1;
    } else if (wildAt >= 0) {
      resumeAt += 1;
      at = resumeAt;
      patternAt = wildAt + 1;
    } else {
      return false;
    }
  }
  return patterns.slice(patternAt).every((pattern) => pattern === wild);
}

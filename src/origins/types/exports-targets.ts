/** A path that `exports` or `typesVersions` names for a subpath; both may hold one `*`. */
export interface Target {
  readonly subpath: string;
  readonly path: string;
}

const maxTargets = 4_000;
const maxDepth = 16;

/**
 * The targets of a package.json's `exports`, whatever it holds, in its order. Where a condition object has `types` at a level,
 * only that one counts; else every condition does, since any of them may have declarations beside it.
 */
export function exportsTargets(exported: unknown): readonly Target[] {
  const targets: Target[] = [];

  function visit(value: unknown, subpath: string, depth: number): void {
    if (targets.length >= maxTargets || depth > maxDepth) return;
    if (typeof value === 'string') targets.push({ subpath, path: value });
    else if (Array.isArray(value)) for (const each of value) visit(each, subpath, depth + 1);
    else if (typeof value === 'object' && value !== null)
      visitConditions(Object.entries(value), subpath, depth);
  }

  function visitConditions(
    entries: readonly (readonly [string, unknown])[],
    subpath: string,
    depth: number,
  ): void {
    const types = entries.filter(([key, value]) => isTypes(key) && value !== null);
    const chosen = types.length > 0 ? types : entries;
    for (const [key, value] of chosen)
      visit(value, key.startsWith('.') && depth === 0 ? key : subpath, depth + 1);
  }

  visit(exported, '.', 0);
  return targets;
}

/** Subpaths that `exports` closes by null. */
export function closedSubpaths(exported: unknown): readonly string[] {
  if (typeof exported !== 'object' || exported === null) return [];
  return Object.entries(exported).flatMap(([key, value]) =>
    value === null && key.startsWith('.') ? [key] : [],
  );
}

/** The targets of `typesVersions` for compilers of today: ranges that begin with `<` are for old ones. */
export function typesVersionsTargets(versions: unknown): readonly Target[] {
  if (typeof versions !== 'object' || versions === null) return [];
  const targets: Target[] = [];
  for (const [range, paths] of Object.entries(versions)) {
    if (range.trim().startsWith('<') || typeof paths !== 'object' || paths === null) continue;
    for (const [subpath, list] of Object.entries(paths)) {
      for (const path of Array.isArray(list) ? list : [])
        if (typeof path === 'string' && targets.length < maxTargets)
          targets.push({ subpath: `./${subpath}`, path });
    }
  }
  return targets;
}

/** `types`, and `types@>=5.0` for compilers of some versions. */
function isTypes(condition: string): boolean {
  return condition === 'types' || condition.startsWith('types@');
}

import { relative, resolve, sep } from 'node:path';
import type { Coverage } from '../../corpus/corpus.ts';
import { versionMatches } from '../../library.ts';
import type { Located, Project } from '../../origins/origin.ts';
import { coverageText, isReadmeOnly } from './coverage.ts';

/** Says where a library was found, for the first line of an answer: "installed in this project". */
export function describeOrigin(located: Located, project: Project): string {
  const place = packageOf(located, project);
  const name = located.alias ?? located.name;
  if (place !== undefined) return `installed in ${place} of this workspace`;
  if (!project.dependencies.has(name) && project.lacksDependencies !== true)
    return 'installed, but not a direct dependency of this project';
  return 'installed in this project';
}

/** The facts that the first lines of an answer carry, one sentence each. */
export function describeFacts(
  served: Located,
  all: readonly Located[],
  project: Project,
  coverage: Coverage,
): readonly string[] {
  // Another one is served only when its version was asked for: what package.json asks for is not about that one.
  const isNearest = all[0]?.version === served.version;
  return [
    ...project.notes.slice(0, 3),
    ...aliasNote(served),
    ...(isNearest ? rangeNote(served, project) : []),
    ...otherVersionsNote({ served, all, project, isNearest }),
    ...readmeNote(coverage),
    ...skippedNote(coverage),
  ];
}

function aliasNote({ alias, name }: Located): readonly string[] {
  return alias === undefined ? [] : [`This project calls ${name} by the name ${alias}.`];
}

function rangeNote(located: Located, project: Project): readonly string[] {
  const declared = project.dependencies.get(located.alias ?? located.name)?.declared;
  // Only plain ranges: tags, links and addresses say nothing that an installed version could differ from.
  if (declared === undefined || !/^[~^<>=\d*x ][\w.+~^<>=*| -]{0,60}$/.test(declared)) return [];
  if (versionMatches(located.version, declared)) return [];
  return [`package.json asks for ${declared}, but ${located.version} is installed.`];
}

interface ServedAmong {
  readonly served: Located;
  readonly all: readonly Located[];
  readonly project: Project;
  readonly isNearest: boolean;
}

function otherVersionsNote({ served, all, project, isNearest }: ServedAmong): readonly string[] {
  const others = all.filter(({ version }) => version !== served.version);
  if (others.length === 0) return [];
  const shown = others
    .slice(0, 4)
    .map((each) => `${each.version} in ${packageOf(each, project) ?? 'this project'}`);
  const more = others.length > shown.length ? ` and ${others.length - shown.length} more` : '';
  const start = isNearest ? 'The nearest version is served; also' : 'Also';
  return [`${start} in this workspace: ${shown.join(', ')}${more}.`];
}

function readmeNote(coverage: Coverage): readonly string[] {
  if (!isReadmeOnly(coverage)) return [];
  return [
    `${coverageText(coverage)}: the package ships no other docs; a hosted source, where one is set up, may have more.`,
  ];
}

/** One sentence for all of them; the paths are the package's own text, so only the first is named, and cut. */
function skippedNote({ skipped }: Coverage): readonly string[] {
  const [first] = skipped;
  if (first === undefined) return [];
  const others = skipped.length === 1 ? '' : ` and ${skipped.length - 1} more`;
  return [`Not read: ${plainPath(first.path)} (${first.why})${others}.`];
}

/** A path of a package, which is its own text, fit to stand in a sentence of ours. */
export function plainPath(path: string): string {
  return path.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?').slice(0, 120);
}

/**
 * The package of the workspace that a library is in, as a path from the workspace root: `packages/app/node_modules/zod` is in
 * `packages/app`. What is in the project or above it is in no other package.
 */
function packageOf({ shownRoot }: Located, { folder, workspaceRoot }: Project): string | undefined {
  const at = Math.max(0, shownRoot.lastIndexOf('node_modules/'));
  const holder = resolve(folder, shownRoot.slice(0, at));
  const parts = relative(folder, holder).split(sep);
  if (parts.every((part) => part === '' || part === '..')) return undefined;
  return relative(workspaceRoot, holder).split(sep).join('/');
}

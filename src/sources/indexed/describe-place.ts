import { relative, resolve, sep } from 'node:path';
import type { Coverage } from '../../corpus/corpus.ts';
import type { Located, OriginFacts, Project } from '../../origins/origin.ts';
import { coverageText, isReadmeOnly } from './coverage.ts';
import type { Place } from './place-finder.ts';

/** Says where a library was found, for the first line of an answer: "installed in this project". */
export function describeOrigin({ located, project }: Place): string {
  if (located.origin === 'tarball' || project === undefined) return 'from the registry, not installed';
  const place = packageOf(located, project);
  const name = located.alias ?? located.name;
  if (place !== undefined) return `installed in ${place} of this workspace`;
  if (!project.dependencies.has(name) && project.lacksDependencies !== true)
    return 'installed, but not a direct dependency of this project';
  return 'installed in this project';
}

/** The facts that the first lines of an answer carry, one sentence each. */
export function describeFacts(
  { located, project, notes, facts }: Place,
  coverage: Coverage,
): readonly string[] {
  return [
    ...(project === undefined
      ? ['No project is known, so no project decided the version.']
      : project.notes.slice(0, 3)),
    ...aliasNote(located),
    ...notes,
    ...strangerNote(facts, project, notes),
    ...readmeNote(coverage),
    ...skippedNote(coverage),
  ];
}

/** Invented package names get registered by attackers, so a reader has to know that nobody chose this one. */
function strangerNote(
  facts: OriginFacts | undefined,
  project: Project | undefined,
  notes: readonly string[],
): readonly string[] {
  if (facts === undefined) return [];
  const standing = facts.isDependency ? [] : standingOf(facts);
  const isSaid = project === undefined || notes.some((note) => note.startsWith(notADependency));
  const stranger = isSaid ? standing : [notADependency, ...standing];
  return [
    ...(facts.isDependency || stranger.length === 0 ? [] : [`${sentence(stranger.join(', '))}.`]),
    ...(facts.isDeprecated ? ['The registry marks this version as deprecated.'] : []),
  ];
}

const notADependency = 'NOT a dependency of this project';

/** How well known a package is, as far as its registry says it; made to follow a comma. */
export function standingOf({ firstPublishedMs, downloads }: OriginFacts): readonly string[] {
  return [
    ...(firstPublishedMs === undefined
      ? []
      : [`first published on ${new Date(firstPublishedMs).toISOString().slice(0, 10)}`]),
    ...(downloads === undefined
      ? []
      : [
          `${downloads.count.toLocaleString('en')} ${downloads.count === 1 ? 'download' : 'downloads'} a ${downloads.per}`,
        ]),
  ];
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function aliasNote({ alias, name }: Located): readonly string[] {
  return alias === undefined ? [] : [`This project calls ${name} by the name ${alias}.`];
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

import { relative, resolve, sep } from 'node:path';
import { versionMatches } from '../../library.ts';
import { type Elsewhere, unknownVersion } from '../lockfile/lockfile.ts';
import type { VersionChoice, VersionFacts } from './decide-version.ts';
import { declaredFor, plainRangeOf } from './plain-range.ts';

const maxShown = 4;
const maxLockfileNotes = 3;

const elsewhereNotes: Readonly<Record<Elsewhere, string>> = {
  workspace: 'It is a package of this workspace, not of the registry.',
  link: 'It is a linked folder, not of the registry.',
  file: 'It comes from a file, not from the registry.',
  git: 'It comes from a git repository, not from the registry.',
  tarball: 'It comes from an address of its own, not from the registry.',
};

/** What is not plain about a version, in whole sentences: what differs, where it comes from, which others there are. */
export function versionNotes(
  facts: VersionFacts,
  chosen: VersionChoice,
  inUse: VersionChoice,
): readonly string[] {
  return [
    ...askedNote(facts, chosen, inUse),
    ...basisNote(facts, chosen),
    ...(chosen.resolvedElsewhere === undefined ? [] : [elsewhereNotes[chosen.resolvedElsewhere]]),
    ...driftNote(facts),
    ...rangeNote(facts, chosen),
    ...othersNote(facts, chosen),
    ...(facts.lockfile?.notes ?? []).slice(0, maxLockfileNotes),
  ];
}

function askedNote(facts: VersionFacts, { version }: VersionChoice, inUse: VersionChoice): readonly string[] {
  if (facts.asked === undefined || inUse.basis === 'newest') return [];
  if (inUse.version !== undefined)
    return inUse.version === version ? [] : [`The project uses ${inUse.version}.`];
  const range = plainRangeOf(declaredOf(facts));
  if (range === undefined || (version !== undefined && versionMatches(version, range))) return [];
  return [`The project asks for ${range} in package.json.`];
}

function basisNote(facts: VersionFacts, { basis, resolvedElsewhere }: VersionChoice): readonly string[] {
  switch (basis) {
    case 'lockfile':
      return [
        facts.lockfile?.isPnp === true
          ? 'Yarn PnP: version from the lockfile.'
          : `Not installed: version from the lockfile${fileOf(facts)}.`,
      ];
    case 'declared': {
      const range = plainRangeOf(declaredOf(facts));
      const place = 'Neither installed nor in a lockfile';
      if (resolvedElsewhere !== undefined) return [`${place}.`];
      return range === undefined
        ? [`${place}, and package.json gives no range: newest registry version.`]
        : [`${place}: newest registry version for ${range} in package.json.`];
    }
    case 'newest':
      return [
        facts.project === undefined
          ? 'No project known: newest registry version.'
          : 'NOT a dependency of this project: newest registry version.',
      ];
    default:
      return [];
  }
}

/**
 * The lockfile and node_modules disagree. What the project asks for itself must be there in the pinned version, in whichever
 * package folder; anything else in one of the pinned versions. What is not the registry's is never compared: a folder or a
 * repository changes its version without the lockfile.
 */
function driftNote(facts: VersionFacts): readonly string[] {
  const [installed] = facts.installed;
  if (
    installed === undefined ||
    facts.locked.some(({ resolvedElsewhere }) => resolvedElsewhere !== undefined)
  )
    return [];
  const pinned = facts.locked.filter(({ name }) => name === installed.name);
  const direct = pinned.find(({ isDirect }) => isDirect);
  const locked = direct ?? pinned[0];
  if (locked === undefined) return [];
  const isThere =
    direct === undefined
      ? pinned.some(({ version }) => version === installed.version)
      : facts.installed.some(({ version }) => version === direct.version);
  if (isThere) return [];
  return [
    `The lockfile${fileOf(facts)} has ${locked.version}, node_modules has ${installed.version}: run your package manager's install.`,
  ];
}

function rangeNote(facts: VersionFacts, { basis, version }: VersionChoice): readonly string[] {
  const range = plainRangeOf(declaredOf(facts));
  if (basis !== 'installed' || version === undefined || version !== facts.installed[0]?.version) return [];
  // Tags say nothing that an installed version could differ from.
  if (range === undefined || !/^[~^<>=\d*x]/.test(range) || versionMatches(version, range)) return [];
  return [`package.json asks for ${range}, but ${version} is installed.`];
}

/** The other versions of the same standing: installed ones beside an installed one, pinned ones beside a pinned one. */
function othersNote(facts: VersionFacts, { basis, version, name }: VersionChoice): readonly string[] {
  const others = new Map<string, string>();
  const add = (other: string, place: string) => {
    if (other !== version && other !== unknownVersion && !others.has(other)) others.set(other, place);
  };
  if (basis === 'installed') {
    for (const each of facts.installed)
      if (each.name === name) add(each.version, packageOf(each.shownRoot, facts));
  } else if (basis === 'lockfile') {
    for (const each of facts.locked)
      if (each.name === name && each.isDirect) add(each.version, placeOf(each.neededBy, facts));
  }
  if (others.size === 0) return [];
  const shown = [...others].slice(0, maxShown).map(([other, place]) => `${other} in ${place}`);
  const more = others.size > maxShown ? ` and ${others.size - maxShown} more` : '';
  const served = facts.asked === undefined ? 'The nearest version is served; also' : 'Also';
  return [`${served} in this workspace: ${shown.join(', ')}${more}.`];
}

function declaredOf({ project, name }: VersionFacts): string | undefined {
  return declaredFor(project, name);
}

function fileOf({ lockfile }: VersionFacts): string {
  return lockfile?.file === undefined ? '' : ` (${lockfile.file})`;
}

/** The package that a library is in, from the workspace root; what is in the project or above it is in no other package. */
function packageOf(shownRoot: string, facts: VersionFacts): string {
  const { project } = facts;
  const at = Math.max(0, shownRoot.lastIndexOf('node_modules/'));
  const holder = resolve(project?.folder ?? '/', shownRoot.slice(0, at));
  const way = relative(project?.folder ?? '/', holder).split(sep);
  return way.every((part) => part === '' || part === '..') ? 'this project' : placeOf(holder, facts);
}

function placeOf(folder: string, { project }: VersionFacts): string {
  if (project === undefined || folder === project.folder) return 'this project';
  return relative(project.workspaceRoot, folder).split(sep).join('/') || 'the workspace root';
}

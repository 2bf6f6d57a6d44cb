import type { PageKind } from '../../library.ts';

/** Where a file stands: only its name, and whether its folder is one of docs, decide what it is. */
export interface Place {
  /** Names of the folders from the package down to the file's; empty at the root. */
  readonly folders: readonly string[];
  /** Whether one of these folders is one of docs. */
  readonly isDocs: boolean;
}

const markdown = /\.(?:md|mdx|markdown)$/i;
const readme = /^readme(?:\.(?:md|mdx|markdown|txt))?$/i;
const llms = /^llms[\w.-]*\.txt$/i;
const agentGuide = /^(?:agents|claude)\.md$/i;
const changelog = /^(?:changelog|changes|history|releases?|release[-_]notes)(?:[-_.][\w.-]+)?$/i;
const changelogFolder = /^(?:changelogs?|releases|release[-_]notes)$/i;
/** Written for those who work on the package, wherever it stands. */
const contributorNotes =
  /^(?:contribut\w*|code[-_]of[-_]conduct|licen[cs]es?|license[-_.].*|copying|notice|third[-_]?party.*|codeowners|(?:pull_request|issue)_template|bug_report|feature_request)\b/i;
/** The same, at the root only: `docs/security.md` is a guide, `SECURITY.md` says where to report. */
const rootNotes =
  /^(?:security|governance|maintain\w*|authors|support|funding|backers|sponsors|todo|roadmap|develop\w*|hacking|releasing|publishing|architecture|testing|news|(?:project[-_])?charter|copilot-instructions)$/i;

/** Code that pages of docs point at instead of showing it. */
const example = /(?<!\.d)\.tsx?$/i;
const exampleFolder = /^(?:ai-docs|examples?)$/i;

/** The name of a folder of docs. */
const docsFolder =
  /^(?:docs?|documentation|ai-docs|api-docs|guides?|man|manuals?|handbook|reference|tutorials?|recipes|cookbook|skills|migrations?)$/i;
/** Folders that hold other people's files, tests, or none that tell how the package is used. */
const otherFolder =
  /^(?:compiled|vendor(?:ed)?|third[-_]?party|tests?|specs?|bench(?:marks?)?|coverage|templates?|scripts)$/i;
/** The same inside a folder of docs, where `docs/templates` or `docs/test` are chapters. */
const neverDocs = /^(?:\..*|node_modules|__\w+__|fixtures?|snapshots|i18n|translations?)$/i;

/** Whether a folder is one of docs by its name. */
export function isDocsFolder(name: string): boolean {
  return docsFolder.test(name);
}

/** Whether a folder is never looked into; `isDocs` tells whether it is inside one of docs. */
export function isOtherFolder(name: string, isDocs: boolean): boolean {
  return neverDocs.test(name) || (!isDocs && otherFolder.test(name));
}

/** Whether a name is one of Markdown that would be a guide in a folder of docs: no README, no contributor notes. */
export function isGuideName(name: string): boolean {
  return markdown.test(name) && !readme.test(name) && !contributorNotes.test(name) && !agentGuide.test(name);
}

/** What a file of docs is, or undefined for every other file. */
export function classify(name: string, place: Place): PageKind | undefined {
  const isRoot = place.folders.length === 0;
  if (contributorNotes.test(name)) return undefined;
  if (readme.test(name)) return isRoot ? 'readme' : place.isDocs ? kindInDocs(place) : undefined;
  if ((isRoot || place.isDocs) && (llms.test(name) || agentGuide.test(name))) return 'agent';
  if (place.isDocs && example.test(name) && place.folders.some((folder) => exampleFolder.test(folder)))
    return 'guide';
  const stem = name.replace(markdown, '');
  const isMarkdown = stem !== name;
  if (isRoot && changelog.test(stem) && (isMarkdown || !stem.includes('.'))) return 'changelog';
  if (!isMarkdown) return undefined;
  if (isRoot) return rootNotes.test(stem) ? undefined : 'guide';
  if (!place.isDocs) return undefined;
  return changelog.test(stem) ? 'changelog' : kindInDocs(place);
}

/** Whether a file is one of docs as far as its path tells; the others in its folder decide the rest. */
export function mayBeDocs(path: string): boolean {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  return (
    !folders.some((folder) => neverDocs.test(folder)) &&
    classify(name, { folders, isDocs: true }) !== undefined
  );
}

function kindInDocs(place: Place): PageKind {
  if (place.folders.some((folder) => /^skills$/i.test(folder))) return 'agent';
  return place.folders.some((folder) => changelogFolder.test(folder)) ? 'changelog' : 'guide';
}

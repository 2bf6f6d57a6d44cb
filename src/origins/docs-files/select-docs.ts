import type { SkippedFile, SurveyedFile } from '../origin.ts';
import { tooLarge } from '../read-regular-file.ts';
import type { FolderEntries, NotRead } from '../types/package-files.ts';
import { classify, isDocsFolder, isGuideName, isOtherFolder, type Place } from './classify.ts';
import type { DocsLimits } from './docs-limits.ts';
import { withoutTranslatedFiles, withoutTranslatedFolders } from './translations.ts';

/**
 * A package to choose files of docs from, wherever it is. Paths are relative to it, with forward slashes. It is synchronous on
 * purpose: a look at a disk takes some microseconds, where a promise costs a hundred, and a package has hundreds of folders.
 */
export interface DocsFolder<State extends FileState> {
  /** Names in a folder, the package's own being ''; whatever is no folder is among the files. */
  list(folder: string): FolderEntries;
  /** What is known of a file without reading it, or why it is not read. */
  look(path: string): State | NotRead;
}

export interface FileState {
  readonly bytes: number;
}

export interface SelectedFile<State extends FileState> extends SurveyedFile {
  readonly state: State;
}

export interface SelectedDocs<State extends FileState> {
  readonly files: readonly SelectedFile<State>[];
  readonly skipped: readonly SkippedFile[];
}

/** Folders of docs are looked for this deep (`lib/tools/skills`), and then followed down to `maxDepth`. */
const searchDepth = 3;
const maxDepth = 12;
const maxFolders = 5_000;
/** A folder with this many guides is one of docs, whatever it is called. */
const plainlyDocs = 3;

/**
 * Chooses the files of docs of a package, in the order of their paths: what is at its root, in folders named after docs, and in
 * folders that hold at least three guides. What is over the caps, and what the folder says is not to be read, is in `skipped`.
 */
export function selectDocs<State extends FileState>(
  folder: DocsFolder<State>,
  limits: DocsLimits,
): SelectedDocs<State> {
  const found: SelectedFile<State>[] = [];
  const skipped: SkippedFile[] = [];
  let folderCount = 0;

  function visit(place: Place): void {
    folderCount += 1;
    if (folderCount > maxFolders) return;
    const entries = folder.list(place.folders.join('/'));
    const names = withoutTranslatedFiles(entries.files);
    const guides = names.filter(isGuideName).length;
    const isDocs = place.isDocs || (place.folders.length > 0 && guides >= plainlyDocs);
    for (const name of withoutTwinGuide(names)) take(name, { ...place, isDocs });
    const shown = isDocs ? withoutTranslatedFolders(entries.folders, names.length > 0) : entries.folders;
    for (const name of [...shown].sort()) enter(name, place);
  }

  function enter(name: string, from: Place): void {
    const folders = [...from.folders, name];
    const isDocs = from.isDocs || isDocsFolder(name);
    if (isOtherFolder(name, from.isDocs) || folders.length > (isDocs ? maxDepth : searchDepth - 1)) return;
    visit({ folders, isDocs });
  }

  function take(name: string, place: Place): void {
    const kind = classify(name, place);
    if (kind === undefined) return;
    const path = [...place.folders, name].join('/');
    const state = folder.look(path);
    if ('why' in state) skipped.push({ path, why: state.why });
    else if (state.bytes > limits.maxFileBytes)
      skipped.push({ path, why: tooLarge(state.bytes, limits.maxFileBytes) });
    else found.push({ path, kind, bytes: state.bytes, state });
  }

  visit({ folders: [], isDocs: false });
  return cap(found.sort(byPath), skipped.sort(byPath), limits);
}

function cap<State extends FileState>(
  found: readonly SelectedFile<State>[],
  skipped: readonly SkippedFile[],
  limits: DocsLimits,
): SelectedDocs<State> {
  const files: SelectedFile<State>[] = [];
  let bytes = 0;
  for (const file of found) {
    if (files.length >= limits.maxFiles || bytes + file.bytes > limits.maxTotalBytes) break;
    bytes += file.bytes;
    files.push(file);
  }
  const rest = found.slice(files.length);
  const [first] = rest;
  if (first === undefined) return { files, skipped };
  const why = `it and ${rest.length - 1} files after it are over the ${limits.maxFiles.toLocaleString('en')} files or ${Math.round(limits.maxTotalBytes / 1e6)} MB that are read of a package`;
  return { files, skipped: [...skipped, { path: first.path, why }] };
}

/** CLAUDE.md repeats AGENTS.md, or points at it, wherever there are both. */
function withoutTwinGuide(names: readonly string[]): readonly string[] {
  const hasAgents = names.some((name) => name.toLowerCase() === 'agents.md');
  return hasAgents ? names.filter((name) => name.toLowerCase() !== 'claude.md') : names;
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

import { type Dirent, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { isInside, realPathOf } from '../climb.ts';
import type { SkippedFile, Survey, SurveyedFile } from '../origin.ts';
import { tooLarge } from '../read-regular-file.ts';
import { classify, isDocsFolder, isGuideName, isOtherFolder, type Place } from './classify.ts';
import { withoutTranslatedFiles, withoutTranslatedFolders } from './translations.ts';

/** What is read of one package at the most. */
export interface SurveyLimits {
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxTotalBytes: number;
}

export const surveyLimits: SurveyLimits = {
  maxFileBytes: 10_000_000,
  maxFiles: 5_000,
  maxTotalBytes: 64_000_000,
};

/** Folders of docs are looked for this deep (`lib/tools/skills`), and then followed down to `maxDepth`. */
const searchDepth = 3;
const maxDepth = 12;
const maxFolders = 5_000;
/** A folder with this many guides is one of docs, whatever it is called. */
const plainlyDocs = 3;

export interface TimedFile extends SurveyedFile {
  readonly modifiedMs: number;
  /** When anything about it was last changed; nobody can set it back, as `cp -a` does with the time above. */
  readonly changedMs: number;
}

export interface TimedSurvey extends Survey {
  readonly files: readonly TimedFile[];
}

/**
 * Lists the docs of a package folder (a real path) in the order of their paths, without opening a file: what is at its root,
 * in folders named after docs, and in folders that hold at least three guides. Links out of the package, anything that is no
 * regular file and what is over the caps is in `skipped`.
 */
export async function surveyPackage(
  root: string,
  limits: SurveyLimits,
  signal: AbortSignal,
): Promise<TimedSurvey> {
  const found: TimedFile[] = [];
  const skipped: SkippedFile[] = [];
  let folderCount = 0;

  async function visit(place: Place): Promise<void> {
    signal.throwIfAborted();
    folderCount += 1;
    if (folderCount > maxFolders) return;
    const entries = entriesOf(join(root, ...place.folders));
    const names = withoutTranslatedFiles(entries.filter((entry) => !entry.isDirectory()).map(nameOf));
    const guides = names.filter(isGuideName).length;
    const isDocs = place.isDocs || (place.folders.length > 0 && guides >= plainlyDocs);
    for (const name of withoutTwinGuide(names)) await take(name, { ...place, isDocs });
    const folders = entries.filter((entry) => entry.isDirectory()).map(nameOf);
    const shown = isDocs ? withoutTranslatedFolders(folders, names.length > 0) : folders;
    for (const name of [...shown].sort()) await enter(name, place);
  }

  async function enter(name: string, from: Place): Promise<void> {
    const folders = [...from.folders, name];
    const isDocs = from.isDocs || isDocsFolder(name);
    if (isOtherFolder(name, from.isDocs) || folders.length > (isDocs ? maxDepth : searchDepth - 1)) return;
    await visit({ folders, isDocs });
  }

  async function take(name: string, place: Place): Promise<void> {
    const kind = classify(name, place);
    if (kind === undefined) return;
    const path = [...place.folders, name].join('/');
    const state = await stateOf(root, join(root, path));
    if (typeof state === 'string') skipped.push({ path, why: state });
    else if (state.size > limits.maxFileBytes)
      skipped.push({ path, why: tooLarge(state.size, limits.maxFileBytes) });
    else {
      const { size: bytes, mtimeMs: modifiedMs, ctimeMs: changedMs } = state;
      found.push({ path, kind, bytes, modifiedMs, changedMs });
    }
  }

  await visit({ folders: [], isDocs: false });
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
  return cap(found, skipped, limits);
}

// Synchronous, here and below: some microseconds each, where a promise costs a hundred.
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that may not be listed, or is gone by now, has nothing to read.
    return [];
  }
}

/** Stats of a regular file inside the package, or why it is not read. */
async function stateOf(root: string, path: string): Promise<Stats | string> {
  try {
    const stats = lstatSync(path);
    if (!stats.isSymbolicLink()) return stats.isFile() ? stats : 'not a regular file';
    const target = await realPathOf(path);
    if (target === undefined) return 'a broken link';
    if (!isInside(target, root)) return 'a link out of the package';
    const behind = statSync(target);
    return behind.isFile() ? behind : 'not a regular file';
  } catch {
    return 'not readable';
  }
}

function cap(
  found: readonly TimedFile[],
  skipped: readonly SkippedFile[],
  limits: SurveyLimits,
): TimedSurvey {
  const files: TimedFile[] = [];
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

function nameOf(entry: Dirent): string {
  return entry.name;
}

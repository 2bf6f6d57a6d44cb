import { classify, isDocsFolder, isGuideName, isOtherFolder, type Place } from '../../installed/classify.ts';
import type { SurveyLimits } from '../../installed/survey-package.ts';
import { withoutTranslatedFiles, withoutTranslatedFolders } from '../../installed/translations.ts';
import type { SkippedFile, Survey, SurveyedFile } from '../../origin.ts';
import { tooLarge } from '../../read-regular-file.ts';
import type { ListedFile } from './list-archive.ts';

/** Folders of docs are looked for this deep (`lib/tools/skills`), and then followed down to `maxDepth`. */
const searchDepth = 3;
const maxDepth = 12;
const maxFolders = 5_000;
/** A folder with this many guides is one of docs, whatever it is called. */
const plainlyDocs = 3;

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, ListedFile>;
}

/**
 * Chooses the files of docs among all of a package, in the order of their paths, by the same rules as for an installed package;
 * a test holds the two to the same choice.
 */
export function selectDocs(listed: readonly ListedFile[], limits: SurveyLimits): Survey {
  const found: SurveyedFile[] = [];
  const skipped: SkippedFile[] = [];
  let folderCount = 0;

  function visit(folder: Folder, place: Place): void {
    folderCount += 1;
    if (folderCount > maxFolders) return;
    const names = withoutTranslatedFiles([...folder.files.keys()]);
    const guides = names.filter(isGuideName).length;
    const isDocs = place.isDocs || (place.folders.length > 0 && guides >= plainlyDocs);
    for (const name of withoutTwinGuide(names)) take(folder.files.get(name), name, { ...place, isDocs });
    const folders = [...folder.folders.keys()];
    const shown = isDocs ? withoutTranslatedFolders(folders, names.length > 0) : folders;
    for (const name of [...shown].sort()) enter(folder.folders.get(name), name, place);
  }

  function enter(folder: Folder | undefined, name: string, from: Place): void {
    const folders = [...from.folders, name];
    const isDocs = from.isDocs || isDocsFolder(name);
    if (folder === undefined || isOtherFolder(name, from.isDocs)) return;
    if (folders.length <= (isDocs ? maxDepth : searchDepth - 1)) visit(folder, { folders, isDocs });
  }

  function take(file: ListedFile | undefined, name: string, place: Place): void {
    const kind = classify(name, place);
    if (file === undefined || kind === undefined) return;
    const { path, bytes, why } = file;
    if (why !== undefined) skipped.push({ path, why });
    else if (bytes > limits.maxFileBytes) skipped.push({ path, why: tooLarge(bytes, limits.maxFileBytes) });
    else found.push({ path, kind, bytes });
  }

  visit(toTree(listed), { folders: [], isDocs: false });
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
  return cap(found, skipped, limits);
}

function toTree(listed: readonly ListedFile[]): Folder {
  const root = emptyFolder();
  for (const file of listed) {
    const segments = file.path.split('/');
    const name = segments.pop() ?? '';
    let folder = root;
    for (const segment of segments) {
      const next = folder.folders.get(segment) ?? emptyFolder();
      folder.folders.set(segment, next);
      folder = next;
    }
    folder.files.set(name, file);
  }
  return root;
}

function emptyFolder(): Folder {
  return { folders: new Map(), files: new Map() };
}

function cap(found: readonly SurveyedFile[], skipped: readonly SkippedFile[], limits: SurveyLimits): Survey {
  const files: SurveyedFile[] = [];
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

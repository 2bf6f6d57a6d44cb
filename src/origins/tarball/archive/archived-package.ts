import { mayBeDocs } from '../../docs-files/classify.ts';
import { docsLimits } from '../../docs-files/docs-limits.ts';
import { type FileState, type SelectedDocs, selectDocs } from '../../docs-files/select-docs.ts';
import { tooLarge } from '../../read-regular-file.ts';
import {
  createFilesInMemory,
  listFolders,
  type NotRead,
  type PackageFiles,
} from '../../types/package-files.ts';
import { isDeclaration } from '../../types/resolve-declaration.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { type ArchivedFile, type ReadArchive, readArchive } from './read-archive.ts';

/** What a tarball holds that is read. */
export interface ArchivedPackage {
  readonly docs: SelectedDocs<FileState>;
  /** Its package.json and its declarations, for who asks which of them are meant. */
  readonly declarations: PackageFiles;
  /** Bytes of the docs by their paths; empty where they were only listed. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

const manifest = 'package.json';

/** Lists what a tarball holds; of its files only package.json is read. */
export async function listPackage(
  packed: Uint8Array,
  limits: ArchiveLimits,
  signal: AbortSignal,
): Promise<ArchivedPackage> {
  const keeps = ({ path, bytes }: ArchivedFile) => path === manifest && bytes <= limits.maxFileBytes;
  const read = await readArchive(packed, { limits, signal, keeps });
  return { docs: docsOf(read, limits), declarations: declarationsOf(read, limits), contents: new Map() };
}

/**
 * Reads the docs and the declarations of a tarball in one walk: whatever may be one of them is kept, which is little of a
 * package. Where that is more than is kept, a second walk reads the docs that the first one missed.
 */
export async function readPackage(
  packed: Uint8Array,
  limits: ArchiveLimits,
  signal: AbortSignal,
): Promise<ArchivedPackage> {
  const keepsDeclaration = atMost(limits.maxDeclarationBytes);
  const keepsDocs = atMost(limits.maxLikelyDocsBytes);
  const keeps = (file: ArchivedFile) => {
    if (file.bytes > limits.maxFileBytes) return false;
    return isMeant(file) ? keepsDeclaration(file) : mayBeDocs(file.path) && keepsDocs(file);
  };
  const read = await readArchive(packed, { limits, signal, keeps });
  const docs = docsOf(read, limits);
  const contents = new Map<string, Uint8Array>();
  const missed = new Set<string>();
  for (const { path } of docs.files) {
    const content = read.contents.get(path);
    if (content === undefined) missed.add(path);
    else contents.set(path, content);
  }
  if (missed.size > 0) {
    const again = await readArchive(packed, { limits, signal, keeps: ({ path }) => missed.has(path) });
    for (const [path, content] of again.contents) contents.set(path, content);
  }
  return { docs, declarations: declarationsOf(read, limits), contents };
}

function docsOf({ files }: ReadArchive, limits: ArchiveLimits): SelectedDocs<FileState> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const folder = {
    list: listFolders(byPath.keys()),
    look(path: string): FileState | NotRead {
      const { bytes = 0, why } = byPath.get(path) ?? { why: 'not there' };
      return why === undefined ? { bytes } : { why };
    },
  };
  return selectDocs(folder, { ...docsLimits, maxFileBytes: limits.maxFileBytes });
}

function declarationsOf({ files, contents }: ReadArchive, limits: ArchiveLimits): PackageFiles {
  const { maxFileBytes, maxDeclarationBytes } = limits;
  const tooMany = `over the ${Math.round(maxDeclarationBytes / 1e6)} MB of declarations that are kept of a tarball`;
  const entries = files.filter(isMeant).map(({ path, bytes, why }): [string, Uint8Array | NotRead] => {
    const notKept = why ?? (bytes > maxFileBytes ? tooLarge(bytes, maxFileBytes) : tooMany);
    return [path, contents.get(path) ?? { why: notKept }];
  });
  // A script tells that what is declared beside it can be imported.
  const scripts = files.map(({ path }) => path).filter((path) => /\.[cm]?js$/.test(path));
  return createFilesInMemory(new Map(entries), scripts);
}

/** Whether a file is package.json or a declaration of the package itself, not of one that is bundled with it. */
function isMeant({ path }: ArchivedFile): boolean {
  return path === manifest || (isDeclaration(path) && !path.split('/').includes('node_modules'));
}

/** Takes files as long as they fit into so many bytes together. */
function atMost(maxBytes: number): (file: ArchivedFile) => boolean {
  let total = 0;
  return ({ bytes }) => {
    if (total + bytes > maxBytes) return false;
    total += bytes;
    return true;
  };
}

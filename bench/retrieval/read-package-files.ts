import { join } from 'node:path';
import type { PageFile } from '../../src/corpus/chunk-page.ts';
import type { Page } from '../../src/corpus/corpus.ts';
import { createLibraryChunker } from '../../src/corpus/create-library-chunker.ts';
import { createInstalledOrigin } from '../../src/origins/installed/installed-origin.ts';

/** The docs of an installed package as the server finds them. */
async function readPackageFiles(
  project: string,
  name: string,
  version: string,
): Promise<readonly PageFile[]> {
  const origin = createInstalledOrigin({ homeFolder: '/', userId: undefined });
  const root = join(project, 'node_modules', name);
  const located = {
    origin: 'installed',
    name,
    version,
    location: root,
    stamp: '',
    root,
    shownRoot: '',
  } as const;
  const files: PageFile[] = [];
  const decoder = new TextDecoder();
  const hooks = { onSkipped: () => undefined };
  for await (const { path, kind, bytes } of origin.open(located, new AbortController().signal, hooks)) {
    files.push({ path, kind, text: decoder.decode(bytes) });
  }
  return files;
}

/** What is said of the files of a library that a bench has indexed: nothing that a search looks at. */
export const noCoverage = {
  guides: 0,
  apiEntries: 0,
  readmeBytes: 0,
  agentGuides: 0,
  changelogs: 0,
  skipped: [],
};

/** The pages of an installed package as they are indexed. */
export async function readPackagePages(
  project: string,
  name: string,
  version: string,
): Promise<readonly Page[]> {
  const chunkFile = createLibraryChunker();
  const pages: Page[] = [];
  for (const file of await readPackageFiles(project, name, version)) pages.push(await chunkFile(file));
  return pages;
}

import { join } from 'node:path';
import type { PageFile } from '../../src/corpus/chunk-page.ts';
import { createInstalledOrigin } from '../../src/origins/installed/installed-origin.ts';

/** The docs of an installed package as the server finds them. */
export async function readPackageFiles(
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

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PageFile } from '../../src/corpus/chunk-page.ts';

/** A plain walk for the in-process driver: README, changelog, and Markdown in folders that are docs by their name. */
export function readPackageFiles(folder: string): readonly PageFile[] {
  const files: PageFile[] = [];
  function walk(relative: string, inDocs: boolean): void {
    for (const entry of readdirSync(join(folder, relative), { withFileTypes: true })) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== 'node_modules') {
        walk(path, inDocs || /^(?:docs?|ai-docs)$/.test(entry.name));
      } else if (entry.isFile() && /\.mdx?$/i.test(entry.name) && (inDocs || relative === '')) {
        const kind = kindOf(entry.name, inDocs);
        if (kind !== undefined) files.push({ path, kind, text: readFileSync(join(folder, path), 'utf8') });
      }
    }
  }
  walk('', false);
  return files;
}

function kindOf(name: string, inDocs: boolean): PageFile['kind'] | undefined {
  if (/^(?:changelog|history|changes)\b/i.test(name)) return 'changelog';
  if (inDocs) return 'guide';
  if (/^readme\.mdx?$/i.test(name)) return 'readme';
  return /^(?:agents|claude)\.md$/i.test(name) ? 'agent' : undefined;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainWords, stemmed } from '../../src/corpus/search/meaning/words.ts';

/** Of one package at most this much: no library's own way of writing should decide what words mean. */
const maxPackageChars = 4_000_000;
const maxFileChars = 4_000_000;
const notDocs = /changelog|licen[cs]e|history|code_of|third.?party|[/\\]locales?[/\\]/i;

/**
 * Reads what installed packages say, as lists of stems by paragraph: their Markdown, and the doc comments of their declarations
 * with the line that each describes. What was read before is left out, as packages repeat each other.
 */
export function readParagraphs(folder: string, without: ReadonlySet<string>): readonly (readonly string[])[] {
  const paragraphs: string[][] = [];
  const seen = new Set<string>();
  const taken = new Map<string, number>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(?:mdx?|d\.[cm]?ts)$/.test(path) || notDocs.test(path)) continue;
    const name = packageOf(path);
    if (without.has(name) || (taken.get(name) ?? 0) > maxPackageChars) continue;
    for (const paragraph of paragraphsOf(path)) {
      if (paragraph.length < 20 || seen.has(paragraph)) continue;
      seen.add(paragraph);
      const words = plainWords(paragraph.slice(0, 3_000)).flatMap((word) => stemmed(word) ?? []);
      if (words.length < 4) continue;
      paragraphs.push(words);
      taken.set(name, (taken.get(name) ?? 0) + paragraph.length);
    }
  }
  return paragraphs;
}

function packageOf(path: string): string {
  const inside = path.split(/[/\\]/);
  const at = inside.lastIndexOf('node_modules');
  const name = inside[at + 1] ?? '';
  return name.startsWith('@') ? `${name}/${inside[at + 2] ?? ''}` : name;
}

function paragraphsOf(path: string): readonly string[] {
  let text = readFileSync(path, 'utf8').slice(0, maxFileChars);
  if (path.endsWith('ts')) {
    text = [...text.matchAll(/\/\*\*([\s\S]*?)\*\/\s*([^\n]{0,120})/g)]
      .map(([, doc = '', line = '']) => `${doc.replace(/^\s*\*+ ?/gm, '')}\n${line}`)
      .join('\n\n');
  }
  return text.replace(/https?:\/\/\S+|\]\([^)]*\)|<[^>]{0,200}>/g, ' ').split(/\n\s*\n|\n#+ /);
}

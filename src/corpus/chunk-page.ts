import type { PageKind } from '../library.ts';
import { chunkExample } from './chunk-example.ts';
import type { Page } from './corpus.ts';
import { chunkMarkdown } from './markdown/chunk-markdown.ts';

/** A file of docs as an origin hands it over. */
export interface PageFile {
  /** Relative to the library's root, with forward slashes. */
  readonly path: string;
  readonly kind: PageKind;
  readonly text: string;
}

/**
 * Cuts one file of Markdown, or an example that docs link to, into a page of sections by its extension. Never throws for any
 * text; a page with no sections holds nothing to find and need not be added. Declarations go through `createLibraryChunker`.
 */
export function chunkPage({ path, kind, text }: PageFile): Page {
  if (/\.tsx?$/.test(path)) {
    const example = chunkExample(text);
    return { path, kind, title: example.title ?? titleFromPath(path), sections: example.sections };
  }
  const { title, sections } = chunkMarkdown(text, { mdx: /\.mdx$/i.test(path), isReadme: kind === 'readme' });
  return { path, kind, title: title ?? titleFromPath(path), sections };
}

/** `docs/03-agents/01-loop_control.mdx` is called "loop control". */
function titleFromPath(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
  return (
    name
      .replace(/^\d+[-_. ]+/, '')
      .replace(/[-_]+/g, ' ')
      .trim() || path
  );
}

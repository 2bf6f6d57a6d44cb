import type { FoundSection } from '../../corpus/corpus.ts';
import type { Located } from '../../origins/origin.ts';
import type { Snippet } from '../source.ts';

/** A section of the corpus as a snippet of an answer. */
export function toSnippet(section: FoundSection, located: Located): Snippet {
  return {
    id: `section:${section.sectionIds[0] ?? `${section.path}:${section.line}`}`,
    kind: section.kind,
    title: sectionTitle(section),
    location: `${shownPath(section.path, located.shownRoot)}:${section.line}`,
    text: section.body,
    tokens: section.tokens,
    batch: 0,
  };
}

/** What a section is called in an answer; its file where it has no heading. */
export function sectionTitle({
  trail,
  heading,
  path,
  pageKind,
}: Pick<FoundSection, 'trail' | 'heading' | 'path' | 'pageKind'>): string {
  // A member names its container itself: `Queue > Queue.push` would say it twice.
  const above = heading.startsWith(`${trail}.`) ? '' : trail;
  const title = [above, heading].filter((part) => part !== '').join(' > ') || path;
  return pageKind === 'agent' ? `Agent guide: ${title}` : title;
}

/** Declarations that stand in an `@types` package are in the node_modules folder that the library is in, if it is in one. */
function shownPath(path: string, shownRoot: string): string {
  if (!path.startsWith('node_modules/@types/')) return `${shownRoot}/${path}`;
  const at = shownRoot.lastIndexOf('node_modules/');
  return at < 0 ? path.slice('node_modules/'.length) : `${shownRoot.slice(0, at)}${path}`;
}

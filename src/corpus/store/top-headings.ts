import { isDeclarations } from '../../library.ts';
import type { Page, Section } from '../corpus.ts';
import { isProjectNote } from '../side-matter.ts';

const maxHeadings = 12;

/**
 * The headings of a page that stand in the table of contents; worked out once, when it is written. A changelog has none: all
 * of its versions have the same.
 */
export function topHeadings({ title, kind, sections }: Page): readonly string[] {
  if (kind === 'changelog') return [];
  const named = sections.filter(({ heading }) => heading !== '' && heading !== title);
  const shown = isDeclarations(kind) ? declared(named) : chapters(named);
  return [...new Set(shown.map(({ heading }) => heading))].slice(0, maxHeadings);
}

/** What is declared, not the members of it. */
function declared(sections: readonly Section[]): readonly Section[] {
  return sections.filter(({ heading, trail }) => trail === '' || !heading.startsWith(`${trail}.`));
}

function chapters(sections: readonly Section[]): readonly Section[] {
  const depths = sections.map(depthOf).filter((depth) => depth > 0);
  const top = depths.reduce((least, depth) => Math.min(least, depth), Number.POSITIVE_INFINITY);
  return sections.filter(
    (section) => depthOf(section) <= Math.max(1, top) && !isProjectNote(section.heading),
  );
}

function depthOf({ trail }: Section): number {
  return trail === '' ? 0 : trail.split(' > ').length;
}

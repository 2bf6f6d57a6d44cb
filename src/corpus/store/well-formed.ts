import type { Page } from '../corpus.ts';

const loneSurrogate = /\p{Cs}/gu;

/**
 * A page whose texts hold no half of a surrogate pair: SQLite gives U+FFFD back for one, and what comes back otherwise than
 * it was written is taken for damage.
 */
export function wellFormed(page: Page): Page {
  return {
    ...page,
    path: clean(page.path),
    title: clean(page.title),
    sections: page.sections.map((section) => ({
      ...section,
      heading: clean(section.heading),
      trail: clean(section.trail),
      body: clean(section.body),
    })),
  };
}

function clean(text: string): string {
  return text.replace(loneSurrogate, '\ufffd');
}

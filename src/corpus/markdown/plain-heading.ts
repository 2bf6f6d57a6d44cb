import { betweenPairs } from '../between-pairs.ts';

const entities: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&nbsp;', ' '],
]);

/** Longer headings are paragraphs that somebody marked up as a heading; a trail repeats them in every section. */
const maxLength = 200;

/** Turns a heading's Markdown into plain text: no emphasis, code marks, links, tags, anchors, escapes or entities. */
export function plainHeading(markdown: string): string {
  const text = markdown
    .slice(0, betweenPairs(markdown, 2_000))
    .replace(/\s*\{\s*#[^{}]*\}\s*$/, '')
    .replace(/!\[[^[\]]*\]\([^()]*\)/g, '')
    .replace(/\[([^[\]]*)\](?:\([^()]*\)|\[[^[\]]*\])/g, '$1')
    .replace(/<\/?(?:[a-z][a-z0-9]*|[A-Z]\w*)(?:\s[^<>]*)?\/?>/g, (tag) =>
      markdown.includes(`\`${tag}`) || markdown.includes(`${tag}\``) ? tag : '',
    )
    .replace(/(\*\*|__|~~)(?=\S)/g, '')
    .replace(/(?<=\S)(\*\*|__|~~)/g, '')
    .replace(/(?<![\w\\*])[*_](?=\S)|(?<=[^\s\\])[*_](?![\w*])/g, '')
    .replace(/`/g, '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/&(?:lt|gt|amp|quot|#39|nbsp);/g, (entity) => entities.get(entity) ?? entity)
    .replace(/[\s\u2800]+/g, ' ')
    .trim();
  return text.length > maxLength ? `${text.slice(0, betweenPairs(text, maxLength)).trimEnd()}...` : text;
}

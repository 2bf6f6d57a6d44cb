/** A line over this length is data, not prose; it is left alone so that no pattern runs over megabytes. */
const maxLength = 10_000;

const htmlTag =
  /<\/?(?:a|abbr|b|big|blockquote|body|br|button|caption|center|cite|col|colgroup|dd|del|details|div|dl|dt|em|figcaption|figure|font|footer|form|h[1-6]|header|hr|i|iframe|img|ins|kbd|li|main|mark|nav|ol|p|picture|pre|section|small|source|span|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|u|ul|video)(?:\s[^<>]*)?\/?>/gi;
const componentTag = /(?<![\w$.])<\/?[A-Z][\w.]*(?:\s[^<>]*)?\/?>/g;
const image = /!\[[^[\]]*\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^[\]]*\])/g;
const emptyLink = /\[\s*\](?:\([^()]*\)|\[[^[\]]*\])/g;
/** Blanks that are there to be seen: rows of them part logos. */
const blanks = /(?:(?:&nbsp;|\u2800)[ \t]*)+/g;
const mdxExpression = /\{\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\/\}|\{(['"])\s*\1\}/g;

/**
 * Takes images, HTML tags and (where the file is MDX, or the line begins with one) component tags out of a line of
 * prose, and keeps the text between them. Code spans are not touched.
 */
export function cleanInline(line: string, options: { readonly mdx: boolean }): string {
  if (line.length > maxLength || !/[<![{&\u2800]/.test(line)) return line;
  return outsideCodeSpans(line, (text) => {
    let clean = text.replace(blanks, ' ');
    if (clean.includes('![')) clean = clean.replace(image, '').replace(emptyLink, '');
    if (options.mdx && clean.includes('{')) clean = clean.replace(mdxExpression, '');
    if (clean.includes('<')) {
      clean = clean.replace(/<br\s*\/?>/gi, ' ').replace(htmlTag, '');
      if (options.mdx || /^\s*<\/?[A-Z]/.test(line)) clean = clean.replace(componentTag, '');
    }
    return clean;
  });
}

/** Applies a change to what stands outside back-tick spans. */
function outsideCodeSpans(line: string, change: (text: string) => string): string {
  const first = line.indexOf('`');
  if (first < 0) return change(line);
  const runs = [...line.matchAll(/`+/g)].map((run) => ({ at: run.index, length: run[0].length }));
  let result = '';
  let from = 0;
  for (let open = 0; open < runs.length; open += 1) {
    const start = runs[open];
    if (start === undefined) break;
    const close = runs.findIndex((run, index) => index > open && run.length === start.length);
    const end = runs[close];
    if (end === undefined) continue;
    result += change(line.slice(from, start.at)) + line.slice(start.at, end.at + end.length);
    from = end.at + end.length;
    open = close;
  }
  return result + change(line.slice(from));
}

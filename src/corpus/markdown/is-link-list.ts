const link = /\[[^[\]]*(?:\[[^[\]]*\][^[\]]*)*\]\(([^()\s]*)[^()]*\)/g;

/**
 * Whether a list is a table of contents: three links or more into these docs and next to no words beside them. It
 * matches every question about the page and answers none.
 */
export function isLinkList(markdown: string): boolean {
  let links = 0;
  let inside = 0;
  let linked = 0;
  for (const match of markdown.matchAll(link)) {
    links += 1;
    linked += match[0].length;
    const target = match[1] ?? '';
    if (!/^[a-z][a-z+.-]*:/i.test(target)) inside += 1;
  }
  if (links < 3 || inside < links * 0.8) return false;
  const marks = markdown.match(/[\s*+\-–—:|>`_]|\d+\./g)?.join('').length ?? 0;
  return markdown.length - linked - marks < links * 6;
}

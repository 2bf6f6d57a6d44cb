/** Elements that a browser never shows. */
export const neverShown = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'head',
  'datalist',
  'noembed',
  'noframes',
]);

/** Elements whose content is text up to the first closing tag, whatever stands there. */
export const rawText = new Set(['script', 'style', 'textarea', 'noscript', 'iframe', 'noembed', 'noframes']);

export const withoutContent = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);

/** Elements that need no closing tag and end with their paragraph then. */
export const endsByItself = new Set('p li dt dd td th tr option optgroup thead tbody tfoot rt rp'.split(' '));

/** A line that begins with one of these is HTML up to the next blank line (CommonMark), with no code spans in it. */
export const startsHtmlBlock = new Set(
  'address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead title tr track ul'.split(
    ' ',
  ),
);

const hiddenElements = new Set(['script', 'style', 'template', 'noscript', 'head']);
const hidingAttribute = /\shidden(?=[\s=/]|$)|display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden/i;

/** Drops comments, images, and elements that a browser would not show with what is inside them; inline code stays whole. */
export function dropHiddenMarkup(text: string): string {
  const closings = createFinder(text.toLowerCase());
  const kept: string[] = [];
  let position = 0;
  for (const found of text.matchAll(/[<`]/g)) {
    if (found.index < position) continue;
    kept.push(text.slice(position, found.index));
    const { keptText, next } =
      found[0] === '`' ? codeSpanAt(text, found.index) : markupAt(text, closings, found.index);
    kept.push(keptText);
    position = next;
  }
  kept.push(text.slice(position));
  return kept.join('');
}

interface Step {
  readonly keptText: string;
  readonly next: number;
}

/** How far a closing mark is looked for: keeps the scan linear on text made of opening marks. */
const maxSpan = 4_000;

function codeSpanAt(text: string, open: number): Step {
  const run = /^`+/.exec(text.slice(open, open + 64))?.[0] ?? '`';
  const window = text.slice(open + run.length, open + maxSpan);
  const close = new RegExp(`(?<!\`)${run}(?!\`)`).exec(window);
  const next = close === null ? open + run.length : open + run.length + close.index + run.length;
  return { keptText: text.slice(open, next), next };
}

type Find = (mark: string, from: number) => number;

/** Finds the next place of a mark; remembers each mark's last find, so that asking again and again stays linear. */
function createFinder(text: string): Find {
  const known = new Map<string, number>();
  return (mark, from) => {
    const last = known.get(mark);
    if (last !== undefined && (last < 0 || last >= from)) return last;
    const found = text.indexOf(mark, from);
    known.set(mark, found);
    return found;
  };
}

function markupAt(text: string, find: Find, open: number): Step {
  if (text.startsWith('<!--', open)) {
    const close = find('-->', open + 4);
    const paragraphEnd = find('\n\n', open);
    return { keptText: '', next: close >= 0 ? close + 3 : paragraphEnd >= 0 ? paragraphEnd : text.length };
  }
  const tag = /^<([a-z][\w-]{0,40})((?:\s[^<>]{0,2000})?)>/i.exec(text.slice(open, open + 2_100));
  const name = tag?.[1]?.toLowerCase();
  if (tag === null || name === undefined) return { keptText: '<', next: open + 1 };
  const end = open + tag[0].length;
  if (name === 'img' || name === 'source') return { keptText: '', next: end };
  const attributes = tag[2] ?? '';
  if (!hiddenElements.has(name) && !hidingAttribute.test(attributes)) return { keptText: tag[0], next: end };
  const closing = attributes.endsWith('/') ? -1 : find(`</${name}>`, end);
  return { keptText: '', next: closing < 0 ? end : closing + name.length + 3 };
}

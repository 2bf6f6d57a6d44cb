const container = /^(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*/;
const definition = /^\[[^\]\n]{1,300}\]:(?:\s|$)/;

/** A title of a link has fewer lines. */
const maxTitleLines = 100;

const closings: Readonly<Record<string, string>> = { '"': '"', "'": "'", '(': ')' };

/**
 * Drops definitions of links (`[name]: address "title"`), which show nothing and serve as comments (`[//]: # (text)`), also
 * where the address or the title stands on lines of its own. Linear in the lines.
 */
export function dropLinkDefinitions(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    if (definition.test(inside(lines, index))) index = lastLine(lines, index);
    else kept.push(lines[index] ?? '');
  }
  return kept;
}

/** A line without the marks of lists and quotes. */
function inside(lines: readonly string[], index: number): string {
  const line = lines[index] ?? '';
  return line.slice(container.exec(line)?.[0].length ?? 0).trimEnd();
}

function lastLine(lines: readonly string[], first: number): number {
  const head = inside(lines, first);
  let last = first;
  let rest = head.slice(head.indexOf(']:') + 2).trim();
  if (rest === '') {
    rest = inside(lines, first + 1);
    if (rest === '') return first;
    last += 1;
  }
  let title = /\s(.*)$/.exec(rest.replace(/^<[^<>]*>/, 'x'))?.[1]?.trim() ?? '';
  let titleLine = last;
  if (title === '') {
    titleLine += 1;
    title = inside(lines, titleLine);
  }
  const close = closings[title[0] ?? ''];
  if (close === undefined) return last;
  if (title.indexOf(close, 1) > 0) return titleLine;
  for (let line = titleLine + 1; line < lines.length && inside(lines, line) !== ''; line += 1) {
    // What goes on for longer is no title that anybody wrote to be read.
    if (inside(lines, line).includes(close) || line - titleLine > maxTitleLines) return line;
  }
  return last;
}

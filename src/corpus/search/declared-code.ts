/** What stands in a section's first fence; empty where it has none. */
export function firstFence(body: string): string {
  const open = /^ {0,3}(`{3,})[^\n]*\n/m.exec(body);
  if (open === null) return '';
  const from = open.index + open[0].length;
  const end = body.indexOf(`\n${open[1]}`, from - 1);
  return body.slice(from, end < 0 ? body.length : end);
}

/** The declaration of a type out of code that may hold others: to the end of its braces, or of its line. */
export function declarationIn(code: string, name: string): string | undefined {
  const escaped = name.replaceAll('$', '\\$');
  const start = new RegExp(`^[^\\n]*\\b(?:interface|type)\\s+${escaped}(?![\\w$])[^\\n]*`, 'm').exec(code);
  if (start === null) return undefined;
  const open = code.indexOf('{', start.index);
  const lineEnd = start.index + start[0].length;
  if (open < 0 || open > lineEnd) return code.slice(start.index, lineEnd);
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if (code[at] === '{') depth += 1;
    else if (code[at] === '}') depth -= 1;
    if (depth === 0) return code.slice(start.index, at + 1);
  }
  return code.slice(start.index);
}

const maxSentenceChars = 160;

/** A member with its signature and, as its comment, the first sentence of what is said about it; indented once. */
export function inOneLine(body: string): string {
  const code = firstFence(body).trim();
  const said = body
    .replace(/^ {0,3}(`{3,})[^\n]*\n[\s\S]*?\n {0,3}\1[^\n]*$/gm, '')
    .trim()
    .split('\n\n', 1)[0]
    ?.replaceAll(/\s+/g, ' ')
    .replaceAll('*/', '');
  const sentence = /^.*?[.!?](?=\s|$)/.exec(said ?? '')?.[0] ?? said ?? '';
  const short = sentence.length > maxSentenceChars ? `${sentence.slice(0, maxSentenceChars)}...` : sentence;
  const comment = short === '' ? '' : `  /** ${short} */\n`;
  return `${comment}${code.replace(/^/gm, '  ')}`;
}

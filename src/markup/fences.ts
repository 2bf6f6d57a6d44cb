const opening = /^(?:[\s>]|[-*+]\s|\d{1,9}[.)]\s)*(`{3,}|~{3,})(.*)$/;

/** The marks that open a fence on this line of prose, also in lists and quotes. */
export function startsFence(line: string): string | undefined {
  if (!line.includes('```') && !line.includes('~~~')) return undefined;
  const match = opening.exec(line);
  if (match?.[1] === undefined) return undefined;
  // A back-tick in the info string makes it a code span: ```like this```.
  return match[1].startsWith('`') && match[2]?.includes('`') ? undefined : match[1];
}

/** Whether a line ends the fence that these marks opened. */
export function endsFence(line: string, fence: string): boolean {
  const text = line.replace(/^[\s>]+/, '').trimEnd();
  return text.length >= fence.length && text === (fence[0] ?? '').repeat(text.length);
}

/** The marks of the fence that is open after a line, where those of the one that is open before it are given. */
export function followFence(line: string, fence: string | undefined): string | undefined {
  if (fence === undefined) return startsFence(line);
  return endsFence(line, fence) ? undefined : fence;
}

/** Index of the line after a fence; one without an end goes to the end of the text. */
export function fenceEnd(text: string, from: number, fence: string): number {
  for (let at = from; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    if (endsFence(text.slice(at, end), fence)) return end + 1;
    at = end + 1;
  }
  return text.length;
}

import type { Section } from './corpus.ts';
import { countTokens } from './count-tokens.ts';
import { fence, renderDoc } from './types/render-doc.ts';

/** A longer file is no example. */
const maxChars = 200_000;
const sectionChars = 1_600;

export interface ChunkedExample {
  /** What its first comment calls it. */
  readonly title: string | undefined;
  readonly sections: readonly Section[];
}

/**
 * Cuts a file of code that docs show as an example: what its first comment says, and the code, split before statements at the
 * left edge where it is long. Linear in the text.
 */
export function chunkExample(text: string): ChunkedExample {
  const source = text
    .slice(0, maxChars)
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replaceAll('\0', '\ufffd');
  const end = source.startsWith('/**') ? source.indexOf('*/') : -1;
  const doc = end < 0 ? '' : renderDoc(source.slice(2, end)).text;
  const titled = /^Title: ([^\n]{1,200})$/m.exec(doc);
  const title = titled?.[1]?.trim();
  const said = doc.replace(/^Title: [^\n]*\n*/, '');
  const code = end < 0 ? source : source.slice(end + 2);
  const firstLine = end < 0 ? 1 : source.slice(0, end).split('\n').length;
  const sections = splitCode(code).map(({ text: part, line }, index): Section => {
    const body = index === 0 && said !== '' ? `${said}\n\n${fence(part)}` : fence(part);
    const heading = title ?? '';
    return { line: firstLine + line, heading, trail: '', body, tokens: countTokens(body), kind: 'code' };
  });
  return { title, sections };
}

function splitCode(code: string): readonly { readonly text: string; readonly line: number }[] {
  const parts: { text: string; line: number }[] = [];
  let open: string[] = [];
  let openLine = 0;
  let chars = 0;
  const lines = code.split('\n');
  for (const [index, whole] of lines.entries()) {
    const line = whole.slice(0, sectionChars);
    const startsStatement = /^[^\s)}\]]/.test(line) && (lines[index - 1] ?? '').trim() === '';
    if (chars + line.length > (startsStatement ? sectionChars * 0.75 : sectionChars * 1.5) && chars > 0) {
      parts.push({ text: open.join('\n').trim(), line: openLine });
      open = [];
      chars = 0;
    }
    if (open.length === 0) openLine = index;
    if (open.length > 0 || line.trim() !== '') open.push(line);
    chars += line.length + 1;
  }
  parts.push({ text: open.join('\n').trim(), line: openLine });
  return parts.filter(({ text }) => text !== '');
}

import type { Section } from '../corpus.ts';
import { countTokens } from '../count-tokens.ts';
import { fence } from './render-doc.ts';

/** More is generated, and its beginning is what people read. */
const maxChars = 5_000_000;
const sectionChars = 1_600;
const maxLineChars = 1_600;

const named =
  /^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function|class|interface|type|const|let|var|namespace|module|enum)\s+["']?([\w$./@-]{1,100})/;

/**
 * Cuts declarations that cannot be parsed into sections: at lines that begin with `export` or `declare`, and every 1,600
 * characters at the latest. Linear in the text; reads the first 5 million characters.
 */
export function splitAsText(text: string): readonly Section[] {
  const sections: Section[] = [];
  let open: string[] = [];
  let chars = 0;
  let line = 1;
  let openLine = 1;

  function close(): void {
    const code = open.join('\n').trim();
    if (code !== '') {
      const body = fence(code);
      const heading = open.map((each) => named.exec(each)?.[1]).find((name) => name !== undefined) ?? '';
      sections.push({
        line: openLine,
        heading,
        trail: '',
        body,
        tokens: countTokens(body),
        kind: 'code',
      });
    }
    open = [];
    chars = 0;
    openLine = line;
  }

  for (const whole of text.slice(0, maxChars).split('\n')) {
    const startsOne = /^(?:export|declare)\b/.test(whole);
    if (chars > 0 && (startsOne ? chars > sectionChars / 4 : chars + whole.length > sectionChars)) close();
    for (let at = 0; at === 0 || at < whole.length; at += maxLineChars) {
      const part = whole.slice(at, at + maxLineChars);
      if (at > 0) close();
      open.push(part);
      chars += part.length + 1;
    }
    line += 1;
  }
  close();
  return sections;
}

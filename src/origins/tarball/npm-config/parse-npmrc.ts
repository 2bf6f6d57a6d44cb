export type NpmrcEntry = readonly [key: string, value: string];

const maxLines = 5_000;

/**
 * The entries of an .npmrc, in order: the INI dialect of npm, with `#` and `;` comments and quoted values. What follows a
 * section header is left out, because npm does not look there either. Takes any text and never throws.
 */
export function parseNpmrc(text: string): readonly NpmrcEntry[] {
  const entries: NpmrcEntry[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/, maxLines);
  for (const line of lines) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith(';') || trimmed.startsWith('#')) continue;
    if (trimmed.startsWith('[')) break;
    const at = trimmed.indexOf('=');
    if (at === -1) entries.push([unquote(trimmed), 'true']);
    else entries.push([unquote(trimmed.slice(0, at).trim()), unquote(trimmed.slice(at + 1).trim())]);
  }
  return entries;
}

function unquote(text: string): string {
  if (text.length >= 2 && text.startsWith("'") && text.endsWith("'")) return text.slice(1, -1);
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) {
    try {
      const parsed: unknown = JSON.parse(text);
      return typeof parsed === 'string' ? parsed : text;
    } catch {
      // Quotes that are no JSON are part of the value, as npm has it.
      return text;
    }
  }
  return withoutComment(text);
}

/** Cuts at the first `;` or `#` that no backslash stands before; the backslashes of the others go. */
function withoutComment(text: string): string {
  let kept = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    const next = text[index + 1] ?? '';
    if (character === ';' || character === '#') break;
    if (character === '\\' && (next === ';' || next === '#' || next === '\\')) {
      kept += next;
      index += 1;
    } else {
      kept += character;
    }
  }
  return kept.trim();
}

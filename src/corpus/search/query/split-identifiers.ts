const identifier =
  /[\p{L}\p{N}_$]*(?:\p{Ll}\p{Lu}|[\p{L}\p{N}][_$][\p{L}\p{N}]|\p{L}\p{N}\p{Lu})[\p{L}\p{N}_$]*/gu;

/** The words inside one identifier: `FST_ERR_DEC` is fst, err, dec; `parseHTMLBody` is parse, HTML, Body. */
export function identifierParts(name: string): readonly string[] {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '');
}

/** A text with the parts of its camelCase and snake_case names appended, for a column that both forms should match. */
export function withIdentifierParts(text: string): string {
  const parts: string[] = [];
  for (const match of text.slice(0, 5_000).matchAll(identifier)) {
    const inside = identifierParts(match[0]);
    if (inside.length > 1) parts.push(...inside);
  }
  return parts.length === 0 ? text : `${text} ${parts.join(' ')}`;
}

/** Longer ones are no paths. White space is bounded too, so that no run of it is walked twice. */
const specifier =
  /\b(?:from|import|require)[ \t\r\n]{0,40}(?:\([ \t\r\n]{0,40})?(?:"([^"\n]{1,300})"|'([^'\n]{1,300})')/g;
const referencePath =
  /^\/\/\/[ \t]{0,40}<reference[ \t]{1,40}path[ \t]{0,9}=[ \t]{0,9}["']([^"'\n]{1,300})["']/gm;

/** What a file of declarations refers to. */
export interface References {
  /** Of imports, re-exports, `import('x')` types and `require('x')`, as they are written; each once. */
  readonly specifiers: readonly string[];
  /** Of `/// <reference path="x" />`, which are relative also without a dot. */
  readonly paths: readonly string[];
}

/** Finds references without parsing, linear in the text. One in an example is found too; it mostly leads nowhere. */
export function scanReferences(text: string): References {
  const specifiers = new Set<string>();
  for (const match of text.matchAll(specifier)) specifiers.add(match[1] ?? match[2] ?? '');
  const paths = new Set<string>();
  if (text.includes('<reference'))
    for (const match of text.matchAll(referencePath)) paths.add(match[1] ?? '');
  return { specifiers: [...specifiers], paths: [...paths] };
}

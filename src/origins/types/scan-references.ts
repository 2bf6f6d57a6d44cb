/** Longer ones are no paths. White space is bounded too, so that no run of it is walked twice. */
const specifier =
  /\b(from|import|require)[ \t\r\n]{0,40}(?:\([ \t\r\n]{0,40})?(?:"([^"\n]{1,300})"|'([^'\n]{1,300})')/g;
const referencePath =
  /^\/\/\/[ \t]{0,40}<reference[ \t]{1,40}path[ \t]{0,9}=[ \t]{0,9}["']([^"'\n]{1,300})["']/gm;
/** Not those in names: `exportAll`, `importKey`. */
const keywords = /(?<![\w$.])(?:import|export)(?![\w$])/g;
const exportedList = /\bexport[ \t\r\n]{0,9}(?:type[ \t\r\n]{0,9})?\{/g;
/** A class has the members of the class that it extends, and `typeof` makes members of a whole module. */
const inheritedName = /\b(?:extends|typeof)[ \t\r\n]{1,9}([\w$]{1,200})/g;
const exportedName =
  /\bexport[ \t]{0,9}(?:default[ \t]{1,9}|=[ \t]{0,9}|import[ \t]{1,9}[\w$]{1,200}[ \t]{0,9}=[ \t]{0,9})([\w$]{1,200})/g;
/** What names are imported stands right before `from`. */
const maxClauseChars = 20_000;

/** What a file of declarations refers to. */
export interface References {
  /** Of imports, re-exports, `import('x')` types and `require('x')`, as they are written; each once. */
  readonly specifiers: readonly string[];
  /** Those of them whose names the file hands on to who imports it. */
  readonly exported: ReadonlySet<string>;
  /** Of `/// <reference path="x" />`, which are relative also without a dot. */
  readonly paths: readonly string[];
}

/** Finds references without parsing, linear in the text. One in an example is found too; it mostly leads nowhere. */
export function scanReferences(text: string): References {
  const specifiers = new Set<string>();
  const exported = new Set<string>();
  const handedOn = findHandedOn(text);
  let last = 0;
  for (const match of text.matchAll(specifier)) {
    const found = match[2] ?? match[3] ?? '';
    specifiers.add(found);
    const clause = text.slice(Math.max(last, match.index - maxClauseChars), match.index);
    last = match.index + match[0].length;
    const isShared = match[1] === 'import' ? /\btypeof[ \t]*$/.test(clause) : isHandedOn(clause, handedOn);
    if (isShared) exported.add(found);
  }
  const paths = new Set<string>();
  if (text.includes('<reference'))
    for (const match of text.matchAll(referencePath)) paths.add(match[1] ?? '');
  return { specifiers: [...specifiers], exported, paths: [...paths] };
}

/** Whether what stands before `from` or `require` is a re-export, or an import of a name that the file hands on. */
function isHandedOn(clause: string, handedOn: ReadonlySet<string>): boolean {
  let importAt = -1;
  let exportAt = -1;
  for (const { 0: keyword, index } of clause.matchAll(keywords)) {
    if (keyword === 'import') importAt = index;
    else exportAt = index;
  }
  if (exportAt > importAt || /^export[ \t]{1,9}import\b/.test(clause.slice(exportAt))) return true;
  return (
    importAt >= 0 && wordsOf(clause.slice(importAt + 'import'.length)).some((word) => handedOn.has(word))
  );
}

/** The names in `export { a, b as c }`, `export default a` and `export = a`, and those that something inherits from. */
function findHandedOn(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  let end = 0;
  for (const { index, 0: opening } of text.matchAll(exportedList)) {
    if (index < end) continue;
    end = text.indexOf('}', index);
    if (end < 0) break;
    for (const word of wordsOf(text.slice(index + opening.length, end))) names.add(word);
  }
  for (const pattern of [exportedName, inheritedName])
    for (const match of text.matchAll(pattern)) names.add(match[1] ?? '');
  return names;
}

function wordsOf(text: string): readonly string[] {
  return (text.match(/[\w$]+/g) ?? []).filter((word) => word !== 'type' && word !== 'as');
}

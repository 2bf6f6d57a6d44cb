import type { Program } from 'oxc-parser';
import type { Page, Section } from '../corpus.ts';
import { codeBody } from './code-body.ts';
import { createDocComments, type DocComments, isDoc } from './doc-comments.ts';
import { isTooDeep } from './is-too-deep.ts';
import { loadParser } from './load-parser.ts';
import { makeSections } from './make-sections.ts';
import { readDeclarations } from './read-declarations.ts';
import { renderDoc } from './render-doc.ts';
import { splitAsText } from './split-as-text.ts';

export interface TypesFile {
  /** Relative to the library's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** A longer file is generated, and the tree of it takes twenty times its size. */
const maxParsedChars = 5_000_000;

/**
 * Cuts a file of type declarations into a page of kind `api`: what is declared, with its signature and what its doc comment
 * says, as Markdown. A file that is too large, nests too deep or cannot be parsed is cut as text, and so is every file where
 * the parser is not installed. Never rejects for any text.
 */
export async function chunkTypes({ path, text }: TypesFile): Promise<Page> {
  const source = normalize(text);
  const sections = (await parseSections(source, titleOf(path))) ?? splitAsText(source);
  return { path, title: titleOf(path), kind: 'api', sections };
}

async function parseSections(text: string, title: string): Promise<readonly Section[] | undefined> {
  if (text.length > maxParsedChars || isTooDeep(text)) return undefined;
  const parse = await loadParser();
  if (parse === undefined) return undefined;
  const { program, comments } = parse('page.d.ts', text, { lang: 'dts', sourceType: 'module' });
  // A file that the parser gives up on comes back empty.
  if (program.body.length === 0 && text.length > (comments.at(-1)?.end ?? 0) + 1) return undefined;
  const docs = createDocComments(text, comments);
  const declarations = readDeclarations(program, docs);
  const lineOf = createLineOf(text);
  const lead = readLead(text, program, docs, title);
  return [...lead, ...makeSections({ text, comments: docs, declarations, lineOf })];
}

/** What a file says about itself: a doc comment at its top that belongs to no declaration. */
function readLead(text: string, program: Program, docs: DocComments, title: string): readonly Section[] {
  const [first] = program.body;
  const end = first?.start ?? text.length;
  const above = docs.within(0, end).filter(isDoc);
  const [comment] = above;
  if (comment === undefined) return [];
  const isOfFile =
    above.length > 1 ||
    first === undefined ||
    first.type === 'ImportDeclaration' ||
    /@(?:module|packageDocumentation|fileoverview|file)\b/.test(comment.value);
  if (!isOfFile || /@licen[cs]e|copyright/i.test(comment.value)) return [];
  const doc = renderDoc(comment.value).text;
  if (doc === '') return [];
  const line = text.slice(0, comment.start).split('\n').length;
  // One line under itself would count twice: it goes under the name of the file.
  const heading = doc.includes('\n') ? firstWords(doc) : title;
  return codeBody('', doc).map(({ body, tokens }) => ({
    line,
    heading,
    trail: '',
    body,
    tokens,
    kind: 'info',
  }));
}

function firstWords(doc: string): string {
  const [line = ''] = doc.split('\n', 1);
  return line
    .replace(/^#+\s*/, '')
    .replace(/[`*_]/g, '')
    .slice(0, 80)
    .trim();
}

/** Byte order mark off, line ends folded, NUL (which SQLite would cut at) replaced. */
function normalize(text: string): string {
  let source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (source.includes('\r')) source = source.replace(/\r\n?/g, '\n');
  return source.includes('\0') ? source.replaceAll('\0', '\ufffd') : source;
}

function createLineOf(text: string): (place: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (place) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= place) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** `dist/types/middleware/body-limit/index.d.ts` is called "body-limit". */
function titleOf(path: string): string {
  const parts = path.replace(/(?:\.d)?\.[cm]?tsx?$/, '').split('/');
  const named = parts.filter((part) => !/^(?:index|dist|types|lib|node_modules)$/.test(part));
  return named.at(-1) ?? path;
}

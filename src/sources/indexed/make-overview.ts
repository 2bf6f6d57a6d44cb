import type { IndexedLibrary, Overview, PageSummary } from '../../corpus/corpus.ts';
import type { Located } from '../../origins/origin.ts';
import type { Snippet } from '../source.ts';
import { coverageText } from './coverage.ts';
import { toSnippet } from './section-snippet.ts';

export interface OverviewOptions {
  readonly located: Located;
  readonly library: IndexedLibrary;
  readonly mode: 'all' | 'code' | 'info';
  readonly countTokens: (text: string) => number;
}

const pagesPerSnippet = 25;
const contentsTokens = 600;
/** With its first lines an overview takes 1,500. */
const firstPageTokens = 1_350;
const frameTokens = 20;
const contentsId = 'overview:contents:';
const firstContentsId = `${contentsId}0`;

/** What a library is, how it is installed and started, and its table of contents, in this order. */
export function makeOverview(overview: Overview, options: OverviewOptions): readonly Snippet[] {
  const { located, mode } = options;
  const snippets = [
    aboutSnippet(options),
    ...overview.opening.map((section) => toSnippet(section, located)),
    ...contentsSnippets(overview.contents, options),
  ];
  const wanted = snippets.filter((snippet) => mode === 'all' || snippet.kind === mode);
  return onFirstPage(wanted.length > 0 ? wanted : snippets);
}

/**
 * What it is and the table of contents come first, then as much of the README's opening as there is room for, then the rest of
 * the table, each part only behind the one before it.
 */
function onFirstPage(snippets: readonly Snippet[]): readonly Snippet[] {
  const isFirst = ({ id }: Snippet) => id === 'overview:about' || id === firstContentsId;
  const first = new Set<Snippet>();
  let used = 0;
  let isTorn = false;
  for (const snippet of [...snippets.filter(isFirst), ...snippets.filter((each) => !isFirst(each))]) {
    const isContents = snippet.id.startsWith(contentsId);
    if (isContents && isTorn) continue;
    if (used > 0 && used + snippet.tokens > firstPageTokens) {
      isTorn ||= isContents;
      continue;
    }
    first.add(snippet);
    used += snippet.tokens + frameTokens;
  }
  return snippets.map((snippet) => ({ ...snippet, batch: first.has(snippet) ? 0 : 1 }));
}

function aboutSnippet({ located, library, countTokens }: OverviewOptions): Snippet {
  const { name, version, about } = located;
  const lines = [
    ...(about?.description === undefined ? [] : [about.description, '']),
    `- version: ${version}`,
    `- install: \`npm install ${name}@${version}\``,
    ...entryLines(located),
    `- docs in the package: ${coverageText(library.coverage)}`,
  ];
  return listSnippet(
    'overview:about',
    `${name} ${version}`,
    `${located.shownRoot}/package.json:1`,
    lines,
    countTokens,
  );
}

function entryLines({ name, alias, about }: Located): readonly string[] {
  const { imports, moreImports, commands } = about?.entryPoints ?? {
    imports: [],
    moreImports: 0,
    commands: [],
  };
  const [main, ...others] = imports.map((path) => `${alias ?? name}${path}`);
  const quote = (names: readonly string[]) => names.map((each) => `\`${each}\``).join(', ');
  return [
    ...(main === undefined ? [] : [`- import: \`import ... from '${main}'\``]),
    ...(others.length === 0
      ? []
      : [`- also: ${quote(others)}${moreImports === 0 ? '' : ` and ${moreImports} more`}`]),
    ...(commands.length === 0 ? [] : [`- commands: ${quote(commands)}`]),
  ];
}

function contentsSnippets(pages: readonly PageSummary[], options: OverviewOptions): readonly Snippet[] {
  const { located, countTokens } = options;
  const snippets: Snippet[] = [];
  let lines: string[] = [];
  let tokens = 0;
  let start = 0;

  function close(): void {
    if (lines.length === 0) return;
    const title = start === 0 ? 'Contents' : `Contents, from page ${start + 1} on`;
    snippets.push(listSnippet(`${contentsId}${start}`, title, located.shownRoot, lines, countTokens));
    start += lines.length;
    lines = [];
    tokens = 0;
  }

  for (const line of pages.map(contentsLine)) {
    const more = countTokens(line);
    if (lines.length === pagesPerSnippet || tokens + more > contentsTokens) close();
    lines.push(line);
    tokens += more;
  }
  close();
  return snippets;
}

function contentsLine({ path, title, kind, headings }: PageSummary): string {
  const label = kind === 'agent' ? ' (agent guide)' : '';
  const topics = headings.length === 0 ? '' : `: ${headings.join('; ')}`;
  return `- ${title}${label} (${path})${topics}`;
}

function listSnippet(
  id: string,
  title: string,
  location: string,
  lines: readonly string[],
  countTokens: (text: string) => number,
): Snippet {
  const text = lines.join('\n');
  return { id, kind: 'info', title, location, text, tokens: countTokens(text), batch: 0 };
}

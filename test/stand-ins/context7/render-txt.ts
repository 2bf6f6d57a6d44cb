import type { CodeSnippet, InfoSnippet } from './libraries.ts';

const separator = `\n\n${'-'.repeat(32)}\n\n`;

/** The txt format: all code, then all info; hyphens inside a group, only a blank line between the two. */
export function renderTxt(code: readonly CodeSnippet[], info: readonly InfoSnippet[]): string {
  const codeParts = code.map((snippet) => {
    const fences = snippet.codeList.map(({ language, code: text }) => `\`\`\`${language}\n${text}\n\`\`\``);
    const source = snippet.codeId.replace(/#_snippet_\d+$/, '');
    return [`### ${snippet.codeTitle}`, `Source: ${source}`, snippet.codeDescription, ...fences].join('\n\n');
  });
  const infoParts = info.map((snippet) =>
    [`### ${snippet.breadcrumb ?? ''}`, `Source: ${snippet.pageId ?? ''}`, snippet.content].join('\n\n'),
  );
  return [codeParts.join(separator), infoParts.join(separator)].filter((part) => part !== '').join('\n\n');
}

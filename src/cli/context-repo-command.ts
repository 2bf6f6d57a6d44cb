import type { CallContext } from '../call.ts';
import { DocpinError } from '../errors.ts';
import type { Tool } from '../tools/tool.ts';

/** The text of a file; `-` is what is piped in. */
export type ReadText = (file: string) => Promise<string>;

/**
 * Runs `docpin context-repo [tool] [name=value...]`: a tool of the toolset with its arguments, or, without one, the list of those
 * that the credential may use.
 */
export async function runContextRepoCommand(
  operands: readonly string[],
  tools: readonly Tool[],
  call: CallContext,
  readText: ReadText,
): Promise<{ text: string; facts: object }> {
  const [name, ...words] = operands;
  if (name === undefined) return listTools(tools, call);
  const tool = tools.find((one) => one.name === name.replaceAll('-', '_'));
  if (tool === undefined)
    throw wrongUsage(
      `Context Repo has no tool ${JSON.stringify(name.slice(0, 60))} here.`,
      `Tools: ${tools.map((one) => one.name).join(', ')}.`,
    );
  const { text, facts, whole } = await tool.call(await toArguments(words, tool, readText), call);
  return { text, facts: whole ?? facts };
}

async function listTools(
  tools: readonly Tool[],
  call: CallContext,
): Promise<{ text: string; facts: object }> {
  const offered = await Promise.all(tools.map((tool) => tool.isOffered?.(call) ?? true));
  const shown = tools.filter((_tool, index) => offered[index]);
  if (shown.length === 0)
    throw new DocpinError('unauthorized', {
      what: 'No tool of Context Repo can be used: there is no key, or one that is not accepted or may do nothing.',
      next: 'Set CONTEXTREPO_API_KEY to a key of your account; `docpin doctor` says what is wrong with one.',
    });
  return {
    text: shown.map((tool) => `${usageOf(tool)}\n    ${tool.description}`).join('\n'),
    facts: {
      tools: shown.map((tool) => ({ name: tool.name, arguments: Object.keys(tool.inputSchema.shape) })),
    },
  };
}

/** All values are text here; the tools read numbers and lists out of it. */
async function toArguments(
  words: readonly string[],
  tool: Tool,
  readText: ReadText,
): Promise<Record<string, string>> {
  const args: Record<string, string> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const name = word.slice(0, Math.max(at, 0));
    if (!/^\w+$/.test(name) || name in args)
      throw wrongUsage(
        at === -1
          ? `${JSON.stringify(word.slice(0, 60))} is not of the form name=value.`
          : `"${name.slice(0, 60)}" is no argument, or stands there twice.`,
        `Usage: ${usageOf(tool)}`,
      );
    args[name] = await givenBy(name, word.slice(at + 1), readText);
  }
  return args;
}

/** A shell hands over 128 KiB in one argument at most, so a content may stand in a file; and it has no lists but such with commas. */
async function givenBy(name: string, value: string, readText: ReadText): Promise<string> {
  if (name === 'tags' && !value.startsWith('['))
    return JSON.stringify(value.split(',').map((tag) => tag.trim()));
  if (name !== 'content' || !value.startsWith('@')) return value;
  try {
    return await readText(value.slice(1));
  } catch (thrown) {
    const reason = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
    throw wrongUsage(
      `${JSON.stringify(value.slice(1, 200))} cannot be read${reason}.`,
      'Give content=@<file>, or content=@- for what is piped in. A text that begins with @ must be piped in.',
    );
  }
}

function usageOf({ name, inputSchema }: Tool): string {
  const args = Object.entries(inputSchema.shape).map(([argument, schema]) =>
    schema.safeParse(undefined).success ? `[${argument}=...]` : `${argument}=...`,
  );
  return ['docpin context-repo', name, ...args].join(' ');
}

function wrongUsage(what: string, next: string): DocpinError {
  return new DocpinError('bad-input', { what, next });
}

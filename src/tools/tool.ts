import type { z } from 'zod';
import type { CallContext } from '../call.ts';
import { DocpinError } from '../errors.ts';

export type { CallContext, Progress } from '../call.ts';

/**
 * An MCP tool: a static definition and what it does. To add one: a file here that returns a Tool, a line in `offer.ts`, and a
 * schema snapshot in its test.
 */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: z.ZodObject;
  readonly annotations: ToolAnnotations;
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Names that clients trained on another docs server call it by; answered, never listed. */
  readonly otherNames: readonly string[];
  /** Whether a caller is shown it; always when left out. The same for one caller while docpin runs. */
  isOffered?(context: CallContext): Promise<boolean>;
  /** Checks the arguments and does the work. Rejects with a `DocpinError`. */
  call(args: unknown, context: CallContext): Promise<ToolResult>;
}

/**
 * Which project decides versions: one of the client's, which shares this machine; one that the operator shares with callers of
 * other machines; none.
 */
export type ProjectAccess = 'of-client' | 'shared' | 'none';

export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

export interface ToolResult {
  readonly text: string;
  /** For programs; models see the text alone. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** In place of the facts for a program that asks for JSON at a shell: with all texts. */
  readonly whole?: Readonly<Record<string, unknown>>;
}

/** Both tools only read, and may ask the world outside. */
export const readingAnnotations: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
};

/** Models send null and "" for what they leave out. */
function isEmpty(_name: string, value: unknown): boolean {
  return value === null || value === '';
}

/**
 * Checks a tool's arguments. What `isLeftOut` says of a proper name and its value counts as not sent. Other names of an argument are taken for it (the proper name wins when both are there), numbers
 * written as text are read as numbers. Throws `bad-input` with every fault at once.
 */
export function parseArguments<T extends z.ZodObject>(
  schema: T,
  aliases: Readonly<Record<string, string>>,
  args: unknown,
  isLeftOut: (name: string, value: unknown) => boolean = isEmpty,
): z.infer<T> {
  if (args !== undefined && (typeof args !== 'object' || args === null || Array.isArray(args))) {
    throw badArguments(['The arguments must be an object.'], schema);
  }
  const given: Record<string, unknown> = {};
  const sent = Object.entries(args ?? {}).filter(([name, value]) => !isLeftOut(aliases[name] ?? name, value));
  const named = Object.fromEntries(sent);
  for (const [name, value] of sent) {
    const proper = aliases[name];
    if (proper === undefined) given[name] = value;
    else given[proper] ??= named[proper] ?? value;
  }
  for (const name of ['page', 'tokens']) {
    const value = given[name];
    if (typeof value === 'string' && /^\d{1,9}$/.test(value)) given[name] = Number(value);
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw badArguments(
    parsed.error.issues.map((issue) => `"${issue.path.join('.')}" ${issue.message}.`),
    schema,
  );
}

function badArguments(faults: readonly string[], schema: z.ZodObject): DocpinError {
  return new DocpinError('bad-input', {
    what: faults.join(' '),
    next: `Arguments: ${Object.keys(schema.shape).join(', ')}.`,
  });
}

import type { z } from 'zod';
import type { Parameters } from '../../sources/context-repo/client/create-ask.ts';
import type { AnswerOf, OperationName } from '../../sources/context-repo/client/operations.ts';
import type { Excerpts } from './page-text.ts';

/** Does an operation for the caller of the tool. */
export type Ask = <Name extends OperationName>(
  operation: Name,
  parameters: Parameters,
) => Promise<AnswerOf<Name>>;

/** Makes text from outside fit to be shown. */
export interface Show {
  /** One line, without markup that hides anything, of at most `maxLength` characters. */
  line(text: string | undefined, maxLength?: number): string;
  /** Text as it was written, but for what nobody sees. */
  asWritten(text: string | undefined): string;
}

/** What a tool found or did. */
export interface Outcome {
  /** The first lines. */
  readonly text: string;
  /** A long text that follows, a page at a time: the arguments have a `page`. */
  readonly content?: string;
  /** Texts that follow all together, those that are long cut short. */
  readonly excerpts?: Excerpts;
  /** The same for programs, whole. */
  readonly data: unknown;
}

/** A tool as data: an operation, its arguments and its words. The engine adds all that is the same for every one. */
export interface ToolRow {
  /** The tool is called as the operation is, and needs what that needs. */
  readonly operation: OperationName;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: z.ZodObject;
  /** Other names of arguments. */
  readonly aliases: Readonly<Record<string, string>>;
  /** `args` is what the schema made of the arguments. */
  run(args: unknown, ask: Ask, show: Show): Promise<Outcome>;
}

/** Makes a row; its function gets its arguments as its schema says. */
export function toolRow<Schema extends z.ZodObject>(
  row: Omit<ToolRow, 'inputSchema' | 'run' | 'aliases'> & {
    readonly inputSchema: Schema;
    readonly aliases?: ToolRow['aliases'];
    readonly run: (args: z.infer<Schema>, ask: Ask, show: Show) => Promise<Outcome>;
  },
): ToolRow {
  return {
    ...row,
    aliases: row.aliases ?? {},
    // The engine parses the arguments with the schema of this very row.
    run: (args, ask, show) => row.run(args as z.infer<Schema>, ask, show),
  };
}

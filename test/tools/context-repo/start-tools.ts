import { onTestFinished } from 'vitest';
import { DocpinError } from '../../../src/errors.ts';
import type { Tool, ToolResult } from '../../../src/tools/tool.ts';
import { call } from '../../sources/context-repo/start-context-repo.ts';
import { type OpenOptions, openTools } from './open-tools.ts';

/** The tools over the real client before the stand-in, until the test is over. */
export async function startTools(options: OpenOptions = {}) {
  const opened = await openTools(options);
  onTestFinished(() => opened.close());

  function toolOf(name: string): Tool {
    const tool = opened.tools.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool;
  }

  return {
    ...opened,
    use: (name: string, args: object = {}, context = call()): Promise<ToolResult> =>
      toolOf(name).call(args, context),
    async fail(name: string, args: unknown = {}, context = call()): Promise<DocpinError> {
      const error = await toolOf(name)
        .call(args, context)
        .catch((thrown: unknown) => thrown);
      if (error instanceof DocpinError) return error;
      throw new Error(`${name} did not fail`, { cause: error });
    },
  };
}

import type { CacheContents } from '../cache/cache-contents.ts';
import type { CallContext } from '../call.ts';
import type { Command } from '../config/command-line.ts';
import type { Config } from '../config/config.ts';
import type { Diagnosis } from '../doctor/diagnosis.ts';
import { DocpinError, exitCodeOf, toDocpinError } from '../errors.ts';
import type { ListedProject, Lookup } from '../lookup/lookup.ts';
import type { Tool } from '../tools/tool.ts';
import { runCacheCommand } from './cache-command.ts';
import { type ReadText, runContextRepoCommand } from './context-repo-command.ts';
import { renderHelp } from './help.ts';
import { type Output, paint } from './output.ts';
import { createProgressLine } from './progress-line.ts';
import { renderDiagnosis } from './render-diagnosis.ts';
import { rules } from './rules.ts';
import { runTokenCommand } from './token-command.ts';

export interface CommandOptions {
  readonly config: Config;
  readonly output: Output;
  /** Built only by the commands that need it. */
  readonly lookup: () => Lookup;
  readonly diagnose: (signal: AbortSignal) => Promise<Diagnosis>;
  readonly cacheContents: () => Promise<CacheContents>;
  readonly contextRepoTools: () => Promise<readonly Tool[]>;
  readonly readText: ReadText;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** A person at a shell waits for the end of what was begun: an exit would end it, and the next run begin anew. */
const maxWaitMs = 5 * 60_000;

/** What a command prints: the tool's text, or the facts behind it as JSON. */
interface Printed {
  readonly text: string;
  readonly facts: object;
  /** 1 where a part failed; 0 when left out. */
  readonly code?: 0 | 1;
}

/** Runs one command and returns the exit code: 0 done, 1 failed, 2 wrong usage. Errors are one message on stderr. */
export async function runCommand(options: CommandOptions): Promise<0 | 1 | 2> {
  const { config, output } = options;
  const progress = createProgressLine(output);
  try {
    const printed = await commandResult(options, {
      signal: options.signal,
      maxWaitMs,
      onProgress: progress.show,
    });
    progress.clear();
    const text = output.useColor ? paint(printed.text) : printed.text;
    output.stdout(
      config.json
        ? `${JSON.stringify({ ...printed.facts, text: printed.text }, undefined, 2)}\n`
        : `${text}\n`,
    );
    return printed.code ?? 0;
  } catch (thrown) {
    progress.clear();
    return printError(toDocpinError(thrown), config.json, output);
  }
}

/** What is the same everywhere and needs no configuration, so that it works whatever is wrong with that. */
export function fixedText(command: Command, version: string): string | undefined {
  if (command === 'help') return renderHelp();
  if (command === 'version') return `${version}\n`;
  return command === 'rules' ? rules : undefined;
}

/** Prints an error on stderr, and with `--json` as an object on stdout too, so that programs need one place to look. */
export function printError(error: DocpinError, asJson: boolean, output: Output): 1 | 2 {
  if (asJson) {
    const retryAt = error.retryAtMs === undefined ? undefined : new Date(error.retryAtMs).toISOString();
    output.stdout(
      `${JSON.stringify({ error: { code: error.code, message: error.message, retryAt } }, undefined, 2)}\n`,
    );
  }
  output.stderr(`docpin: ${error.message}\n`);
  return exitCodeOf(error);
}

async function commandResult(
  { config, lookup, diagnose, cacheContents, contextRepoTools, readText, now }: CommandOptions,
  call: CallContext,
): Promise<Printed> {
  const [subject, ...words] = config.operands;
  const query = words.join(' ').trim();
  switch (config.command) {
    case 'resolve':
      return lookup().resolve(
        { name: needed(subject, 'resolve <name> [query]'), ...(query === '' ? {} : { query }) },
        call,
      );
    case 'docs':
      return lookup().answer(
        {
          library: needed(subject, 'docs <library> [query]'),
          ...(query === '' ? {} : { query }),
          mode: config.mode,
          page: config.page,
          tokens: config.tokens,
        },
        call,
      );
    case 'index': {
      const preparation = await lookup().prepare(config.operands, call);
      const hasFailed = preparation.facts.libraries.some(({ state }) => state === 'failed');
      return { ...preparation, code: hasFailed ? 1 : 0 };
    }
    case 'cache':
      return runCacheCommand({
        operands: config.operands,
        openContents: cacheContents,
        nowMs: now(),
      });
    case 'context-repo':
      return runContextRepoCommand(config.operands, await contextRepoTools(), call, readText);
    case 'token':
      return runTokenCommand(config.operands);
    case 'doctor': {
      noOperands(config);
      const diagnosis = await diagnose(call.signal);
      const hasFault = diagnosis.checks.some(({ state }) => state === 'fault');
      return { text: renderDiagnosis(diagnosis), facts: diagnosis, code: hasFault ? 1 : 0 };
    }
    default:
      noOperands(config);
      return knownProject(await lookup().list(call));
  }
}

/** A server without a project is a usual thing; a person who asks for its dependencies has to hear that there is none. */
function knownProject(listed: ListedProject): ListedProject {
  if (listed.facts.project !== undefined) return listed;
  throw new DocpinError('library-not-found', {
    what: ['No project is known.', ...listed.facts.notes].join(' '),
    next: 'Start docpin in a folder with a package.json, or name one with --project.',
  });
}

function noOperands({ command, operands }: Config): void {
  if (operands.length > 0)
    throw wrongUsage(`docpin ${command} takes no operands.`, `Run \`docpin ${command}\` alone.`);
}

function needed(operand: string | undefined, usage: string): string {
  if (operand === undefined || operand.trim() === '')
    throw wrongUsage('An operand is missing.', `Usage: docpin ${usage}`);
  return operand;
}

function wrongUsage(what: string, next: string): DocpinError {
  return new DocpinError('bad-input', { what, next });
}

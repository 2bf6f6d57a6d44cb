import { parseArgs } from 'node:util';
import { settings } from './settings.ts';

export type Command =
  | 'serve'
  | 'resolve'
  | 'docs'
  | 'list'
  | 'index'
  | 'cache'
  | 'doctor'
  | 'rules'
  | 'token'
  | 'help'
  | 'version';

const commands: readonly Command[] = [
  'serve',
  'resolve',
  'docs',
  'list',
  'index',
  'cache',
  'doctor',
  'rules',
  'token',
];

export interface CommandLine {
  readonly command: Command;
  /** What stands behind the command: names and queries. */
  readonly operands: readonly string[];
  /** By the flag's name without dashes; true for a switch. */
  readonly flags: Readonly<Record<string, string | true>>;
}

/** Splits arguments into command, operands and flags; whatever docpin does not know is added to `faults`. */
export function readCommandLine(argv: readonly string[], faults: string[]): CommandLine {
  const known = new Map(
    settings.flatMap((setting) => (setting.flag === undefined ? [] : [[setting.flag, setting]])),
  );
  const options = [...known].map(([name, setting]) => [
    name,
    {
      type: setting.isSwitch === true ? ('boolean' as const) : ('string' as const),
      ...(setting.short === undefined ? {} : { short: setting.short }),
    },
  ]);
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    options: Object.fromEntries(options),
  });
  const flags: Record<string, string | true> = {};
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const setting = known.get(token.name);
    if (setting === undefined) faults.push(`${token.rawName.slice(0, 40)} is not an option of docpin.`);
    else if (setting.isSwitch === true && token.value !== undefined)
      faults.push(`${token.rawName} takes no value.`);
    else if (setting.isSwitch === true) flags[token.name] = true;
    else if (token.value === undefined) faults.push(`${token.rawName} needs a value.`);
    else flags[token.name] = token.value;
  }
  return { command: commandOf(words, flags, faults), operands: words.slice(1), flags };
}

function commandOf(words: readonly string[], flags: CommandLine['flags'], faults: string[]): Command {
  if (flags.help === true || words[0] === 'help') return 'help';
  if (flags.version === true) return 'version';
  const [word] = words;
  if (word === undefined) return 'serve';
  const command = commands.find((name) => name === word);
  if (command === undefined)
    faults.push(`"${word.slice(0, 40)}" is not a command of docpin (${commands.join(', ')}).`);
  return command ?? 'help';
}

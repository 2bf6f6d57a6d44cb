import * as z from 'zod';
import { settings } from './settings.ts';

export interface ConfigFileOptions {
  readonly path: string;
  /** Whether a person named the file; then it has to be there. */
  readonly isNamed: boolean;
  /** Text of a file, or undefined when it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

/** Reads the configuration file's settings as they are; a missing, broken or misspelt one is added to `faults`. */
export function readConfigFile(
  options: ConfigFileOptions,
  faults: string[],
): Readonly<Record<string, unknown>> {
  const text = options.readFile(options.path);
  if (text === undefined) {
    if (options.isNamed) faults.push(`The configuration file ${options.path} cannot be read.`);
    return {};
  }
  const content = parseJsonObject(text);
  if (content === undefined) {
    faults.push(`The configuration file ${options.path} must hold one JSON object.`);
    return {};
  }
  const allowed = new Set(
    settings.filter((setting) => setting.inFile === true).map((setting) => setting.name),
  );
  for (const key of Object.keys(content)) {
    if (!allowed.has(key)) faults.push(`The configuration file has an unknown key "${key.slice(0, 40)}".`);
  }
  return content;
}

function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text.replace(/^\uFEFF/, ''))).data;
  } catch {
    // The caller names the file and says what it must hold; where the JSON breaks is not worth a second message.
    return undefined;
  }
}

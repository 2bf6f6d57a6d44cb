export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** A record of what happened, one line each, on stderr only: stdout belongs to the protocol and to the command line. */
export interface Log {
  error(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  debug(message: string, facts?: LogFacts): void;
}

/** By their names, which in JSON stand beside those of the line itself. */
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>> &
  Readonly<{ time?: never; level?: never; message?: never }>;

export interface LogOptions {
  readonly level: LogLevel;
  /** Receives whole lines, each ending in a newline. */
  readonly write: (line: string) => void;
  /** `json`: each line is an object. `text` when left out. */
  readonly format?: 'text' | 'json';
  readonly now?: () => Date;
  /** Values that must never appear in a line (configured keys and tokens). */
  readonly secrets?: readonly string[];
}

const order: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug'];
const maxFactLength = 2_000;

/** Creates a log that escapes control characters, caps each fact at 2,000 characters and masks configured secrets. */
export function createLog(options: LogOptions): Log {
  const threshold = order.indexOf(options.level);
  const secrets = (options.secrets ?? []).filter((secret) => secret.length >= 4);
  const now = options.now ?? (() => new Date());

  function line(level: LogLevel, message: string, facts: LogFacts = {}): void {
    if (order.indexOf(level) > threshold) return;
    let text =
      options.format === 'json'
        ? jsonLine({ time: now().toISOString(), level, message }, facts)
        : textLine(level, message, facts);
    for (const secret of secrets) text = text.replaceAll(secret, '[secret]');
    options.write(`${escapeControls(text)}\n`);
  }

  return {
    error: (message, facts) => line('error', message, facts),
    warn: (message, facts) => line('warn', message, facts),
    info: (message, facts) => line('info', message, facts),
    debug: (message, facts) => line('debug', message, facts),
  };
}

function textLine(level: LogLevel, message: string, facts: LogFacts): string {
  const pairs = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${JSON.stringify(value).slice(0, maxFactLength)}`);
  return `docpin ${level}: ${message}${pairs.join('')}`;
}

function jsonLine(head: Readonly<Record<string, string>>, facts: LogFacts): string {
  const cut = Object.entries(facts).map(([key, value]) => [
    key,
    typeof value === 'string' ? value.slice(0, maxFactLength) : value,
  ]);
  return JSON.stringify({ ...Object.fromEntries(cut), ...head });
}

/** Escapes control and line-separator characters, so that one record is one line and no terminal code gets through. */
function escapeControls(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

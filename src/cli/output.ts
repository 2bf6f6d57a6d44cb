/** Where the command line writes. Results go to stdout, everything else to stderr. */
export interface Output {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether stdout is a terminal that takes colour: not with NO_COLOR, not in a pipe. */
  readonly useColor: boolean;
  /** Whether a line on stderr may be redrawn. */
  readonly canRedraw: boolean;
  /** Resolves once everything written has left (an exit would cut it off where pipes are asynchronous), with whether it did. */
  flush(): Promise<boolean>;
}

export interface OutputOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Creates the output over two streams. A reader that goes away (`docpin docs ... | head`) is no fault. */
export function createOutput({ stdout, stderr, env }: OutputOptions): Output {
  let fault: string | undefined;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || fault !== undefined) return;
      fault = error.code ?? 'unknown';
      if (stream === stdout) stderr.write(`docpin: The output cannot be written (${fault}).\n`);
    });
  }
  const isPlain = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    useColor: stdout.isTTY === true && !isPlain,
    canRedraw: stderr.isTTY === true && env.TERM !== 'dumb',
    flush: () =>
      new Promise((resolve) => stdout.write('', () => setImmediate(() => resolve(fault === undefined)))),
  };
}

/** Marks headings and places for a terminal; the words stay the same. */
export function paint(text: string): string {
  return text
    .replace(/^### .*$/gm, (line) => `\u001b[1m${line}\u001b[22m`)
    .replace(/^Source: .*$/gm, (line) => `\u001b[2m${line}\u001b[22m`);
}

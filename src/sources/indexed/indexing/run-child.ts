import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DocpinError } from '../../../errors.ts';
import type { ChildJob, ChildMessage, Held, IndexOutcome } from './indexing.ts';

export interface RunChildOptions {
  readonly childFile: URL | string;
  readonly fileTimeoutMs: number;
  readonly childTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly onFile: (path: string, done: number, total: number) => void;
  /** Lines that the child wrote to stderr. */
  readonly onStderr: (text: string) => void;
}

/** How a child ended. */
export type ChildEnd =
  | { readonly type: 'done'; readonly outcome: IndexOutcome | Held }
  | { readonly type: 'failed'; readonly error: DocpinError }
  /** It crashed or was killed; `path` is the file that it was at. */
  | { readonly type: 'broken'; readonly path: string | undefined; readonly why: string }
  | { readonly type: 'too-slow' }
  /** None could be started here. */
  | { readonly type: 'unavailable'; readonly cause: unknown }
  | { readonly type: 'stopped' };

/**
 * Runs one job in a child process and says how it ended; the child is gone then, or dying. Never rejects. A file that takes
 * longer than `fileTimeoutMs`, a child that takes longer than `childTimeoutMs` and an aborted signal are ended by SIGKILL.
 */
export function runChild(job: ChildJob, options: RunChildOptions): Promise<ChildEnd> {
  return new Promise((resolve) => {
    let end: ChildEnd | undefined;
    let path: string | undefined;
    let fileTimer: NodeJS.Timeout | undefined;
    const started = start(options.childFile);
    if ('cause' in started) {
      resolve({ type: 'unavailable', cause: started.cause });
      return;
    }
    const { child } = started;

    function kill(why: ChildEnd): void {
      end ??= why;
      child.kill('SIGKILL');
    }

    const childTimer = setTimeout(() => kill({ type: 'too-slow' }), options.childTimeoutMs);
    const onAbort = () => kill({ type: 'stopped' });

    function finish(last: ChildEnd): void {
      clearTimeout(childTimer);
      clearTimeout(fileTimer);
      options.signal.removeEventListener('abort', onAbort);
      resolve(end ?? last);
    }

    function onMessage(message: ChildMessage): void {
      clearTimeout(fileTimer);
      if (message.type === 'file') {
        path = message.path;
        const seconds = Math.round(options.fileTimeoutMs / 1_000);
        const why = `took longer than ${seconds} s to parse`;
        fileTimer = setTimeout(() => kill({ type: 'broken', path, why }), options.fileTimeoutMs);
        options.onFile(message.path, message.done, message.total);
        return;
      }
      path = undefined;
      if (message.type === 'writing') return;
      end =
        message.type === 'done' ? message : { type: 'failed', error: new DocpinError(message.code, message) };
      // The child waits for this before it exits, so that its answer cannot be lost.
      if (child.connected) child.disconnect();
    }

    child.on('message', onMessage);
    child.on('error', (cause) => finish({ type: 'unavailable', cause }));
    child.stderr?.setEncoding('utf8').on('data', options.onStderr);
    // What it said last may still be on its way when it exits, and has arrived when the channel closes.
    const closed = new Promise((done) => child.once('disconnect', done));
    child.once('exit', async (code, signal) => {
      await closed;
      finish({ type: 'broken', path, why: `made the parser end with ${signal ?? `exit code ${code}`}` });
    });
    if (options.signal.aborted) onAbort();
    else options.signal.addEventListener('abort', onAbort, { once: true });
    child.send(job, (cause) => {
      // It died before it could read; `exit` tells the rest.
      if (cause) options.onStderr(`The job was not delivered: ${cause.message}`);
    });
  });
}

function start(childFile: URL | string): { child: ChildProcess } | { cause: unknown } {
  const file = childFile instanceof URL ? fileURLToPath(childFile) : childFile;
  if (!existsSync(file)) return { cause: new Error('The program of the indexing child is missing.') };
  try {
    const child = fork(file, [], {
      // Keys and tokens of this process are no business of parsers that read text from outside.
      env: {},
      execArgv: ['--max-old-space-size=1024'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    });
    return { child };
  } catch (cause) {
    return { cause };
  }
}

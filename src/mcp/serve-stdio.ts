import { PassThrough, type Readable, type Writable } from 'node:stream';
import { StdioServerTransport, serveStdio as serveTransport } from '@modelcontextprotocol/server/stdio';
import type { Log } from '../log.ts';
import { createServerFactory, type ServerFactoryOptions } from './server-factory.ts';

/** One message may be this large; a client that sends more is not talking MCP. */
const maxMessageBytes = 10 * 1024 * 1024;

export interface StdioStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/** `end`: the client closed its side. `fault`: the connection broke, and the log says why. */
export type ConnectionEnd = 'end' | 'fault';

/** How long requests that were read before the end of the input may still take to be answered. */
const lastAnswersMs = 2_000;
const pollMs = 10;

/**
 * Serves MCP over the streams until the client closes them or the connection breaks. Only protocol messages are written.
 * Resolves once the connection is over; the process is the caller's to end, because open sockets would keep it alive.
 */
export async function serveStdio(
  options: ServerFactoryOptions & { readonly streams: StdioStreams; readonly log: Log },
): Promise<ConnectionEnd> {
  const { stdin, stdout } = options.streams;
  const unanswered = new Set<unknown>();
  const transport = new StdioServerTransport(heldUntilAnswered(stdin, unanswered), stdout, {
    maxBufferSize: maxMessageBytes,
  });
  let lastError: Error | undefined;
  return new Promise((resolve) => {
    serveTransport(createServerFactory(options), {
      transport,
      onerror: (error) => {
        // Junk on the line is dropped by the SDK and the connection goes on; only its end is worth more than a debug line.
        options.log.debug('protocol error', { reason: error.message });
        lastError = error;
      },
    });
    watchRequests(transport, unanswered);
    const onclose = transport.onclose;
    transport.onclose = () => {
      onclose?.();
      // Called again by the SDK when it closes what it opened; a promise settles once.
      const isEnd = stdin.readableEnded || lastError === undefined || isClientGone(lastError);
      if (!isEnd) {
        options.log.error('the connection broke; restart docpin, and send messages of at most 10 MB', {
          reason: lastError?.message,
        });
      }
      resolve(isEnd ? 'end' : 'fault');
    };
  });
}

/** The input, whose end is held back until what came before it is answered: the SDK drops open requests at the end. */
function heldUntilAnswered(stdin: Readable, unanswered: ReadonlySet<unknown>): Readable {
  const held = new PassThrough();
  stdin.pipe(held, { end: false });
  stdin.once('end', () => {
    const endedAtMs = performance.now();
    const endWhenIdle = (): void => {
      const isIdle = held.readableLength === 0 && unanswered.size === 0;
      if (isIdle || performance.now() - endedAtMs > lastAnswersMs) held.end();
      else setTimeout(endWhenIdle, pollMs);
    };
    // The last bytes pass through in the turns after the end.
    setTimeout(endWhenIdle, pollMs);
  });
  stdin.once('close', () => {
    if (!stdin.readableEnded) held.end();
  });
  return held;
}

/** Keeps the ids of requests that have come in and were neither answered nor cancelled. */
function watchRequests(transport: StdioServerTransport, unanswered: Set<unknown>): void {
  const { onmessage } = transport;
  transport.onmessage = (message) => {
    if ('method' in message && 'id' in message) unanswered.add(message.id);
    if ('method' in message && message.method === 'notifications/cancelled')
      unanswered.delete(message.params?.requestId);
    onmessage?.(message);
  };
  const send = transport.send.bind(transport);
  transport.send = async (message) => {
    await send(message);
    if (!('method' in message)) unanswered.delete(message.id);
  };
}

function isClientGone(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET');
}

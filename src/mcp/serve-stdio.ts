import type { Readable, Writable } from 'node:stream';
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

/**
 * Serves MCP over the streams until the client closes them or the connection breaks. Only protocol messages are written.
 * Resolves once the connection is over; the process is the caller's to end, because open sockets would keep it alive.
 */
export async function serveStdio(
  options: ServerFactoryOptions & { readonly streams: StdioStreams; readonly log: Log },
): Promise<ConnectionEnd> {
  const { stdin, stdout } = options.streams;
  const transport = new StdioServerTransport(stdin, stdout, { maxBufferSize: maxMessageBytes });
  let lastError: Error | undefined;
  let isOver = false;
  let hasEnded = false;
  stdin.once('end', () => {
    hasEnded = true;
  });
  return new Promise((resolve) => {
    serveTransport(createServerFactory(options), {
      transport,
      onerror: (error) => {
        // Junk on the line is dropped by the SDK and the connection goes on; only its end is worth more than a debug line.
        options.log.debug('protocol error', { message: error.message });
        lastError = error;
      },
    });
    const onclose = transport.onclose;
    transport.onclose = () => {
      onclose?.();
      if (isOver) return;
      isOver = true;
      const isEnd = hasEnded || stdin.readableEnded;
      if (!isEnd) {
        options.log.error('the connection broke; restart docpin, and send messages of at most 10 MB', {
          reason: lastError?.message,
        });
      }
      resolve(isEnd ? 'end' : 'fault');
    };
  });
}

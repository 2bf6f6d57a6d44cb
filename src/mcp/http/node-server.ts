import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { DocpinError } from '../../errors.ts';

/** Time for the header of a request, for all of it, and between two: slow and sleeping clients lose their connection. */
const slowClientMs = 10_000;
/** What is too slow is closed so much later at the most. */
const checkConnectionsEveryMs = 500;
const maxHeaderBytes = 16 * 1024;
/** As many may wait to be accepted: of a connection that the system drops there its client may never hear. */
const usualMaxConnections = 4_096;

export interface NodeServerHooks {
  readonly onConnection: (socket: Socket) => void;
  /** Told the status of what was answered to what is no request. */
  readonly onGarbage?: (status: number) => void;
  /** 4,096 when left out. */
  readonly maxConnections?: number;
}

/** Creates Node's server with limits on what a client may cost before it has said anything. */
export function createNodeServer(
  listener: RequestListener,
  { onConnection, onGarbage, maxConnections = usualMaxConnections }: NodeServerHooks,
): Server {
  const server = createServer(
    {
      headersTimeout: slowClientMs,
      requestTimeout: slowClientMs,
      keepAliveTimeout: slowClientMs,
      connectionsCheckingInterval: checkConnectionsEveryMs,
      maxHeaderSize: maxHeaderBytes,
    },
    listener,
  );
  server.maxConnections = maxConnections;
  // They are bounded in bytes; what is over Node's own count would be left out without a word, and with it an `Origin`.
  server.maxHeadersCount = 0;
  server.on('connection', onConnection);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const status = refuseGarbage(error, socket);
    if (status !== undefined) onGarbage?.(status);
  });
  return server;
}

/** Resolves with the address once it can be reached. Rejects with `bad-config`. */
export async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(host, port, cause)));
    server.listen({ host, port, backlog: usualMaxConnections }, () =>
      resolve(server.address() as AddressInfo),
    );
  });
}

/**
 * What is no HTTP, or comes too slowly, has no request that could be answered: the connection gets the last word. Returns its
 * status, unless nobody is there to hear it.
 */
function refuseGarbage({ code }: NodeJS.ErrnoException, socket: Socket): number | undefined {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return undefined;
  }
  const [status, message] = refusalOf(code);
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null });
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  // It went away in the middle of a request, which is counted for itself.
  return code === 'HPE_INVALID_EOF_STATE' ? undefined : Number.parseInt(status, 10);
}

function refusalOf(code: string | undefined): readonly [status: string, message: string] {
  if (code === 'HPE_HEADER_OVERFLOW')
    return ['431 Request Header Fields Too Large', `Headers may have ${maxHeaderBytes / 1024} KiB.`];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return ['408 Request Timeout', `A request has to arrive within ${slowClientMs / 1_000} s.`];
  return ['400 Bad Request', 'This is not HTTP as docpin understands it.'];
}

function cannotListen(host: string, port: number, cause: NodeJS.ErrnoException): DocpinError {
  const what =
    cause.code === 'EADDRINUSE'
      ? `Port ${port} of ${host} is in use.`
      : `docpin cannot listen on port ${port} of ${host} (${cause.code ?? 'unknown error'}).`;
  return new DocpinError(
    'bad-config',
    { what, next: 'Give another --port or --host, or stop the program that has it.' },
    { cause },
  );
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Asked } from './exchange.ts';
import { createFaultPlan, type FaultPlan } from './fault-plan.ts';
import { serveAnswer, serveFault } from './serve-fault.ts';

export interface FaultServerOptions {
  /** What is answered where no fault is planned. */
  readonly answer: (asked: Asked) => Answer;
  /** Path that everything lies under, such as `/api`; the paths of requests are told without it. */
  readonly basePath?: string;
  /** Sent with every answer, faults included. */
  readonly headers?: () => Readonly<Record<string, string>>;
  readonly port?: number;
  readonly onAsked?: (asked: Asked) => void;
}

/** A server on 127.0.0.1 that can be told to fail. */
export interface FaultServer extends Omit<FaultPlan, 'take'> {
  readonly origin: string;
  /** What was asked, oldest first. */
  readonly requests: readonly Asked[];
  /** Requests that the client gave up before an answer was begun. */
  readonly abandoned: number;
  /** Heals everything and forgets what was asked. */
  forget(): void;
  close(): Promise<void>;
}

/** Starts the server that every stand-in is: it records what is asked and serves the planned fault or the real answer. */
export async function startFaultServer(options: FaultServerOptions): Promise<FaultServer> {
  const { basePath = '', headers = () => ({}) } = options;
  const { take, ...plan } = createFaultPlan();
  const requests: Asked[] = [];
  let abandoned = 0;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('close', () => {
      if (!response.headersSent) abandoned += 1;
    });
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const body = request.method === 'GET' ? '' : await readBody(request);
    const path = pathBelow(basePath, url.pathname);
    const fault = take(path);
    const asked: Asked = {
      method: request.method ?? '',
      path,
      query: url.searchParams,
      headers: joinHeaders(request),
      body,
      atMs: Date.now(),
      fault: fault?.kind,
    };
    requests.push(asked);
    options.onAsked?.(asked);
    const common = headers();
    const dress = (answer: Answer) => ({ ...answer, headers: { ...common, ...answer.headers } });
    const real = dress(options.answer(asked));
    if (fault === undefined) serveAnswer(response, real);
    else if (fault.kind === 'answer') serveAnswer(response, dress(fault));
    else await serveFault(response, fault, real);
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    ...plan,
    origin: `http://127.0.0.1:${port}`,
    requests,
    get abandoned() {
      return abandoned;
    },
    forget() {
      requests.length = 0;
      plan.heal();
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function pathBelow(basePath: string, path: string): string {
  if (basePath === '') return path;
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : `outside-the-base:${path}`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function joinHeaders({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type RegistryFault, registryText } from './faults.ts';
import { fileNameOf, packFixturePackages, type StoredVersion } from './packages.ts';
import { packumentOf } from './packument-of.ts';

export interface AskedOfRegistry {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface RegistryStandIn {
  /** Ends in a slash, as npm configures it. */
  readonly url: string;
  /** What was asked, oldest first. */
  readonly requests: readonly AskedOfRegistry[];
  publish(version: StoredVersion): void;
  /** Fails the next requests (or only those whose path matches), one fault each, then answers as always. */
  failNext(faults: readonly RegistryFault[], options?: { readonly path?: RegExp }): void;
  /** Fails every request whose path matches from now on. */
  failAlways(fault: RegistryFault, options?: { readonly path?: RegExp }): void;
  /** Answers 401 unless the `authorization` header is this. */
  requireAuthorization(value: string): void;
  close(): Promise<void>;
}

export interface RegistryStandInOptions {
  /** Path that the registry is under; `/` when left out. */
  readonly prefix?: string;
  /** What it has; the fixture packages when left out. */
  readonly packages?: readonly StoredVersion[];
}

interface PlannedFault {
  readonly fault: RegistryFault;
  readonly path: RegExp | undefined;
}

/**
 * An npm registry on 127.0.0.1: metadata in both forms, tarballs packed by the real npm, tokens, and the faults that real ones
 * have. The real npm installs from it, which a test holds it to.
 */
export async function startRegistryStandIn(options: RegistryStandInOptions = {}): Promise<RegistryStandIn> {
  const prefix = options.prefix ?? '/';
  const stored = new Map<string, StoredVersion[]>();
  const requests: AskedOfRegistry[] = [];
  const queue: PlannedFault[] = [];
  const standing: PlannedFault[] = [];
  let required: string | undefined;

  function publish(version: StoredVersion): void {
    const { name } = version.manifest;
    stored.set(name, [...(stored.get(name) ?? []), version]);
  }
  for (const version of options.packages ?? packFixturePackages()) publish(version);

  function takeFault(path: string): RegistryFault | undefined {
    const fits = (planned: PlannedFault) => planned.path === undefined || planned.path.test(path);
    const next = queue.findIndex(fits);
    return next === -1 ? standing.find(fits)?.fault : queue.splice(next, 1)[0]?.fault;
  }

  function answer(asked: AskedOfRegistry, isShortKnown: boolean): RealAnswer {
    const { headers, path } = asked;
    if (required !== undefined && headers.authorization !== required)
      return { status: 401, body: { error: registryText }, headers: { 'www-authenticate': 'Bearer' } };
    if (asked.method !== 'GET' || !path.startsWith(prefix)) return notFound;
    const [name = '', file] = decodeURIComponent(path.slice(prefix.length)).split('/-/');
    const versions = stored.get(name);
    if (versions === undefined) return notFound;
    if (file !== undefined) {
      const found = versions.find(({ manifest }) => fileNameOf(manifest.name, manifest.version) === file);
      return found === undefined ? notFound : { status: 200, body: found.tarball };
    }
    const wantsShort = String(headers.accept).startsWith(shortForm);
    if (wantsShort && !isShortKnown) return { status: 406, body: { error: registryText } };
    const type = wantsShort ? shortForm : 'application/json';
    return {
      status: 200,
      body: packumentOf(versions, baseUrl(), !wantsShort),
      headers: { 'content-type': type },
    };
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://stand-in').pathname;
    const asked = { method: request.method ?? '', path, headers: request.headers };
    requests.push(asked);
    const fault = takeFault(path);
    const real = answer(asked, fault?.kind !== 'only-whole');
    if (fault === undefined) send(response, real);
    else await fail(response, fault, real);
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  function baseUrl(): string {
    return `http://127.0.0.1:${port}${prefix}`;
  }

  return {
    url: baseUrl(),
    requests,
    publish,
    failNext(faults, { path } = {}) {
      queue.push(...faults.map((fault) => ({ fault, path })));
    },
    failAlways(fault, { path } = {}) {
      standing.push({ fault, path });
    },
    requireAuthorization(value) {
      required = value;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface RealAnswer {
  readonly status: number;
  /** An object is sent as JSON. */
  readonly body: object | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

const shortForm = 'application/vnd.npm.install-v1+json';
const notFound: RealAnswer = { status: 404, body: { error: registryText } };

function bytesOf({ body }: RealAnswer): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
}

function send(response: ServerResponse, answer: RealAnswer, body = bytesOf(answer)): void {
  const type = Buffer.isBuffer(answer.body) ? 'application/octet-stream' : 'application/json';
  const headers = { 'content-type': type, 'content-length': String(body.length), ...answer.headers };
  response.writeHead(answer.status, headers).end(body);
}

async function fail(response: ServerResponse, fault: RegistryFault, real: RealAnswer): Promise<void> {
  const body = bytesOf(real);
  switch (fault.kind) {
    case 'answer': {
      const text = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body);
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(text);
      return;
    }
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'cut':
      response.writeHead(real.status, { 'content-length': String(body.length) });
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
      return;
    case 'slow':
      await wait(fault.delayMs);
      return send(response, real);
    case 'flip': {
      const flipped = Buffer.from(body);
      const at = Math.floor(flipped.length / 2);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      return send(response, real, flipped);
    }
    case 'only-whole':
      return send(response, real);
  }
}

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request as sendRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readBenchOptions } from '../bench-options.ts';
import { reportFigures } from '../report.ts';
import { percentile } from '../samples.ts';
import { createCallers } from './callers.ts';
import { type StartedHttp, startDocpin, startInstantUpstream } from './servers.ts';

/** What 2,000 slow sockets and a body of 1 GiB cost a server, and the client that behaves. */
const run = promisify(execFile);
const slowSockets = 2_000;
const gibibyte = 2 ** 30;
const mebibyte = 2 ** 20;
const good = { tool: 'get-docs', args: { library: '/acme/widgets', query: 'create a store' } };

const options = readBenchOptions({ runs: 1 });
const upstream = await startInstantUpstream(options.root);
const server = await startDocpin(options, { cwd: tmpdir(), env: { CONTEXT7_API_URL: upstream.baseUrl } });
const callers = createCallers(server.port, 1);

/** Milliseconds of calls, one after the other with 20 ms between, while something goes on. */
async function callWhile(goesOn: () => boolean): Promise<number[]> {
  const samples: number[] = [];
  while (goesOn()) {
    samples.push((await callers.call(good)).ms);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return samples;
}

/** Milliseconds that each slow socket was held. */
async function openSlowSockets({ port }: StartedHttp): Promise<number[]> {
  const script = join(options.root, 'bench/http/slow-sockets.mjs');
  const { stdout } = await run(process.execPath, [script, String(port), String(slowSockets)], {
    timeout: 60_000,
  });
  return JSON.parse(stdout) as number[];
}

/** Bytes that the server has read since it started, from files and sockets alike. */
function bytesRead({ pid }: StartedHttp): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

async function sendGibibyte({ port }: StartedHttp): Promise<number> {
  const chunk = Buffer.alloc(mebibyte, 0x20);
  return new Promise((resolve) => {
    let status = 0;
    let sent = 0;
    const request = sendRequest(
      {
        host: '127.0.0.1',
        port,
        path: '/mcp',
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        status = response.statusCode ?? 0;
        response.resume();
      },
    );
    const more = (): void => {
      while (!request.destroyed && sent < gibibyte) {
        sent += chunk.length;
        if (!request.write(chunk)) return;
      }
      request.end();
    };
    request.on('drain', more);
    request.on('error', () => undefined);
    request.once('close', () => resolve(status));
    more();
  });
}

await callWhile(endAfter(1_000));
const idleMs = await callWhile(endAfter(5_000));
let isOpen = true;
const closing = openSlowSockets(server).finally(() => {
  isOpen = false;
});
const busyMs = await callWhile(() => isOpen);
const heldMs = await closing;
const before = bytesRead(server);
const status = await sendGibibyte(server);
const readBytes = bytesRead(server) - before;
callers.close();
await server.close();
upstream.close();

const [idleP99, busyP99] = [percentile(idleMs, 0.99), percentile(busyMs, 0.99)];
reportFigures(
  options.root,
  {
    name: `http-hostile-node${options.nodeMajor}`,
    node: options.nodeVersion,
    versions: { docpin: options.docpin },
    about: { loadBefore: options.loadBefore, slowSockets },
    figures: [
      {
        figure: 'slow sockets: the longest that one is held',
        got: Math.max(...heldMs),
        unit: 'ms',
        atMost: 12_000,
      },
      { figure: 'a good client alone: p99', got: idleP99, unit: 'ms' },
      { figure: 'a good client beside slow sockets: p99', got: busyP99, unit: 'ms' },
      {
        figure: 'a good client beside slow sockets: p99 to that alone',
        got: busyP99 / idleP99,
        unit: 'times',
        atMost: 2,
      },
      {
        figure: 'a body of 1 GiB: MiB read before it is refused',
        got: readBytes / mebibyte,
        unit: 'count',
        atMost: 1.1,
      },
      // A client that is still sending may meet the reset before it reads the refusal: 0.
      { figure: 'a body of 1 GiB: status that the client saw', got: status, unit: 'count' },
    ],
    samples: { idleMs, busyMs, heldMs },
  },
  options.write,
);

function endAfter(ms: number): () => boolean {
  const endsAt = performance.now() + ms;
  return () => performance.now() < endsAt;
}

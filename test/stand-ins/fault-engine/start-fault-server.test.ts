import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FaultServerOptions, startFaultServer } from './start-fault-server.ts';

async function start(options: Partial<FaultServerOptions> = {}) {
  const server = await startFaultServer({
    answer: ({ path }) => ({ status: 200, body: { path } }),
    ...options,
  });
  onTestFinished(() => server.close());
  return server;
}

describe('a server that can be told to fail', () => {
  it('answers, and records what it was asked and what it served', async () => {
    const server = await start({ basePath: '/api', headers: () => ({ 'x-common': 'yes' }) });
    server.failNext([{ kind: 'answer', status: 503, headers: { 'x-own': 'yes' }, body: 'down' }]);
    const startMs = Date.now();
    const failed = await fetch(`${server.origin}/api/one?a=b`, { headers: { 'x-asked': 'c' } });
    expect([failed.status, failed.headers.get('x-common'), failed.headers.get('x-own')]).toEqual([
      503,
      'yes',
      'yes',
    ]);
    expect(failed.headers.get('content-type')).toBe('text/html');
    const answered = await fetch(`${server.origin}/elsewhere`);
    expect(await answered.json()).toEqual({ path: 'outside-the-base:/elsewhere' });
    const [one, two] = server.requests;
    expect(one).toMatchObject({ method: 'GET', path: '/one', fault: 'answer', headers: { 'x-asked': 'c' } });
    expect(one?.query.get('a')).toBe('b');
    expect(one?.atMs).toBeGreaterThanOrEqual(startMs);
    expect(two?.fault).toBeUndefined();
    server.forget();
    expect(server.requests).toEqual([]);
  });

  it('answers late, with damaged bytes and under another type', async () => {
    const server = await start({ answer: () => ({ status: 200, body: 'whole' }) });
    server.failNext([
      { kind: 'delay', delayMs: 60 },
      { kind: 'flip' },
      { kind: 'relabel', contentType: 'text/x-other' },
    ]);
    const startMs = performance.now();
    expect(await (await fetch(server.origin)).text()).toBe('whole');
    // Timers may be early by a millisecond.
    expect(performance.now() - startMs).toBeGreaterThan(55);
    const flipped = await (await fetch(server.origin)).text();
    expect(flipped).toHaveLength(5);
    expect(flipped).not.toBe('whole');
    expect((await fetch(server.origin)).headers.get('content-type')).toBe('text/x-other');
  });

  it('can be closed while it hangs, drips or waits, and counts who left before an answer', async () => {
    const server = await start();
    server.failNext([
      { kind: 'hang' },
      { kind: 'delay', delayMs: 60_000 },
      { kind: 'drip', everyMs: 60_000 },
    ]);
    const asked = [1, 2, 3].map(async () => (await fetch(server.origin)).text());
    const settled = Promise.allSettled(asked);
    await expect.poll(() => server.requests.length).toBe(3);
    await server.close();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect.poll(() => server.abandoned).toBe(2);
  });
});

describe('the Context7 stand-in by hand', () => {
  const script = join(import.meta.dirname, '../../../scripts/context7-stand-in.mjs');

  it('fails what it is told, and prints its address and what it is asked', async () => {
    const args = [script, '--faults', '1', '--seed', '7', '--kinds', '503'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const address = String((await lines.next()).value);
    expect(address).toMatch(/^CONTEXT7_API_URL=http:\/\/127\.0\.0\.1:\d+\/api$/);
    const response = await fetch(`${address.slice(address.indexOf('=') + 1)}/v2/context`);
    expect(response.status).toBe(503);
    expect((await lines.next()).value).toBe('GET /v2/context answer');
  });

  it.each([
    ['--faults', '2'],
    ['--kinds', '503,teapot'],
  ])('refuses %s %s', async (...args) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(2);
  });
});

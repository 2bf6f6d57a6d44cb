import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import type { UpstreamOptions } from '../../src/upstream/create-upstream.ts';
import { throttled } from '../stand-ins/context7/faults.ts';
import type { Fault } from '../stand-ins/fault-engine/fault.ts';
import { type StartedUpstream, startUpstream } from './start-upstream.ts';

const down: Fault = { kind: 'answer', status: 503, body: '' };
let started: StartedUpstream[] = [];

async function start(options: Partial<UpstreamOptions> = {}): Promise<StartedUpstream> {
  const upstream = await startUpstream(options);
  started.push(upstream);
  return upstream;
}

afterEach(async () => {
  await Promise.all(started.map((upstream) => upstream.close()));
  started = [];
});

/** An upstream whose breaker has just opened, with nothing on its record. */
async function startOpen(options: Partial<UpstreamOptions> = {}): Promise<StartedUpstream> {
  const upstream = await start(options);
  const { send, standIn, request } = upstream;
  standIn.failAlways(down);
  for (let call = 0; call < 3; call += 1) await send(request());
  expect(standIn.requests).toHaveLength(12);
  standIn.forget();
  return upstream;
}

describe('an upstream that keeps failing', () => {
  it('is left alone after three calls, and every further one fails at once and says when to ask again', async () => {
    const { send, standIn, request, clock } = await startOpen();
    const retryAtMs = clock.nowMs + 10_000;
    const since = new Date(clock.nowMs).toISOString();
    for (let call = 0; call < 50; call += 1) {
      await expect(send(request())).rejects.toMatchObject({
        code: 'unavailable',
        retryAtMs,
        what: `127.0.0.1 keeps failing, so it is left alone since ${since} and tried again at ${new Date(retryAtMs).toISOString()}.`,
      });
    }
    expect(standIn.requests).toEqual([]);
  });

  it('is asked once every 10 s, with no retries, and as ever when it answers', async () => {
    const { send, standIn, request, clock } = await startOpen();
    standIn.failAlways(down);
    for (let probes = 1; probes <= 3; probes += 1) {
      clock.nowMs += 10_000;
      await expect(send(request())).rejects.toMatchObject({ code: 'unavailable' });
      await expect(send(request())).rejects.toMatchObject({ code: 'unavailable' });
      expect(standIn.requests).toHaveLength(probes);
    }
    standIn.failAlways(undefined);
    clock.nowMs += 10_000;
    expect((await send(request())).status).toBe(200);
    expect((await send(request())).status).toBe(200);
    expect(standIn.requests).toHaveLength(5);
  });

  it('stops the calls that are under way', async () => {
    const sleeping: (() => void)[] = [];
    const sleep = () => new Promise<void>((wake) => void sleeping.push(wake));
    const { send, standIn, request } = await start({ sleep });
    standIn.failAlways(down);
    const calls = Array.from({ length: 30 }, () => send(request()).catch((error: unknown) => error));
    await expect.poll(() => sleeping.length).toBe(30);
    for (const wake of sleeping) wake();
    for (const outcome of await Promise.all(calls)) expect(outcome).toMatchObject({ code: 'unavailable' });
    expect(standIn.requests).toHaveLength(30);
  });

  it('is told apart from its neighbours', async () => {
    const { send, request } = await startOpen();
    const neighbour = await start();
    const url = new URL(`${neighbour.standIn.baseUrl}/v2/context?libraryId=/acme/widgets&query=stores`);
    expect((await send(request({ url }))).status).toBe(200);
  });

  it.each<[title: string, fault: Fault]>([
    ['resets connections', { kind: 'reset' }],
    ['hangs', { kind: 'hang' }],
    ['cuts its answers', { kind: 'cut' }],
    ['answers 500', { kind: 'answer', status: 500, body: '' }],
  ])('is one that %s', async (_title, fault) => {
    const { send, standIn, request } = await start({ limits: { attemptTimeoutMs: 100 } });
    standIn.failAlways(fault);
    for (let call = 0; call < 5; call += 1) await send(request()).catch(() => undefined);
    expect(standIn.requests).toHaveLength(12);
  });

  it('is one that outlasts the deadline of every call, where that comes before an attempt ends', async () => {
    const { send, standIn, request } = await start({ limits: { deadlineMs: 60 } });
    standIn.failAlways({ kind: 'hang' });
    for (let call = 0; call < 14; call += 1)
      await expect(send(request())).rejects.toMatchObject({ code: call < 12 ? 'timed-out' : 'unavailable' });
    expect(standIn.requests).toHaveLength(12);
  });

  it('is written down once, when it is left alone and when it is back', async () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', write: (line) => lines.push(line) });
    const { send, request, clock } = await startOpen({ log });
    await expect(send(request())).rejects.toMatchObject({ code: 'unavailable' });
    clock.nowMs += 10_000;
    await send(request());
    expect(lines).toEqual([
      'docpin warn: an upstream keeps failing and is left alone host="127.0.0.1"\n',
      'docpin info: an upstream answers again host="127.0.0.1"\n',
    ]);
  });
});

describe('an upstream is not left alone', () => {
  it.each([401, 403, 404, 429])('for answering %i', async (status) => {
    const { send, standIn, request } = await start({ limits: { maxAttempts: 1 } });
    standIn.failAlways({ kind: 'answer', status, body: '' });
    for (let call = 0; call < 40; call += 1) expect((await send(request())).status).toBe(status);
    expect(standIn.requests).toHaveLength(40);
  });

  it('for the 429 of one credential, though that one must wait', async () => {
    const { send, standIn, request } = await start();
    standIn.failNext([throttled('60')]);
    await expect(send(request({ credentialId: 'one' }))).rejects.toMatchObject({ code: 'throttled' });
    for (let call = 0; call < 40; call += 1)
      await expect(send(request({ credentialId: 'one' }))).rejects.toMatchObject({ code: 'throttled' });
    expect((await send(request({ credentialId: 'two' }))).status).toBe(200);
  });

  it('for what its callers cancel', async () => {
    const { send, standIn, request } = await start();
    standIn.failAlways({ kind: 'hang' });
    for (let call = 0; call < 14; call += 1) {
      const caller = new AbortController();
      const sent = send(request({ signal: caller.signal }));
      await expect.poll(() => standIn.requests.length, { interval: 5 }).toBe(call + 1);
      caller.abort();
      await expect(sent).rejects.toMatchObject({ code: 'cancelled' });
    }
  });

  it('for what is never sent', async () => {
    const { send, request } = await start();
    const plain = { url: new URL('http://docs.example/'), headers: { authorization: 'Bearer x' } };
    for (let call = 0; call < 14; call += 1)
      await expect(send(request(plain))).rejects.toMatchObject({ code: 'bad-config' });
  });

  it('for answers that cannot be read', async () => {
    const { send, standIn, request } = await start();
    standIn.failAlways({ kind: 'answer', status: 200, headers: { 'content-encoding': 'br' }, body: 'no' });
    for (let call = 0; call < 14; call += 1)
      await expect(send(request())).rejects.toMatchObject({ code: 'bad-answer' });
  });
});

describe('the probe of an upstream that is left alone', () => {
  it('is one, while others that ask at the same time fail at once', async () => {
    const { send, standIn, request, clock } = await startOpen();
    standIn.failAlways({ kind: 'delay', delayMs: 100 });
    clock.nowMs += 10_000;
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => send(request()).catch((error: unknown) => error)),
    );
    expect(outcomes[0]).toMatchObject({ status: 200 });
    for (const outcome of outcomes.slice(1)) expect(outcome).toMatchObject({ code: 'unavailable' });
    expect(standIn.requests).toHaveLength(1);
  });

  it('is made again after 10 s when its caller left', async () => {
    const { send, standIn, request, clock } = await startOpen();
    standIn.failNext([{ kind: 'hang' }]);
    clock.nowMs += 10_000;
    const caller = new AbortController();
    const sent = send(request({ signal: caller.signal }));
    await expect.poll(() => standIn.requests.length).toBe(1);
    caller.abort();
    await expect(sent).rejects.toMatchObject({ code: 'cancelled' });
    await expect(send(request())).rejects.toMatchObject({ retryAtMs: clock.nowMs + 10_000 });
    clock.nowMs += 10_000;
    expect((await send(request())).status).toBe(200);
    expect(standIn.requests).toHaveLength(2);
  });

  it('keeps its caller 1.5 s at most, and still finds out that the upstream is back', async () => {
    const timers: { readonly run: () => void; readonly ms: number }[] = [];
    const startTimer = (run: () => void, ms: number) => {
      const timer = { run, ms };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    };
    const { send, standIn, request, clock } = await startOpen({ startTimer });
    standIn.failNext([{ kind: 'delay', delayMs: 200 }]);
    clock.nowMs += 10_000;
    const sent = send(request());
    await expect.poll(() => standIn.requests.length).toBe(1);
    timers.find(({ ms }) => ms === 1_500)?.run();
    await expect(sent).rejects.toMatchObject({ code: 'unavailable', retryAtMs: clock.nowMs + 10_000 });
    // Meanwhile the probe goes on, and is answered.
    await expect.poll(() => timers.length).toBe(0);
    expect((await send(request())).status).toBe(200);
    expect(standIn.requests).toHaveLength(2);
  });
});

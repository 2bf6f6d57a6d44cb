import { afterEach, describe, expect, it } from 'vitest';
import type { UpstreamOptions } from '../../src/upstream/create-upstream.ts';
import type { UpstreamResponse } from '../../src/upstream/upstream.ts';
import { quotaExceeded, throttled } from '../stand-ins/context7/faults.ts';
import type { Fault } from '../stand-ins/fault-engine/fault.ts';
import { type StartedUpstream, startUpstream } from './start-upstream.ts';

const monthMs = 30 * 24 * 3_600_000;
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

function status(code: number, headers: Record<string, string> = {}): Fault {
  return { kind: 'answer', status: code, headers, body: { error: 'stand_in' } };
}

function snippetsOf(response: UpstreamResponse): unknown {
  return JSON.parse(new TextDecoder().decode(response.body)).codeSnippets.length;
}

describe('retries', () => {
  it.each([408, 429, 500, 502, 503, 504])('asks again after %i', async (code) => {
    const { send, standIn, request } = await start();
    standIn.failNext([status(code), status(code)]);
    expect((await send(request())).status).toBe(200);
    expect(standIn.requests).toHaveLength(3);
  });

  it.each([202, 301, 302, 400, 401, 402, 403, 404, 405, 422, 501])('takes %i for an answer', async (code) => {
    const { send, standIn, request } = await start();
    standIn.failNext([status(code)]);
    expect((await send(request())).status).toBe(code);
    expect(standIn.requests).toHaveLength(1);
  });

  it('gives the last answer after four attempts', async () => {
    const { send, standIn, request } = await start();
    standIn.failAlways(status(503));
    expect((await send(request())).status).toBe(503);
    expect(standIn.requests).toHaveLength(4);
  });

  it('waits with jitter that doubles', async () => {
    const { send, standIn, request, clock } = await start();
    standIn.failAlways(status(500));
    await send(request());
    expect(clock.sleptMs).toEqual([200, 400, 800]);
  });

  it('never asks before Retry-After is over', async () => {
    const { send, standIn, request, clock } = await start();
    standIn.failNext([throttled('1'), throttled(new Date(clock.nowMs + 5_000).toUTCString())]);
    expect((await send(request())).status).toBe(200);
    expect(clock.sleptMs[0]).toBe(1_000);
    // The second one is a date, whose seconds are whole.
    expect(clock.sleptMs[1]).toBeGreaterThan(3_000 - 1);
    expect(clock.sleptMs[1]).toBeLessThanOrEqual(4_000);
  });

  it('does not sleep past the deadline', async () => {
    const { send, standIn, request, clock } = await start({ limits: { deadlineMs: 6_000 } });
    standIn.failAlways(throttled('4'));
    expect((await send(request())).status).toBe(429);
    expect(clock.sleptMs).toEqual([4_000]);
  });

  it('does not wait for a server that asks for more than 10 s', async () => {
    const { send, standIn, request, clock } = await start();
    standIn.failNext([status(503, { 'retry-after': '11' })]);
    expect((await send(request())).status).toBe(503);
    expect(clock.sleptMs).toEqual([]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)(
    'sends a %s once, as it may have happened',
    async (method) => {
      const { send, standIn, request } = await start();
      standIn.failAlways({ kind: 'reset' });
      await expect(send(request({ method, body: '{}' }))).rejects.toMatchObject({ code: 'unavailable' });
      standIn.failAlways(status(503));
      expect((await send(request({ method, body: '{}' }))).status).toBe(503);
      expect(standIn.requests).toHaveLength(2);
    },
  );

  it('repeats a POST that is said to change nothing, and that alone', async () => {
    const { send, standIn, request } = await start();
    standIn.failNext([{ kind: 'reset' }, status(503)]);
    // The stand-in has no POST: its 404 is the answer that comes in the end.
    expect((await send(request({ method: 'POST', body: '{}', isSafe: true }))).status).not.toBe(503);
    expect(standIn.requests).toHaveLength(3);
  });

  it.each(['content-length', 'chunked', 'close', 'gzip'] as const)(
    'asks again when a body told by %s ends early',
    async (framing) => {
      const { send, standIn, request } = await start();
      standIn.failNext([{ kind: 'cut', framing }]);
      expect(snippetsOf(await send(request()))).toBe(4);
      expect(standIn.requests).toHaveLength(2);
    },
  );

  it('asks again after a reset connection, and says so when it never works', async () => {
    const { send, standIn, request } = await start();
    standIn.failNext([{ kind: 'reset' }]);
    expect((await send(request())).status).toBe(200);
    standIn.failAlways({ kind: 'reset' });
    await expect(send(request())).rejects.toMatchObject({ code: 'unavailable' });
    expect(standIn.requests).toHaveLength(6);
  });
});

describe('time', () => {
  it('gives up on a hanging attempt and asks again', async () => {
    const { send, standIn, request } = await start({ limits: { attemptTimeoutMs: 100 } });
    standIn.failNext([{ kind: 'hang' }]);
    expect((await send(request())).status).toBe(200);
    expect(standIn.requests).toHaveLength(2);
  });

  it('times out when every attempt hangs', async () => {
    const { send, standIn, request } = await start({ limits: { attemptTimeoutMs: 50 } });
    standIn.failAlways({ kind: 'hang' });
    await expect(send(request())).rejects.toMatchObject({ code: 'timed-out' });
    expect(standIn.requests).toHaveLength(4);
  });

  it('counts a dripping body against the attempt', async () => {
    const { send, standIn, request } = await start({ limits: { attemptTimeoutMs: 100, maxAttempts: 1 } });
    standIn.failAlways({ kind: 'drip', everyMs: 20 });
    await expect(send(request())).rejects.toMatchObject({ code: 'timed-out' });
  });

  it('ends the whole call at the deadline, without another attempt', async () => {
    const { send, standIn, request } = await start({ limits: { deadlineMs: 100 } });
    standIn.failAlways({ kind: 'hang' });
    await expect(send(request())).rejects.toMatchObject({
      code: 'timed-out',
      what: expect.stringContaining('within 0.1 s'),
    });
    expect(standIn.requests).toHaveLength(1);
  });

  it('carries the abort of the caller to the socket', async () => {
    const { send, standIn, request } = await start();
    standIn.failAlways({ kind: 'hang' });
    const caller = new AbortController();
    const sent = send(request({ signal: caller.signal }));
    await expect.poll(() => standIn.requests.length).toBe(1);
    caller.abort();
    await expect(sent).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => standIn.abandoned).toBe(1);
    expect(standIn.requests).toHaveLength(1);
  });

  it('stops sleeping when the caller aborts', async () => {
    const { send, standIn, request } = await startWithRealSleep();
    standIn.failAlways(throttled('9'));
    const caller = new AbortController();
    const sent = send(request({ signal: caller.signal }));
    await expect.poll(() => standIn.requests.length).toBe(1);
    caller.abort();
    await expect(sent).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('sends nothing when the caller has aborted already', async () => {
    const { send, standIn, request } = await start();
    await expect(send(request({ signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'cancelled' });
    expect(standIn.requests).toHaveLength(0);
  });

  async function startWithRealSleep(): Promise<StartedUpstream> {
    const { setTimeout: delay } = await import('node:timers/promises');
    return start({ sleep: (ms, signal) => delay(ms, undefined, { signal }) });
  }
});

describe('quota', () => {
  it('fails at once with the time of the reset, and asks no more until then', async () => {
    const { send, standIn, request, clock } = await start();
    const resetAtMs = Math.ceil((clock.nowMs + monthMs) / 1000) * 1000;
    standIn.failNext([quotaExceeded(resetAtMs)]);
    const refused = { code: 'quota-empty', retryAtMs: resetAtMs };
    await expect(send(request())).rejects.toMatchObject(refused);
    await expect(send(request())).rejects.toMatchObject(refused);
    expect(standIn.requests).toHaveLength(1);
    expect(clock.sleptMs).toEqual([]);
    clock.nowMs = resetAtMs;
    expect((await send(request())).status).toBe(200);
  });

  it('asks once more when the clock was set back, as nobody knows then how long the pause is', async () => {
    const { send, standIn, request, clock } = await start();
    standIn.failNext([throttled('60')]);
    await expect(send(request())).rejects.toMatchObject({ code: 'throttled' });
    clock.nowMs -= 86_400_000;
    expect((await send(request())).status).toBe(200);
  });

  it('stays open for another credential', async () => {
    const { send, standIn, request, clock } = await start();
    standIn.failNext([quotaExceeded(clock.nowMs + monthMs)]);
    await expect(send(request({ credentialId: 'one' }))).rejects.toMatchObject({ code: 'quota-empty' });
    expect((await send(request({ credentialId: 'two' }))).status).toBe(200);
  });

  it('is not what a Retry-After of more than 10 s speaks of, but it closes the credential all the same', async () => {
    const { send, standIn, request, clock } = await start();
    standIn.failNext([throttled('60')]);
    const refused = {
      code: 'throttled',
      retryAtMs: clock.nowMs + 60_000,
      what: expect.stringContaining('limits the rate'),
    };
    await expect(send(request())).rejects.toMatchObject(refused);
    await expect(send(request())).rejects.toMatchObject(refused);
    expect(standIn.requests).toHaveLength(1);
    expect((await send(request({ credentialId: 'another' }))).status).toBe(200);
    clock.nowMs += 60_000;
    expect((await send(request())).status).toBe(200);
  });

  it.each([
    ['the body names it', {}, { error: 'quota_exceeded' }],
    ['nothing remains', { 'ratelimit-remaining': '0' }, { error: 'rate_limit_exceeded' }],
  ])('is what a long Retry-After speaks of where %s', async (_title, headers, body) => {
    const { send, standIn, request, clock } = await start();
    standIn.failNext([{ kind: 'answer', status: 429, headers: { 'retry-after': '60', ...headers }, body }]);
    await expect(send(request())).rejects.toMatchObject({
      code: 'quota-empty',
      retryAtMs: clock.nowMs + 60_000,
    });
  });

  it('believes a body that speaks of a quota when no header says when', async () => {
    const { send, standIn, request, clock } = await start();
    const body = { error: 'Quota Exceeded', message: 'Monthly quota exceeded.' };
    standIn.failNext([{ kind: 'answer', status: 429, body }]);
    await expect(send(request())).rejects.toMatchObject({ code: 'quota-empty' });
    clock.nowMs += 5 * 60_000;
    expect((await send(request())).status).toBe(200);
  });
});

describe('bodies', () => {
  it.each(['gzip', 'br', 'deflate'] as const)('decodes %s', async (encoding) => {
    const { send, standIn, request } = await start();
    standIn.failNext([{ kind: 'encode', encoding }]);
    expect(snippetsOf(await send(request()))).toBe(4);
  });

  it('stops reading a gzip bomb once more than 4 MiB came out of it', async () => {
    const { send, standIn, request } = await start();
    standIn.failAlways({ kind: 'bomb', decodedBytes: 64 * 1024 * 1024 });
    // The length alone: printing 64 MiB takes minutes when the cap is off.
    const sent = send(request()).then(({ body }) => body.length);
    await expect(sent).rejects.toMatchObject({ code: 'bad-answer' });
    expect(standIn.requests).toHaveLength(1);
  });

  it('takes exactly 4 MiB', async () => {
    const { send, standIn, request } = await start();
    standIn.failAlways({ kind: 'bomb', decodedBytes: 4 * 1024 * 1024 });
    expect((await send(request())).body).toHaveLength(4 * 1024 * 1024);
  });

  it('refuses an encoding that it did not ask for, and bytes that are not what they are said to be', async () => {
    const { send, standIn, request } = await start();
    for (const encoding of ['zstd', 'gzip, gzip', 'gzip', 'br', 'deflate']) {
      standIn.failNext([status(200, { 'content-encoding': encoding })]);
      await expect(send(request()), encoding).rejects.toMatchObject({ code: 'bad-answer' });
    }
  });
});

describe('credentials', () => {
  const headers = { authorization: 'Bearer hunter2' };

  it.each([
    'http://docs.example/api',
    'http://10.0.0.1/api',
    'http://localhost.example/api',
    'http://127.0.0.1.example/',
  ])('never leave over plain HTTP to %s', async (address) => {
    const { send, request } = await start();
    const sent = send(request({ url: new URL(address), headers }));
    await expect(sent).rejects.toMatchObject({ code: 'bad-config' });
  });

  it('may go over plain HTTP to this machine', async () => {
    const { send, request } = await start();
    expect(
      (await send(request({ headers: { authorization: 'Bearer ctx7sk-stand-in-key-one' } }))).status,
    ).toBe(200);
  });

  it('do not follow a redirect, and neither does the request', async () => {
    const { send, standIn, request } = await start();
    const elsewhere = await start();
    const location = `${elsewhere.standIn.baseUrl}/v2/context`;
    standIn.failNext([status(302, { location })]);
    const response = await send(request({ headers: { authorization: 'Bearer ctx7sk-stand-in-key-one' } }));
    expect(response).toMatchObject({ status: 302, headers: { location } });
    expect(elsewhere.standIn.requests).toHaveLength(0);
  });
});

describe('requests', () => {
  it('say who asks, and carry the headers they were given', async () => {
    const { send, standIn, request } = await start();
    await send(request({ headers: { 'x-context7-source': 'docpin' } }));
    expect(standIn.requests[0]?.headers).toMatchObject({
      'user-agent': 'docpin/0.0.0-test',
      'x-context7-source': 'docpin',
    });
  });

  it('to a host that does not exist say that it cannot be reached', async () => {
    const { send, request } = await start();
    const sent = send(request({ url: new URL('http://127.0.0.1:1/') }));
    await expect(sent).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

import { expect, it } from 'vitest';
import { createOutages } from '../../src/compose/outages.ts';
import { DocpinError, type ErrorCode } from '../../src/errors.ts';
import type { UpstreamRequest } from '../../src/upstream/upstream.ts';

const request = {} as UpstreamRequest;
const failure = (code: ErrorCode) => new DocpinError(code, { what: '', next: '' });

function watched() {
  let nowMs = 1_000_000;
  let next: number | ErrorCode = 200;
  const outages = createOutages(() => nowMs);
  const send = outages.watch('context7', async () => {
    if (typeof next !== 'number') throw failure(next);
    return { status: next, headers: {}, body: new Uint8Array() };
  });
  const ask = async (result: number | ErrorCode): Promise<void> => {
    next = result;
    await send(request).catch(() => undefined);
  };
  return { outages, ask, pass: (ms: number) => (nowMs += ms) };
}

it.each<number | ErrorCode>(['unavailable', 'timed-out', 503])(
  'is told after three requests that end with %s',
  async (end) => {
    const { outages, ask } = watched();
    await ask(end);
    await ask(end);
    expect(outages.current()).toEqual([]);
    await ask(end);
    expect(outages.current()).toEqual(['context7']);
    await ask(404);
    expect(outages.current()).toEqual([]);
  },
);

it('is nothing that one caller’s key, quota or patience is about', async () => {
  const { outages, ask } = watched();
  for (const end of [401, 403, 429, 'quota-empty', 'throttled', 'cancelled', 'bad-answer'] as const)
    for (let times = 0; times < 4; times += 1) await ask(end);
  expect(outages.current()).toEqual([]);
});

it('is forgotten when nobody has asked for five minutes', async () => {
  const { outages, ask, pass } = watched();
  for (let times = 0; times < 3; times += 1) await ask('unavailable');
  pass(5 * 60_000);
  expect(outages.current()).toEqual([]);
});

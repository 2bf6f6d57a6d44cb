import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashAccessToken, makeAccessToken, tokenLine } from '../../../../src/access-token.ts';
import { networkOf, plainAddress } from '../../../../src/mcp/http/access/addresses.ts';
import { temporaryFolder } from '../../../setup/fixture-projects.ts';
import { echoMessage, type Sent, send, startHttp } from '../start-http.ts';

const body = echoMessage('ahoy');

async function statusesOf(port: number, sent: readonly Sent[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const each of sent) statuses.push((await send(port, { body, ...each })).status);
  return statuses;
}

describe('the limit of a caller', () => {
  it('is so many calls a minute for an address', async () => {
    const { port, calls } = await startHttp({ callsPerMinute: 3 });
    expect(await statusesOf(port, Array(5).fill({}))).toEqual([200, 200, 200, 429, 429]);
    expect(calls).toHaveLength(3);
    const { headers, body: text } = await send(port, { body });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(text).toMatch(/3 calls a minute.*Ask again in \d+ s/);
    expect(await statusesOf(port, [{ localAddress: '127.0.0.2' }])).toEqual([200]);
    // Whether it lives is asked by nobody who calls.
    expect((await send(port, { method: 'GET', path: '/healthz' })).status).toBe(200);
  });

  it('is not got round by saying to come from elsewhere', async () => {
    const { port } = await startHttp({ callsPerMinute: 3 });
    const sent = Array.from({ length: 5 }, (_, index) => ({
      headers: {
        'x-forwarded-for': `203.0.113.${index}`,
        forwarded: `for=203.0.113.${index}`,
        'x-real-ip': `10.0.0.${index}`,
      },
    }));
    expect(await statusesOf(port, sent)).toEqual([200, 200, 200, 429, 429]);
  });

  it('counts by what a trusted proxy says, and only by what it added', async () => {
    const { port, callLines } = await startHttp({
      callsPerMinute: 2,
      trustedProxies: ['127.0.0.0/8', '10.0.0.1'],
    });
    const from = (list: string): Sent => ({ headers: { 'x-forwarded-for': list } });
    expect(
      await statusesOf(port, [
        from('203.0.113.1'),
        from('1.2.3.4, 203.0.113.1'),
        from('203.0.113.1, 10.0.0.1'),
      ]),
    ).toEqual([200, 200, 429]);
    expect(
      await statusesOf(port, [
        from('203.0.113.2'),
        from('nonsense, 203.0.113.3'),
        from('203.0.113.4, nonsense'),
      ]),
    ).toEqual([200, 200, 200]);
    expect(callLines.map((line) => JSON.parse(line).caller)).toEqual([
      '203.0.113.1',
      '203.0.113.1',
      '203.0.113.2',
      '203.0.113.3',
      '127.0.0.1',
    ]);
  });

  it('is each token’s own, whatever address it comes from', async () => {
    const [one, other] = [makeAccessToken(), makeAccessToken()];
    const tokenFile = join(temporaryFolder(), 'tokens');
    const line = (name: string, token: string) => tokenLine(name, hashAccessToken(token));
    writeFileSync(tokenFile, [line('one', one), line('other', other)].join('\n'), { mode: 0o600 });
    const { port } = await startHttp({ tokenFile, callsPerMinute: 2 });
    const by = (token: string, localAddress = '127.0.0.1'): Sent => ({
      headers: { authorization: `Bearer ${token}` },
      localAddress,
    });
    expect(await statusesOf(port, [by(one), by(one, '127.0.0.2'), by(one, '127.0.0.3'), by(other)])).toEqual([
      200, 200, 429, 200,
    ]);
  });
});

describe('the calls of a caller', () => {
  it('are sixteen at a time', async () => {
    const { port, calls } = await startHttp({ callsPerMinute: 300 });
    const start = (count: number) => {
      const stop = new AbortController();
      const sent = Array.from({ length: count }, () =>
        fetch(`http://127.0.0.1:${port}/mcp`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
          body: echoMessage('slow', { waitMs: 60_000 }),
          signal: stop.signal,
        }).catch(() => undefined),
      );
      return { stop: () => stop.abort(), sent };
    };
    const held = start(16);
    await expect.poll(() => calls.length).toBe(16);
    const refused = await send(port, { body });
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect(refused.body).toContain('16 calls at a time');
    expect(await statusesOf(port, [{ localAddress: '127.0.0.2' }])).toEqual([200]);
    held.stop();
    await Promise.all(held.sent);
    await expect.poll(() => statusesOf(port, [{}])).toEqual([200]);
  });

  it('are as many as they like where nothing is limited', async () => {
    const { port } = await startHttp({ callsPerMinute: 0 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(port, { body: echoMessage('slow', { waitMs: 300 }) })),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});

describe('an address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
    ['::ffff:203.0.113.1', '203.0.113.1', '203.0.113.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80::1', 'fe80:0:0:0::/64'],
  ])('%s is %s of the network %s', (text, address, network) => {
    expect(plainAddress(text)).toBe(address);
    expect(networkOf(address)).toBe(network);
  });

  it.each(['', 'localhost', '1.2.3', '1.2.3.4.5', '203.0.113.1:80', '[::1]', 'unknown'])(
    'is not %s',
    (text) => {
      expect(plainAddress(text)).toBeUndefined();
    },
  );
});

import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StartedUpstream, startUpstream } from './start-upstream.ts';

let proxy: Server;
let asked: string[];
let started: StartedUpstream;

beforeEach(async () => {
  asked = [];
  proxy = createServer();
  // Whatever host is asked for, the stand-in answers.
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const target = connect(Number(new URL(started.standIn.baseUrl).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const httpProxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  started = await startUpstream({
    proxy: { httpProxy, noProxy: 'near.example' },
    limits: { maxAttempts: 1 },
  });
});

afterEach(async () => {
  await started.close();
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
});

describe('a proxy', () => {
  it('is asked for other hosts', async () => {
    const { send, request } = started;
    const url = new URL('http://far.example/api/v2/context?libraryId=/acme/widgets&query=stores&type=json');
    expect((await send(request({ url }))).status).toBe(200);
    expect(asked).toEqual(['far.example:80']);
  });

  it('is not asked for this machine, so that no key passes it in the clear', async () => {
    const { send, request } = started;
    const headers = { authorization: 'Bearer ctx7sk-stand-in-key-one' };
    expect((await send(request({ headers }))).status).toBe(200);
    expect(asked).toEqual([]);
  });

  it('is not asked for hosts that NO_PROXY names', async () => {
    const { send, request } = started;
    await expect(send(request({ url: new URL('http://near.example/') }))).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(asked).toEqual([]);
  });
});

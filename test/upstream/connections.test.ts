import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createUpstream, type UpstreamOptions } from '../../src/upstream/create-upstream.ts';
import { temporaryFolder } from '../setup/fixture-projects.ts';
import { startFaultServer } from '../stand-ins/fault-engine/start-fault-server.ts';

async function sendTo(url: string, options: Partial<UpstreamOptions> = {}, isForeignHost = false) {
  const upstream = createUpstream({ version: '0', limits: { maxAttempts: 1 }, ...options });
  onTestFinished(() => upstream.close());
  const { signal } = new AbortController();
  return upstream.send({
    method: 'GET',
    url: new URL(url),
    headers: {},
    isForeignHost,
    signal,
    credentialId: 'anonymous',
  });
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A server whose certificate an authority of its own has signed: itself. */
async function startTlsServer(): Promise<{ readonly port: number; readonly ca: string }> {
  const folder = temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=stand-in', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:far.example'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', cert, '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...files], { stdio: 'ignore' });
  const ca = readFileSync(cert, 'utf8');
  const server = createServer({ key: readFileSync(key), cert: ca }, (_request, response) =>
    response.end('hello'),
  );
  return { port: await portOf(server), ca };
}

describe('certificates', () => {
  it('of an authority that Node does not know are refused, unless it is named or nothing is checked', async () => {
    const { port, ca } = await startTlsServer();
    const url = `https://127.0.0.1:${port}/`;
    await expect(sendTo(url)).rejects.toMatchObject({
      code: 'unavailable',
      next: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
    expect((await sendTo(url, { tls: { ca } })).status).toBe(200);
    expect((await sendTo(url, { tls: { rejectUnauthorized: false } })).status).toBe(200);
    const other = (await startTlsServer()).ca;
    await expect(sendTo(url, { tls: { ca: other } })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('are checked in the same way behind a proxy', async () => {
    const { port, ca } = await startTlsServer();
    const proxy = createTcpServer((socket) => {
      socket.once('data', () => {
        const target = connect(port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
          target.pipe(socket).pipe(target);
        });
        target.on('error', () => socket.destroy());
        socket.on('error', () => target.destroy());
      });
    });
    const proxied = { proxy: { httpsProxy: `http://127.0.0.1:${await portOf(proxy)}` } };
    await expect(sendTo('https://far.example/', proxied)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await sendTo('https://far.example/', { ...proxied, tls: { ca } })).status).toBe(200);
  });
});

describe('a foreign host', () => {
  async function startServer() {
    const server = await startFaultServer({ answer: () => ({ status: 200, body: 'hello' }) });
    onTestFinished(() => server.close());
    return { server, url: server.origin.replace('127.0.0.1', 'localhost') };
  }

  it('is not connected to at an address that is refused, whatever its name meant before', async () => {
    const { server, url } = await startServer();
    const seen: string[] = [];
    const refusesAddress = (address: string) => {
      seen.push(address);
      return true;
    };
    await expect(sendTo(url, { refusesAddress }, true)).rejects.toMatchObject({ code: 'bad-answer' });
    expect(seen.length).toBeGreaterThan(0);
    expect(server.requests).toEqual([]);
  });

  it('is connected to at any other, and known hosts are not looked at', async () => {
    const { server, url } = await startServer();
    expect((await sendTo(url, { refusesAddress: () => false }, true)).status).toBe(200);
    expect((await sendTo(url, { refusesAddress: () => true })).status).toBe(200);
    expect(server.requests).toHaveLength(2);
  });

  it('whose name means nothing cannot be reached', async () => {
    await expect(
      sendTo('http://nobody.invalid/', { refusesAddress: () => false }, true),
    ).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

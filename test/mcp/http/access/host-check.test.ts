import { describe, expect, it } from 'vitest';
import { echoMessage, send, startHttp } from '../start-http.ts';

const body = echoMessage('ahoy');

/** A `Host`, and whether it is served where `docs.example` is allowed besides this machine. */
const hosts: readonly [host: string, isServed: boolean][] = [
  ['localhost', true],
  ['LocalHost', true],
  ['localhost:4850', true],
  ['127.0.0.1', true],
  ['127.0.0.1:1', true],
  ['[::1]', true],
  ['[::1]:4850', true],
  ['docs.example', true],
  ['Docs.Example:443', true],
  ['evil.example', false],
  ['localhost.evil.example', false],
  ['evil.example:4850', false],
  ['localhost.', false],
  ['docs.example.', false],
  ['x.docs.example', false],
  ['127.0.0.1.evil.example', false],
  ['127.0.0.2', false],
  ['127.1', false],
  ['2130706433', false],
  ['0x7f.1', false],
  ['0.0.0.0', false],
  ['[::ffff:127.0.0.1]', false],
  ['[::]', false],
  ['evil@localhost', false],
  ['localhost@evil.example', false],
  ['localhost#.evil.example', false],
  ['localhost/evil', false],
  ['localhost, evil.example', false],
  ['localhost:99999999', false],
];

/** An `Origin`, and whether it is served where `https://app.example` and `vscode-webview://abc` are allowed besides this machine. */
const origins: readonly [origin: string, isServed: boolean][] = [
  ['http://localhost', true],
  ['http://localhost:3000', true],
  ['https://localhost:8443', true],
  ['http://127.0.0.1:6274', true],
  ['http://[::1]:3000', true],
  ['https://app.example', true],
  ['vscode-webview://abc', true],
  ['null', false],
  ['http://evil.example', false],
  ['http://app.example', false],
  ['https://app.example:8443', false],
  ['https://app.example.evil.example', false],
  ['https://x.app.example', false],
  ['http://localhost.evil.example', false],
  ['http://localhost@evil.example', false],
  ['http://evil.example#localhost', false],
  ['http://localhost/', false],
  ['http://localhost.', false],
  ['http://2130706433', false],
  ['http://0.0.0.0:3000', false],
  ['ftp://localhost', false],
  ['file://', false],
  ['localhost', false],
  ['http://localhost, http://evil.example', false],
  ['vscode-webview://other', false],
];

const allowed = {
  allowedHosts: ['docs.example'],
  allowedOrigins: ['https://app.example', 'vscode-webview://abc'],
};

describe('the Host of a request', () => {
  it.each(hosts)('%s is served: %s', async (host, isServed) => {
    const { port } = await startHttp(allowed);
    for (const path of ['/mcp', '/healthz', '/readyz', '/metrics', '/nothing']) {
      const method = path === '/mcp' ? 'POST' : 'GET';
      const { status } = await send(port, {
        path,
        method,
        headers: { host },
        ...(method === 'POST' ? { body } : {}),
      });
      const served = path === '/nothing' ? 404 : 200;
      // What Node refuses by itself is refused, too.
      if (isServed) expect(status).toBe(served);
      else expect([400, 403]).toContain(status);
    }
  });

  it('may be any where the operator says so', async () => {
    const { port } = await startHttp({ allowedHosts: ['*'] });
    expect((await send(port, { headers: { host: 'evil.example' }, body })).status).toBe(200);
    expect((await send(port, { headers: { host: 'a b' }, body })).status).toBe(403);
  });
});

describe('the Origin of a request', () => {
  it.each(origins)('%s is served: %s', async (origin, isServed) => {
    const { port } = await startHttp(allowed);
    for (const path of ['/mcp', '/healthz', '/metrics']) {
      const method = path === '/mcp' ? 'POST' : 'GET';
      const { status, headers } = await send(port, {
        path,
        method,
        headers: { origin },
        ...(method === 'POST' ? { body } : {}),
      });
      expect(status).toBe(isServed ? 200 : 403);
      expect(headers['access-control-allow-origin']).toBe(isServed ? origin : undefined);
    }
    const asked = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } };
    const preflight = await send(port, asked);
    expect(preflight.status).toBe(isServed ? 204 : 403);
    expect(preflight.headers['access-control-allow-methods']).toBe(isServed ? 'POST' : undefined);
  });

  it('lets its page read refusals, and tells caches that answers differ', async () => {
    const { port } = await startHttp(allowed);
    const { status, headers } = await send(port, { headers: { origin: 'https://app.example' }, body: 'x' });
    expect(status).toBe(400);
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'https://app.example', vary: 'Origin' });
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });
});

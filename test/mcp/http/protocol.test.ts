import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { echoMessage, messageOf, send, startHttp } from './start-http.ts';

const identity = { name: 'docpin-tests', version: '1.0.0' };
const kinds = ['v1', 'v2 legacy', 'v2 auto', 'v2 pinned to 2026-07-28'] as const;

async function connect(kind: (typeof kinds)[number], url: URL) {
  if (kind === 'v1') {
    const client = new ClientV1(identity);
    // The transport's own type is not exact about optional properties.
    await client.connect(new HttpV1(url) as Parameters<typeof client.connect>[0]);
    onTestFinished(() => client.close());
    return {
      client,
      call: (args: Record<string, unknown>, options?: { signal?: AbortSignal; onprogress?: () => void }) =>
        client.callTool({ name: 'echo', arguments: args }, undefined, options),
    };
  }
  const mode = kind === 'v2 legacy' ? 'legacy' : kind === 'v2 auto' ? 'auto' : { pin: '2026-07-28' };
  const client = new ClientV2(identity, { versionNegotiation: { mode } });
  await client.connect(new HttpV2(url));
  onTestFinished(() => client.close());
  return {
    client,
    call: (args: Record<string, unknown>, options?: { signal?: AbortSignal; onprogress?: () => void }) =>
      client.callTool({ name: 'echo', arguments: args }, options),
  };
}

describe.each(kinds)('a %s client over HTTP', (kind) => {
  it('is served', async () => {
    const { url } = await startHttp();
    const { client, call } = await connect(kind, url);
    expect(client.getInstructions()).toBe('Echoes.');
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['echo']);
    expect(await call({ text: 'ahoy' })).toMatchObject({ content: [{ type: 'text', text: 'ahoy' }] });
    const read = await client.readResource({ uri: 'docpin://library/npm:harbor' });
    expect(read.contents).toMatchObject([{ text: 'read docpin://library/npm:harbor' }]);
    expect((await client.listPrompts()).prompts).toMatchObject([{ name: 'docs' }]);
  });

  it('hears of progress', async () => {
    const { url } = await startHttp();
    const { call } = await connect(kind, url);
    let told = 0;
    await call({ text: 'ahoy', steps: 3 }, { onprogress: () => (told += 1) });
    expect(told).toBe(3);
  });

  it('ends the call that it cancels', async () => {
    const { url, calls } = await startHttp();
    const { call } = await connect(kind, url);
    const stop = new AbortController();
    const called = call({ text: 'long', waitMs: 60_000 }, { signal: stop.signal });
    called.catch(() => undefined);
    await expect.poll(() => calls.length).toBe(1);
    stop.abort();
    await expect(called).rejects.toThrow();
    // The earlier protocols cancel by a message of its own, which belongs to no request where there are no sessions.
    if (kind === 'v2 pinned to 2026-07-28' || kind === 'v2 auto')
      await expect.poll(() => calls[0]?.signal.aborted).toBe(true);
  });
});

describe('a call over HTTP', () => {
  it('ends when its client goes away', async () => {
    const { url, calls, callLines } = await startHttp();
    const stop = new AbortController();
    const sent = fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: echoMessage('long', { waitMs: 60_000 }),
      signal: stop.signal,
    }).then((response) => response.text());
    sent.catch(() => undefined);
    await expect.poll(() => calls.length).toBe(1);
    stop.abort();
    await expect.poll(() => calls[0]?.signal.aborted).toBe(true);
    await expect.poll(() => callLines.length).toBe(1);
    expect(callLines[0]).toContain('"outcome":"cancelled"');
  });

  it('does not ask the client for its folders, which are on another machine', async () => {
    const { url, calls } = await startHttp();
    const { call } = await connect('v1', url);
    await call({ text: 'ahoy' });
    expect(calls).toMatchObject([{ hasRoots: false }]);
  });

  it('is over at once where it subscribes, as there is nothing that changes', async () => {
    const { port } = await startHttp();
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': identity,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const params = {
      notifications: { toolsListChanged: true, resourceSubscriptions: ['docpin://library/x'] },
      _meta,
    };
    const { status, body } = await send(port, {
      headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params }),
    });
    expect(status).toBe(200);
    expect(body).toMatch(/subscriptions\/acknowledged.*"resultType":"complete"/s);
  });

  it('gets its own answer, whatever ids the others use', async () => {
    const { port } = await startHttp();
    await Promise.all(
      Array.from({ length: 50 }, async (_, client) => {
        for (let id = 0; id < 4; id += 1) {
          const text = `client ${client} call ${id}`;
          const answered = await send(port, { body: echoMessage(text, { id, waitMs: (client * 7) % 20 }) });
          expect(messageOf(answered)).toMatchObject({ id, result: { content: [{ text }] } });
        }
      }),
    );
  });
});

describe('a call that takes its time', () => {
  it('is told to be taken before there is anything to say', async () => {
    const { url } = await startHttp();
    const fromMs = performance.now();
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
      },
      body: echoMessage('ahoy', { waitMs: 3_000 }),
    });
    // The head is here, the answer is not.
    expect(performance.now() - fromMs).toBeLessThan(2_500);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('ahoy');
    expect(performance.now() - fromMs).toBeGreaterThan(2_900);
  });
});

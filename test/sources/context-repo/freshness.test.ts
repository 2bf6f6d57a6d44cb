import { describe, expect, it, onTestFinished } from 'vitest';
import { throttled } from '../../stand-ins/context-repo/faults.ts';
import { ids } from '../../stand-ins/context-repo/seed.ts';
import { ask } from '../ask.ts';
import { revokeKey } from './figures/revoke-key.ts';
import { call, startContextRepo } from './start-context-repo.ts';

const handbook = `context-repo:document/${ids.handbook}`;
const minuteMs = 60_000;

async function start() {
  const started = await startContextRepo({ upstreamLimits: { maxAttempts: 1 } });
  onTestFinished(() => started.close());
  return started;
}

describe('copies of private documents', () => {
  it('are served for an hour while the upstream fails, and only then once they are old', async () => {
    const { source, standIn, clock } = await start();
    await source.answer(ask(handbook, 'deploy'), call());
    clock.nowMs += 10 * minuteMs;
    const refreshed = await source.answer(ask(handbook, 'deploy'), call());
    expect(refreshed.freshness.state).toBe('live');
    standIn.failAlways({ kind: 'answer', status: 503, body: 'down' });
    clock.nowMs += 10 * minuteMs;
    const stale = await source.answer(ask(handbook, 'deploy'), call());
    expect(stale.freshness).toMatchObject({ state: 'stale', ageMs: 10 * minuteMs });
    expect(stale.snippets).toEqual(refreshed.snippets);
    clock.nowMs += 50 * minuteMs;
    await expect(source.answer(ask(handbook, 'deploy'), call())).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('are of the document as it was written through docpin a moment ago', async () => {
    const { source, client, standIn } = await start();
    const before = await source.answer(ask(handbook), call());
    const body = { content: '# Team Handbook\n\nAll new.' };
    await client.run('update_document', { id: ids.handbook, body }, call());
    const after = await source.answer(ask(handbook), call());
    expect(after.snippets.map(({ text }) => text)).toContain('All new.');
    expect(after.snippets).not.toEqual(before.snippets);
    expect(standIn.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });

  it('are not served any more, old or not, once the key was refused, whatever happens then', async () => {
    const { source, standIn, key } = await start();
    await source.answer(ask(handbook, 'deploy'), call());
    standIn.revoke(key);
    await expect(source.answer(ask(handbook, 'on call'), call())).rejects.toMatchObject({
      code: 'unauthorized',
    });
    standIn.failAlways({ kind: 'reset' });
    await expect(source.answer(ask(handbook, 'deploy'), call())).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

describe('copies of private documents that are old', () => {
  it('are not served while requests are limited: the server is there, and would say that a key is revoked', async () => {
    const { source, standIn, clock, key } = await start();
    await source.answer(ask(handbook), call());
    clock.nowMs += 6 * minuteMs;
    standIn.failNext([throttled('3600')], { path: /documents/ });
    await expect(source.answer(ask(handbook), call())).rejects.toMatchObject({ code: 'throttled' });
    standIn.revoke(key);
    for (const afterMs of [1, 10, 30]) {
      clock.nowMs += afterMs * minuteMs;
      await expect(source.answer(ask(handbook), call())).rejects.toMatchObject({
        code: expect.stringMatching(/throttled|unauthorized/),
      });
    }
  });

  it('are as old as the question, however long its answer took', async () => {
    let onAsked: () => void = () => undefined;
    const { source, client, standIn, clock, key, close } = await startContextRepo({
      onAsked: () => onAsked(),
    });
    onTestFinished(close);
    await client.mayRun('get_document', call());
    const askedAtMs = clock.nowMs;
    onAsked = () => {
      clock.nowMs += 7_000;
    };
    await source.answer(ask(handbook), call());
    standIn.revoke(key);
    clock.nowMs = askedAtMs + 5 * minuteMs;
    await expect(source.answer(ask(handbook), call())).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('end with the first refusal, also one of what the key may do', async () => {
    const { source, client, standIn, clock, key } = await start();
    await source.answer(ask(handbook), call());
    standIn.setScopes(key, []);
    clock.nowMs += minuteMs;
    await expect(client.run('search_prompts', {}, call())).rejects.toMatchObject({ code: 'forbidden' });
    standIn.revoke(key);
    await expect(source.resolve({ name: 'handbook' }, call())).rejects.toMatchObject({
      code: 'unauthorized',
    });
    standIn.failAlways({ kind: 'reset' });
    await expect(source.answer(ask(handbook), call())).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a key that is revoked', () => {
  it('gets no answer after five minutes, whatever was asked before and when', async () => {
    const answered: number[] = [];
    for (const minutes of [0, 1, 2, 4, 5, 7, 10]) {
      const revoked = await revokeKey({ leadMs: minutes * minuteMs });
      expect(revoked.lastAnswerMs, `after ${minutes} minutes`).toBeLessThan(5 * minuteMs);
      answered.push(revoked.answered);
    }
    // A cache that kept nothing would pass too.
    expect(Math.max(...answered)).toBeGreaterThan(0);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import type { CallContext, CallerCredentials } from '../../../src/call.ts';
import { keys } from '../../stand-ins/context7/libraries.ts';
import { ask } from '../ask.ts';
import { call, type StartedContext7, startContext7 } from './start-context7.ts';

let started: StartedContext7;
afterEach(() => started.close());

function callOf(credentials: CallerCredentials): CallContext {
  return { ...call(), credentials };
}

const secret = ask('/acme/secret', 'cellar', { mode: 'info' });
const callersSetting = 'the X-Context7-API-Key header';

describe('a source that callers bring keys to', () => {
  it('asks for each caller with that caller’s key, and gives nobody what another was shown', async () => {
    started = await startContext7();
    const [one, two] = [callOf({ context7Key: keys.one }), callOf({ context7Key: keys.two })];
    expect((await started.source.answer(secret, one)).snippets[0]?.text).toContain('CANARY-OF-KEY-ONE');
    for (const other of [two, callOf({}), callOf({ contextRepoKey: keys.one })])
      await expect(started.source.answer(secret, other)).rejects.toMatchObject({ code: 'library-not-found' });
    const sent = started.standIn.requests.map(({ headers }) => headers.authorization);
    expect(new Set(sent)).toEqual(new Set([`Bearer ${keys.one}`, `Bearer ${keys.two}`, undefined]));
  });

  it('keeps answers for a key, and keys apart at the same moment', async () => {
    started = await startContext7();
    const all = Array.from({ length: 20 }, (_, index) =>
      started.source.answer(secret, callOf({ context7Key: index % 2 === 0 ? keys.one : keys.two })).then(
        ({ snippets }) => snippets[0]?.text,
        (error) => error.code,
      ),
    );
    const answers = await Promise.all(all);
    for (const [index, answer] of answers.entries())
      expect(answer).toEqual(
        index % 2 === 0 ? expect.stringContaining('CANARY-OF-KEY-ONE') : 'library-not-found',
      );
    const asked = started.standIn.requests.filter(
      ({ headers }) => headers.authorization === `Bearer ${keys.one}`,
    );
    expect(asked).toHaveLength(1);
  });

  it('is not there for a caller without a key where nobody has set it up', async () => {
    started = await startContext7({
      credentialOf: ({ credentials }) =>
        credentials?.context7Key === undefined
          ? undefined
          : { key: credentials.context7Key, id: credentials.context7Key, setting: callersSetting },
    });
    const without = callOf({});
    expect(await started.source.identify({ kind: 'name', name: 'next.js' }, without)).toBeUndefined();
    expect(await started.source.resolve({ name: 'next.js' }, without)).toEqual([]);
    await expect(started.source.answer(secret, without)).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining(callersSetting),
    });
    expect(started.standIn.requests).toEqual([]);
    expect(await started.source.resolve({ name: 'next.js' }, callOf({ context7Key: keys.one }))).not.toEqual(
      [],
    );
  });

  it('tells a caller of the header, not of the operator’s variable', async () => {
    started = await startContext7({
      credentialOf: () => ({ key: 'wrong-key', id: 'wrong', setting: callersSetting }),
    });
    const refusal = started.source.answer(
      ask('/vercel/next.js', 'routing'),
      callOf({ context7Key: 'wrong-key' }),
    );
    await expect(refusal).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(refusal).rejects.toThrow(callersSetting);
    await expect(refusal).rejects.not.toThrow(/CONTEXT7_API_KEY|wrong-key/);
  });

  it('takes the key of the call out of its own query', async () => {
    started = await startContext7();
    await started.source
      .answer(
        ask('/vercel/next.js', 'why does my-own-odd-key not work'),
        callOf({ context7Key: 'my-own-odd-key' }),
      )
      .catch(() => undefined);
    expect(JSON.stringify(started.standIn.requests.map(({ query }) => [...query]))).not.toContain(
      'my-own-odd-key',
    );
    expect(started.standIn.requests.length).toBeGreaterThan(0);
  });
});

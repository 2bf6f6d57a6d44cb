import { afterEach, describe, expect, it } from 'vitest';
import { DocpinError, type ErrorCode } from '../../../src/errors.ts';
import { documentedErrors, quotaExceeded, throttled, upstreamText } from '../../stand-ins/context7/faults.ts';
import { keys } from '../../stand-ins/context7/libraries.ts';
import type { Fault } from '../../stand-ins/fault-engine/fault.ts';
import { ask } from '../ask.ts';
import { call, type StartedContext7, startContext7 } from './start-context7.ts';

const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  202: 'not-ready',
  400: 'rejected',
  401: 'unauthorized',
  402: 'billing-stop',
  403: 'forbidden',
  404: 'library-not-found',
  422: 'not-served',
  429: 'throttled',
  500: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};
const codeOfError: Readonly<Record<string, ErrorCode>> = {
  '401 access_denied': 'forbidden',
  '404 tag_not_found': 'version-not-found',
  '404 team_not_found': 'forbidden',
  '404 user_not_found': 'forbidden',
};

let started: StartedContext7;

afterEach(async () => {
  await started.close();
});

async function failWith(
  fault: Fault,
  api: 'context' | 'docs' = 'context',
  apiKey?: string,
  id = '/acme/widgets/v9.0.0',
): Promise<DocpinError> {
  started = await startContext7({ api, ...(apiKey === undefined ? {} : { apiKey }) });
  started.standIn.failAlways(fault);
  const request = ask(id, 'stores', { mode: 'code' });
  const error = await started.source.answer(request, call()).catch((thrown: unknown) => thrown);
  if (!(error instanceof DocpinError)) throw new Error('no DocpinError', { cause: error });
  return error;
}

describe('every documented refusal', () => {
  it.each(documentedErrors)('$generation: $status $error', async ({ generation, status, error, fault }) => {
    const thrown = await failWith(fault, generation, keys.one);
    expect(thrown.code).toBe(codeOfError[`${status} ${error}`] ?? codeOfStatus[status]);
    expect(thrown.message).not.toContain(upstreamText);
    expect(thrown.message).not.toContain(keys.one);
    expect(thrown.message).not.toContain(error);
    expect(thrown.next).toMatch(/\S[.]$/);
  });

  it('of another status has a message of its own', async () => {
    const messages = new Map<number, string>();
    for (const { generation, status, fault } of documentedErrors) {
      if (messages.has(status)) continue;
      messages.set(status, (await failWith(fault, generation)).message);
      await started.close();
    }
    expect(new Set(messages.values()).size).toBe(messages.size);
    started = await startContext7();
  });
});

describe('refusals', () => {
  it('of a key name the setting that holds it', async () => {
    const fault: Fault = { kind: 'answer', status: 401, body: { error: 'invalid_api_key', message: 'x' } };
    expect((await failWith(fault, 'context', 'ctx7sk-wrong')).next).toContain('CONTEXT7_API_KEY');
  });

  it('of a version tell which tags there are, and only what looks like a tag', async () => {
    const fault = documentedErrors.find(({ error }) => error === 'tag_not_found')?.fault;
    expect(fault).toBeDefined();
    if (fault === undefined) return;
    const { what, next } = await failWith(fault);
    expect(what).toContain('"v9.0.0"');
    expect(next).toBe('Ask for one of v4.0.0, v3.1.0, or leave the version out.');
    await started.close();
    const unversioned = await failWith(fault, 'context', undefined, '/acme/widgets');
    expect(unversioned).toMatchObject({
      code: 'version-not-found',
      what: 'Context7 has no docs of /acme/widgets without a version.',
      next: 'Ask for one of v4.0.0, v3.1.0.',
    });
  });

  it.each([
    ['/acme/fresh', 'not-ready'],
    ['/acme/blocked', 'forbidden'],
    ['/acme/closed', 'forbidden'],
    ['/acme/huge', 'not-served'],
    ['/nobody/nothing', 'library-not-found'],
    ['/acme/widgets/v9', 'version-not-found'],
  ])('of %s say %s, in both generations', async (id, code) => {
    for (const api of ['context', 'docs'] as const) {
      started = await startContext7({ api });
      await expect(started.source.answer(ask(id, 'x'), call()), api).rejects.toMatchObject({ code });
      await started.close();
    }
    started = await startContext7();
  });
});

describe('searches', () => {
  it('that fail say so, and what works without them', async () => {
    for (const api of ['context', 'docs'] as const) {
      started = await startContext7({ api });
      started.standIn.failAlways({
        kind: 'answer',
        status: 503,
        body: { error: 'search_failed', message: '' },
      });
      const refused = { code: 'unavailable', next: expect.stringContaining('/owner/repo') };
      await expect(started.source.resolve({ name: 'widgets' }, call()), api).rejects.toMatchObject(refused);
      const name = { kind: 'name', name: 'widgets' } as const;
      await expect(started.source.identify(name, call()), api).rejects.toMatchObject(refused);
      await started.close();
    }
    started = await startContext7();
  });
});

describe('429', () => {
  it('with a short Retry-After is survived', async () => {
    started = await startContext7({ api: 'context' });
    started.standIn.failNext([throttled('1')]);
    const answer = await started.source.answer(ask('/acme/widgets', 'stores'), call());
    expect(answer.snippets.length).toBeGreaterThan(0);
    expect(started.clock.sleptMs).toEqual([1_000]);
  });

  it('that asks for a long pause is a rate limit with its end, never a quota, and names no number of tries', async () => {
    for (const [retryAfter, maxAttempts] of [
      ['60', 4],
      ['0', 1],
    ] as const) {
      started = await startContext7({ api: 'context', apiKey: keys.one }, {}, { maxAttempts });
      started.standIn.failAlways(throttled(retryAfter));
      const error = await started.source
        .answer(ask('/acme/widgets', 'stores'), call())
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'throttled',
        what: expect.stringContaining('limits the rate'),
        retryAtMs: retryAfter === '60' ? started.clock.nowMs + 60_000 : undefined,
      });
      expect(String(error)).not.toMatch(/quota|several|tries/);
      expect(started.standIn.requests).toHaveLength(1);
      await started.close();
    }
    started = await startContext7();
  });

  it('of an empty quota fails at once with the reset, and is not asked again for that key', async () => {
    started = await startContext7({ api: 'context', apiKey: keys.one });
    const resetAtMs = Math.ceil(started.clock.nowMs / 1000) * 1000 + 86_400_000;
    started.standIn.failNext([quotaExceeded(resetAtMs)]);
    const refused = {
      code: 'quota-empty',
      retryAtMs: resetAtMs,
      what: expect.stringContaining('of this key'),
    };
    await expect(started.source.answer(ask('/acme/widgets', 'stores'), call())).rejects.toMatchObject(
      refused,
    );
    await expect(started.source.answer(ask('/acme/widgets', 'lists'), call())).rejects.toMatchObject(refused);
    expect(started.standIn.requests).toHaveLength(1);
    const other = started.another({ api: 'context', apiKey: keys.two });
    expect((await other.answer(ask('/acme/widgets', 'stores'), call())).snippets.length).toBeGreaterThan(0);
  });
});

describe('answers that are none', () => {
  const jsonType = { 'content-type': 'application/json' };
  it.each<[title: string, fault: Fault]>([
    ['HTML', { kind: 'answer', status: 200, body: '<h1>Log in</h1>' }],
    [
      'HTML under the type of JSON',
      { kind: 'answer', status: 200, headers: jsonType, body: '<h1>Log in</h1>' },
    ],
    ['JSON under the type of HTML', { kind: 'relabel', contentType: 'text/html' }],
    ['an empty body', { kind: 'answer', status: 200, headers: jsonType, body: '' }],
    [
      'an error under status 200',
      { kind: 'answer', status: 200, body: { error: 'x', message: upstreamText } },
    ],
    ['another shape', { kind: 'answer', status: 200, body: { codeSnippets: {}, infoSnippets: [] } }],
    ['null', { kind: 'answer', status: 200, headers: jsonType, body: 'null' }],
    ['a bomb', { kind: 'bomb', decodedBytes: 8 * 1024 * 1024 }],
    [
      'a redirect to another origin',
      { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
    ],
  ])('reject %s as a bad answer, and store nothing', async (_title, fault) => {
    expect(await failWith(fault, 'context', undefined, '/acme/widgets')).toMatchObject({
      code: 'bad-answer',
    });
    started.standIn.failAlways(undefined);
    const answer = await started.source.answer(ask('/acme/widgets', 'stores', { mode: 'code' }), call());
    expect(answer.freshness.state).toBe('live');
  });

  it('name a missing endpoint as a matter of configuration', async () => {
    const bodies = ['Not Found', '', { error: 'Not Found' }, { error: 'not_found', message: upstreamText }];
    for (const [index, status] of [404, 405, 501, 404].entries()) {
      const error = await failWith({ kind: 'answer', status, body: bodies[index] ?? '' });
      expect(error).toMatchObject({ code: 'bad-config', next: expect.stringContaining('CONTEXT7_API_URL') });
      await started.close();
    }
    started = await startContext7();
  });

  it('say that the key was not sent over plain HTTP', async () => {
    started = await startContext7();
    const source = started.another({ baseUrl: 'http://docs.example/api', apiKey: keys.one });
    const error = await source.answer(ask('/acme/widgets', 'x'), call()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'bad-config' });
    expect(String(error)).not.toContain(keys.one);
  });
});

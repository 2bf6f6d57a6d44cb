import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cleanEnv, connectClient, runDocpinLater } from '../setup/built-docpin.ts';
import { copyProject, temporaryFolder } from '../setup/fixture-projects.ts';
import { type Context7StandIn, startContext7StandIn } from '../stand-ins/context7/context7-stand-in.ts';
import { documentedErrors, quotaExceeded, throttled, upstreamText } from '../stand-ins/context7/faults.ts';
import { keys } from '../stand-ins/context7/libraries.ts';

async function standIn(options?: Parameters<typeof startContext7StandIn>[0]): Promise<Context7StandIn> {
  const started = await startContext7StandIn(options);
  onTestFinished(() => started.close());
  return started;
}

function envFor(upstream: Context7StandIn, more: Record<string, string> = {}) {
  return cleanEnv({
    CONTEXT7_API_URL: upstream.baseUrl,
    CONTEXT7_API_KEY: keys.one,
    DOCPIN_UPSTREAM_ATTEMPTS: '4',
    ...more,
  });
}

describe.each(['context', 'docs'] as const)('Context7 in the %s generation', (generation) => {
  it('resolves, answers, and pages without repeating itself', async () => {
    const upstream = await standIn({ generations: [generation] });
    const client = await connectClient('v2 auto', { cwd: temporaryFolder(), env: envFor(upstream) });
    const resolved = await client.callTool('resolve-library', { name: 'next.js' });
    expect(resolved.text).toContain('/vercel/next.js');

    const ask = (page: number) =>
      client.callTool('get-docs', { library: '/vercel/next.js', query: 'routing', tokens: 1_000, page });
    const [first, second] = [await ask(1), await ask(2)];
    expect(first).toMatchObject({ isError: false });
    expect(first.text.split('\n')[0]).toMatch(/^\/vercel\/next\.js \(Context7/);
    expect(second).toMatchObject({ isError: false });
    const bodies = (text: string) =>
      text.split(`\n${'-'.repeat(32)}\n`).map((piece) => piece.split('\n').slice(-6).join('\n'));
    expect(bodies(second.text).filter((body) => bodies(first.text).includes(body))).toEqual([]);

    const before = upstream.requests.length;
    const again = await ask(1);
    expect(again.text.split('\n').slice(1)).toEqual(first.text.split('\n').slice(1));
    expect(again.text.split('\n')[0]).toContain('cached');
    expect(upstream.requests).toHaveLength(before);
    expect(upstream.requests.every(({ headers }) => headers.authorization === `Bearer ${keys.one}`)).toBe(
      true,
    );
  });
});

describe('Context7 when it fails', () => {
  it('survives a 429 that asks for one second', async () => {
    const upstream = await standIn();
    upstream.failNext([throttled('1')], { path: /context|docs/ });
    const startMs = performance.now();
    const { status, stdout } = await runDocpinLater({
      cwd: temporaryFolder(),
      env: envFor(upstream),
      args: ['docs', '/vercel/next.js', 'routing'],
    });
    expect(status).toBe(0);
    expect(stdout).toContain('/vercel/next.js');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(1_000);
  });

  it('fails at once with the time of the reset when the quota is empty', async () => {
    const upstream = await standIn();
    const resetAtMs = Math.floor(Date.now() / 1_000 + 20 * 86_400) * 1_000;
    upstream.failAlways(quotaExceeded(resetAtMs));
    const { status, stderr } = await runDocpinLater({
      cwd: temporaryFolder(),
      env: envFor(upstream),
      args: ['docs', '/vercel/next.js', 'routing'],
    });
    expect(status).toBe(1);
    expect(upstream.requests).toHaveLength(1);
    expect(stderr).toContain(new Date(resetAtMs).toISOString());
  });

  it('says what can be asked about while the quota is empty', async () => {
    const upstream = await standIn();
    const env = envFor(upstream);
    const cwd = temporaryFolder();
    const ask = (query: string) =>
      runDocpinLater({ cwd, env, args: ['docs', '/vercel/next.js', query, '--project', app] });
    const app = copyProject('npm-app', join(cwd, 'app'));
    await ask('routing');
    upstream.failAlways(quotaExceeded(Math.floor(Date.now() / 1_000 + 20 * 86_400) * 1_000));
    const { status, stderr } = await ask('middleware');
    expect(status).toBe(1);
    expect(stderr).toContain('5 libraries still answer from installed docs or the cache.');
    expect((await ask('routing')).stdout).toContain('/vercel/next.js');
  });

  it('leaves what it said of the quota to the doctor of another process', async () => {
    const upstream = await standIn({ remaining: () => 812 });
    const env = envFor(upstream);
    const run = (...args: readonly string[]) => runDocpinLater({ cwd: temporaryFolder(), env, args });
    expect((await run('doctor')).stdout).not.toContain('requests left');
    await run('docs', '/vercel/next.js', 'routing');
    const asked = upstream.requests.length;
    expect((await run('doctor')).stdout).toMatch(
      /with a key; free plan, 812 of 1,000 requests left until \d{4}-\d\d-01 \(seen /,
    );
    expect(upstream.requests).toHaveLength(asked);
  });

  it('gives each documented status its own message, in our own words', async () => {
    const upstream = await standIn();
    const client = await connectClient('v1', {
      cwd: temporaryFolder(),
      env: envFor(upstream, { DOCPIN_UPSTREAM_ATTEMPTS: '1' }),
    });
    const messages = new Map<string, string>();
    for (const [index, documented] of documentedErrors
      .filter(({ generation }) => generation !== 'docs')
      .entries()) {
      upstream.failNext([documented.fault], { path: /\/v2\/context/ });
      const result = await client.callTool('get-docs', {
        library: '/vercel/next.js',
        query: `routing ${index}`,
      });
      expect(result.text).not.toContain(upstreamText);
      messages.set(
        `${documented.status} ${documented.error}`,
        `${result.isError} ${result.text.slice(0, 400)}`,
      );
    }
    const byStatus = new Map<number, Set<string>>();
    for (const [key, message] of messages) {
      const status = Number(key.split(' ')[0]);
      byStatus.set(status, (byStatus.get(status) ?? new Set()).add(message));
    }
    const all = [...byStatus.values()].flatMap((texts) => [...texts]);
    expect(byStatus.size).toBeGreaterThan(6);
    expect(new Set(all).size).toBe(all.length);
  });

  it('is not asked for a name when the named project cannot be read', async () => {
    const upstream = await standIn();
    const args = ['docs', 'next.js', 'routing', '--project', '/nonexistent'];
    const { status, stderr } = await runDocpinLater({ cwd: temporaryFolder(), env: envFor(upstream), args });
    expect(status).toBe(2);
    expect(stderr).toContain('does not exist');
    expect(upstream.requests).toEqual([]);
  });

  it('says that no project decided when it answers for a plain name without one', async () => {
    const upstream = await standIn();
    const { status, stdout } = await runDocpinLater({
      cwd: '/',
      env: envFor(upstream),
      args: ['docs', 'next.js', 'routing'],
    });
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 4).join('\n')).toContain('No project is known');
  });

  it('passes its failure on when nothing else knows the name, with the code and the time', async () => {
    const upstream = await standIn();
    const resetAtMs = Math.floor(Date.now() / 1_000 + 86_400) * 1_000;
    upstream.failAlways(quotaExceeded(resetAtMs));
    const { stdout } = await runDocpinLater({
      cwd: temporaryFolder(),
      env: envFor(upstream),
      args: ['docs', 'express', '--json'],
    });
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'quota-empty', retryAt: new Date(resetAtMs).toISOString() },
    });
    expect(upstream.requests).toHaveLength(1);
  });

  it('stops asking when the client cancels', async () => {
    const upstream = await standIn();
    upstream.failAlways({ kind: 'hang' });
    const client = await connectClient('v2 auto', {
      cwd: temporaryFolder(),
      env: envFor(upstream, {
        DOCPIN_UPSTREAM_ATTEMPT_TIMEOUT_MS: '60000',
        DOCPIN_UPSTREAM_DEADLINE_MS: '60000',
      }),
    });
    const stop = new AbortController();
    const call = client.callTool(
      'get-docs',
      { library: '/vercel/next.js', query: 'routing' },
      { signal: stop.signal },
    );
    await expect.poll(() => upstream.requests.length, { timeout: 10_000 }).toBe(1);
    stop.abort();
    await expect(call).rejects.toThrow();
    await expect.poll(() => upstream.abandoned, { timeout: 10_000 }).toBe(1);
  });

  it('does not let a secret in a query leave, nor its key into any output', async () => {
    const upstream = await standIn();
    const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
    const { stdout, stderr } = await runDocpinLater({
      cwd: temporaryFolder(),
      env: envFor(upstream, { DOCPIN_LOG_LEVEL: 'debug' }),
      args: ['docs', '/vercel/next.js', `routing with token ${secret} and key ${keys.one}`],
    });
    expect(upstream.requests.length).toBeGreaterThan(0);
    const asked = upstream.requests
      .map(({ path, query }) => `${path} ${JSON.stringify([...query])}`)
      .join('\n');
    expect(asked).not.toContain(secret);
    expect(asked).not.toContain(keys.one);
    expect(stdout + stderr).not.toContain(keys.one);
  });

  it('is not asked at all when docpin is offline or the source is not named', async () => {
    const upstream = await standIn();
    for (const args of [['--offline'], ['--sources', 'indexed']]) {
      const { status, stderr } = await runDocpinLater({
        cwd: temporaryFolder(),
        env: envFor(upstream),
        args: ['docs', '/vercel/next.js', 'routing', ...args],
      });
      expect(status).toBe(2);
      expect(stderr).toContain('Context7');
    }
    expect(upstream.requests).toEqual([]);
  });
});

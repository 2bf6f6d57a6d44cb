import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ageCache } from '../setup/age-cache.ts';
import { cleanEnv, connectClient, runDocpin, runDocpinLater, spawnDocpin } from '../setup/built-docpin.ts';
import { temporaryFolder } from '../setup/fixture-projects.ts';
import { type Context7StandIn, startContext7StandIn } from '../stand-ins/context7/context7-stand-in.ts';
import { keys } from '../stand-ins/context7/libraries.ts';

// Many processes, one after the other.
vi.setConfig({ testTimeout: 60_000 });

const hourMs = 3_600_000;
const ask = ['docs', '/vercel/next.js', 'routing'];

async function standIn(options?: Parameters<typeof startContext7StandIn>[0]): Promise<Context7StandIn> {
  const started = await startContext7StandIn(options);
  onTestFinished(() => started.close().catch(() => undefined));
  return started;
}

/** The environment of a user, and the folder of that user's cache. */
function userOf(upstream: Context7StandIn, more: Record<string, string> = {}) {
  const folder = join(temporaryFolder(), 'cache');
  const env = cleanEnv({ CONTEXT7_API_URL: upstream.baseUrl, DOCPIN_CACHE_DIR: folder, ...more });
  return { folder, env, run: (...args: string[]) => runDocpinLater({ cwd: temporaryFolder(), env, args }) };
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
const afterFirstLine = (text: string): string => text.slice(text.indexOf('\n'));

describe('an answer that was given before', () => {
  it.each(['context', 'docs'] as const)(
    'is given again by a new process a day later, with the server of the %s generation gone',
    async (generation) => {
      const upstream = await standIn({ generations: [generation] });
      // As many attempts as users have: the command ends before the last of them.
      const { folder, run } = userOf(upstream, { DOCPIN_UPSTREAM_ATTEMPTS: '4' });
      const fresh = await run(...ask);
      expect(fresh).toMatchObject({ status: 0, stderr: '' });
      await upstream.close();

      const cached = await run(...ask);
      expect(cached).toMatchObject({ status: 0, stderr: '' });
      expect(firstLine(cached.stdout)).toContain('cached less than a minute ago');

      expect(await ageCache(folder, 25 * hourMs)).toBeGreaterThan(0);
      const fromMs = performance.now();
      const stale = await run(...ask);
      // It does not wait for what is not there: at most 1.5 s at its end.
      expect(performance.now() - fromMs).toBeLessThan(8_000);
      expect(stale.status).toBe(0);
      expect(stale.stderr).toMatch(
        /^(?:docpin warn: an upstream keeps failing and is left alone [^\n]*\n)?$/,
      );
      expect(firstLine(stale.stdout)).toMatch(/STALE COPY from 25 h ago: a newer copy is being fetched$/);
      expect(afterFirstLine(stale.stdout)).toBe(afterFirstLine(fresh.stdout));

      // By then it is known why there is no newer one.
      const again = await run(...ask);
      expect(firstLine(again.stdout)).toMatch(/STALE COPY from 25 h ago: the upstream could not be reached$/);

      await ageCache(folder, 7 * 24 * hourMs);
      const gone = await run(...ask);
      expect(gone).toMatchObject({ status: 1, stdout: '' });
      expect(gone.stderr).toContain('could not be reached');
    },
  );

  it('is brought up to date by the command that served it old', async () => {
    const upstream = await standIn();
    const { folder, run } = userOf(upstream);
    await run(...ask);
    await ageCache(folder, 25 * hourMs);
    expect(firstLine((await run(...ask)).stdout)).toContain('STALE COPY');
    expect(firstLine((await run(...ask)).stdout)).toContain('cached less than a minute ago');
    expect(upstream.requests).toHaveLength(2);
  });

  it('is brought up to date by the server that served it old, also when that ends at once', async () => {
    const upstream = await standIn();
    const { folder, env, run } = userOf(upstream);
    await run(...ask);
    await ageCache(folder, 25 * hourMs);
    const server = spawnDocpin({ cwd: temporaryFolder(), env });
    const send = (message: object) =>
      server.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const call = async (id: number, query: string): Promise<void> => {
      const args = { library: '/vercel/next.js', query };
      send({ id, method: 'tools/call', params: { name: 'get-docs', arguments: args } });
      await expect.poll(() => server.stdout(), { timeout: 20_000 }).toContain(`"id":${id}`);
    };
    const clientInfo = { name: 'docpin-tests', version: '1.0.0' };
    send({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
    });
    await expect.poll(() => server.stdout(), { timeout: 20_000 }).toContain('"id":1');
    send({ method: 'notifications/initialized' });
    // This one opens the connection that the refresh then uses.
    await call(2, 'middleware');
    upstream.failNext([{ kind: 'delay', delayMs: 500 }]);
    await call(3, 'routing');
    server.child.stdin.end();
    await server.exited;
    expect(server.stdout()).toContain('STALE COPY');
    expect(firstLine((await run(...ask)).stdout)).toContain('cached less than a minute ago');
  });

  it('belongs to the key that it was got with', async () => {
    const upstream = await standIn();
    const { env } = userOf(upstream);
    const cwd = temporaryFolder();
    for (const key of [keys.one, keys.two, keys.one, keys.two]) {
      const result = await runDocpinLater({ cwd, env: { ...env, CONTEXT7_API_KEY: key }, args: ask });
      expect(result.status).toBe(0);
    }
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${keys.one}`,
      `Bearer ${keys.two}`,
    ]);
  });

  it('is fetched once by three servers that thirty calls want it from', async () => {
    const upstream = await standIn();
    const { env } = userOf(upstream);
    const clients = await Promise.all(
      Array.from({ length: 3 }, () => connectClient('v2 auto', { cwd: temporaryFolder(), env })),
    );
    const calls = clients.flatMap((client) =>
      Array.from({ length: 10 }, () =>
        client.callTool('get-docs', { library: '/vercel/next.js', query: 'routing' }),
      ),
    );
    for (const answer of await Promise.all(calls)) {
      expect(answer.isError).toBe(false);
      expect(answer.text).toContain('/vercel/next.js');
    }
    expect(upstream.requests.length).toBeLessThanOrEqual(2);
  });
});

describe('the cache folder', () => {
  it('is for its user alone', async () => {
    const { folder, run } = userOf(await standIn());
    await run(...ask);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['cache-v1.db', 'installation-secret']));
    for (const name of readdirSync(folder))
      expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
  });

  it.each<[what: string, warned: RegExp, prepare: (folder: string) => Record<string, string>]>([
    ['cannot be made', /memory only/, () => ({ DOCPIN_CACHE_DIR: '/proc/docpin' })],
    [
      'holds a folder in place of the file',
      /memory only/,
      (folder) => {
        mkdirSync(join(folder, 'cache-v1.db'), { recursive: true });
        return {};
      },
    ],
    [
      'is a link',
      /memory only.*is a link/,
      (folder) => {
        symlinkSync(temporaryFolder(), folder);
        return {};
      },
    ],
    [
      'can be written by others',
      /memory only.*by others/,
      (folder) => {
        mkdirSync(folder);
        chmodSync(folder, 0o777);
        return {};
      },
    ],
    [
      'holds a link in place of the file',
      /memory only/,
      (folder) => {
        mkdirSync(folder);
        symlinkSync(join(temporaryFolder(), 'elsewhere'), join(folder, 'cache-v1.db'));
        return {};
      },
    ],
    [
      'holds a secret that docpin did not write',
      /memory only/,
      (folder) => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'installation-secret'), 'short');
        return {};
      },
    ],
    [
      'holds a damaged file',
      /^$/,
      (folder) => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'cache-v1.db'), 'SQLite format 3\0 and then nothing of it'.repeat(99));
        return {};
      },
    ],
  ])('costs no answer when it %s', async (_what, warned, prepare) => {
    const upstream = await standIn();
    const { folder, env } = userOf(upstream);
    const more = prepare(folder);
    const result = await runDocpinLater({
      cwd: temporaryFolder(),
      env: { ...env, ...more },
      args: ask,
    });
    expect(result.status).toBe(0);
    expect(result.stdout).toContain('/vercel/next.js');
    expect(result.stderr).toMatch(warned);
    expect(result.stderr.split('\n').filter((line) => line.includes('memory only')).length).toBeLessThan(2);
    const client = await connectClient('v2 auto', { cwd: temporaryFolder(), env: { ...env, ...more } });
    for (const state of [/./, /cached/]) {
      const answer = await client.callTool('get-docs', { library: '/vercel/next.js', query: 'routing' });
      expect(firstLine(answer.text)).toMatch(state);
    }
  });
});

describe('--no-cache and --refresh', () => {
  it('keeps nothing and uses nothing', async () => {
    const upstream = await standIn();
    const { folder, env, run } = userOf(upstream);
    await run(...ask, '--no-cache');
    expect(existsSync(join(folder, 'cache-v1.db'))).toBe(false);
    await run(...ask);
    await run(...ask, '--no-cache');
    expect(upstream.requests).toHaveLength(3);
    const client = await connectClient('v2 auto', {
      cwd: temporaryFolder(),
      env: { ...env, DOCPIN_NO_CACHE: '1' },
    });
    for (let round = 0; round < 2; round += 1)
      await client.callTool('get-docs', { library: '/vercel/next.js', query: 'routing' });
    expect(upstream.requests).toHaveLength(5);
  });

  it('asks anew and keeps the answer', async () => {
    const upstream = await standIn();
    const { run } = userOf(upstream);
    await run(...ask);
    const refreshed = await run(...ask, '--refresh');
    expect(firstLine(refreshed.stdout)).not.toContain('cached');
    expect(upstream.requests).toHaveLength(2);
    expect(firstLine((await run(...ask)).stdout)).toContain('cached');
    upstream.failAlways({ kind: 'reset' });
    expect(await run(...ask, '--refresh')).toMatchObject({ status: 1, stdout: '' });
  });
});

describe('docpin cache', () => {
  it('shows and deletes what is kept', async () => {
    const upstream = await standIn();
    const { folder, run } = userOf(upstream);
    const file = join(folder, 'cache-v1.db');
    expect(await run('cache', 'stats')).toMatchObject({ status: 0, stdout: `${file}: 0 KB\nNo copies.\n` });
    expect(existsSync(folder)).toBe(false);

    await run(...ask);
    await run('resolve', 'next.js');
    const { stdout: stats } = await run('cache', 'stats');
    // The two answers, without what docpin has noted beside them.
    expect(stats).toMatch(/^context7: 2 copies, \d+ KB, stored \d{4}-\d\d-\d\d \d\d:\d\d to /m);
    const { stdout: list } = await run('cache', 'list');
    expect(list).toMatch(/fresh +\d+ KB +context7 \/vercel\/next\.js "routing"\n/);
    expect(list).toMatch(/context7 search next\.js/);
    const { stdout: json } = await run('cache', 'list', '/VERCEL/', '--json');
    expect(JSON.parse(json)).toMatchObject({
      copies: [{ source: 'context7', label: '/vercel/next.js "routing"', state: 'fresh' }],
    });

    expect((await run('cache', 'clear', 'search')).stdout).toBe('1 copy deleted.\n');
    const { deleted } = JSON.parse((await run('cache', 'clear', '--json')).stdout);
    expect(deleted).toBeGreaterThanOrEqual(1);
    expect((await run('cache', 'list')).stdout).toBe('No copies.\n');
    await run(...ask);
    expect(upstream.requests).toHaveLength(3);
  });

  it.each([
    [['cache']],
    [['cache', 'empty']],
    [['cache', 'constructor']],
    [['cache', 'stats', 'context7']],
    [['cache', 'list', 'a', 'b']],
    // A variable that is not set must not clear everything.
    [['cache', 'clear', '']],
  ])('%j is wrong usage', (args) => {
    const { status, stdout, stderr } = runDocpin({ cwd: '/', args });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: docpin cache <stats|list|clear> [word]');
  });

  it('says so in one line when the file cannot be used', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'cache-v1.db'));
    const env = cleanEnv({ DOCPIN_CACHE_DIR: folder });
    const { status, stdout, stderr } = runDocpin({ cwd: '/', env, args: ['cache', 'clear', '--json'] });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'cache-unusable' } });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('secrets', () => {
  it('are in no answer, error, log or file, whichever of forty it is', async () => {
    const upstream = await standIn();
    const { folder, env } = userOf(upstream, {
      CONTEXT7_API_KEY: keys.one,
      DOCPIN_LOG_LEVEL: 'debug',
      DOCPIN_SOURCES: 'context7',
    });
    const canaries = forms.flatMap((form) => ['first', 'second'].map((name) => form(`${name}Canary7q`)));
    expect(new Set(canaries).size).toBe(40);
    const cwd = temporaryFolder();
    const outputs: string[] = [];
    const client = await connectClient('v2 auto', { cwd, env });
    for (const [index, canary] of canaries.entries()) {
      if (index % 4 === 3)
        upstream.failNext([{ kind: 'answer', status: 500, body: { error: 'x', message: canary } }]);
      const query = `routing with ${canary} number ${index}`;
      outputs.push((await client.callTool('get-docs', { library: '/vercel/next.js', query })).text);
      outputs.push((await client.callTool('resolve-library', { name: 'next.js', query })).text);
    }
    // What goes to stderr is heard of a command; some that fail are among them.
    for (const index of [0, 7, 13, 21, 39]) {
      if (index % 2 === 1) upstream.failNext([{ kind: 'reset' }]);
      const { stdout, stderr } = await runDocpinLater({ cwd, env, args: [...ask, canaries[index] ?? ''] });
      outputs.push(stdout, stderr);
    }
    outputs.push((await runDocpinLater({ cwd, env, args: ['cache', 'list'] })).stdout);
    expect(outputs.at(-1)?.split('\n').length).toBeGreaterThan(20);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((name) => statSync(name).isFile());
    expect(files.length).toBeGreaterThan(1);
    outputs.push(...files.map((file) => readFileSync(file, 'latin1')));
    const everything = outputs.join('\n');
    for (const secret of ['Canary7q', keys.one]) {
      for (const spelling of [secret, encodeURIComponent(secret), ...base64Of(secret)])
        expect(everything.includes(spelling), spelling).toBe(false);
    }
  });

  /** Base64 of the middle of a text, for each of the three places that it may begin at. */
  function base64Of(secret: string): string[] {
    return [0, 1, 2].map((skip) => Buffer.from(secret.slice(skip)).toString('base64').slice(0, -4));
  }

  const tail = (name: string): string => `${name}A1b2C3d4E5f6G7h8`;
  // Put together from parts, so that scanners for leaked keys do not take this file for a leak.
  const forms: readonly ((name: string) => string)[] = [
    (name) => ['ctx7sk', tail(name)].join('-'),
    (name) => ['sk', 'proj', tail(name)].join('-'),
    (name) => ['sk', 'live', tail(name)].join('_'),
    (name) => ['ghp', tail(name)].join('_'),
    (name) => ['github', 'pat', tail(name)].join('_'),
    (name) => ['glpat', tail(name)].join('-'),
    (name) => ['npm', tail(name)].join('_'),
    (name) => ['pypi', tail(name)].join('-'),
    (name) => ['xoxb', tail(name)].join('-'),
    (name) => ['hf', tail(name)].join('_'),
    (name) => ['eyJhbGciOiJIUzI1NiJ9', `eyJ${tail(name)}`, tail(name)].join('.'),
    (name) => `Bearer ${tail(name)}`,
    (name) => `Authorization: Basic ${tail(name)}`,
    (name) => `https://user:${tail(name)}@db.example/x`,
    (name) => `postgres://${tail(name)}@db.example/x`,
    (name) => `password=${tail(name)}`,
    (name) => `"api_key": "${tail(name)}"`,
    (name) => `DB_SECRET='${tail(name)}'`,
    (name) => `access-token: ${tail(name)}`,
    (name) =>
      ['-----BEGIN RSA', `PRIVATE KEY-----\n${tail(name)}\n-----END RSA`, 'PRIVATE KEY-----'].join(' '),
  ];
});

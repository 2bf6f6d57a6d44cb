import { chmodSync, mkdirSync, renameSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashAccessToken, makeAccessToken, tokenLine } from '../../../../src/access-token.ts';
import { createLog } from '../../../../src/log.ts';
import { openTokenFile } from '../../../../src/mcp/http/access/token-file.ts';
import { temporaryFolder } from '../../../setup/fixture-projects.ts';
import { echoMessage, type Sent, send, startHttp } from '../start-http.ts';

const body = echoMessage('ahoy');

function lineOf(name: string, token: string): string {
  return tokenLine(name, hashAccessToken(token));
}

function writeTokens(text: string): string {
  const path = join(temporaryFolder(), 'tokens');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function bearer(token: string): Sent {
  return { headers: { authorization: `Bearer ${token}` }, body };
}

describe('a server with a token file', () => {
  it('serves whoever has a token, and says by what name', async () => {
    const [mine, theirs] = [makeAccessToken(), makeAccessToken()];
    const tokenFile = writeTokens(`# the team\n\n  ${lineOf('ci', mine)}\n${lineOf('laptop', theirs)}\r\n`);
    const { port, callLines } = await startHttp({ tokenFile });
    for (const token of [mine, theirs]) expect((await send(port, bearer(token))).status).toBe(200);
    expect(callLines.map((line) => JSON.parse(line).caller)).toEqual(['ci', 'laptop']);
    expect(callLines.join('')).not.toContain('docpin_');
  });

  it.each<[string, Sent, string]>([
    ['no token', { body }, 'Bearer realm="docpin"'],
    [
      'a token that is not in the file',
      bearer(makeAccessToken()),
      'Bearer realm="docpin", error="invalid_token"',
    ],
    [
      'an empty token',
      { headers: { authorization: 'Bearer ' }, body },
      'Bearer realm="docpin", error="invalid_token"',
    ],
    [
      'another scheme',
      { headers: { authorization: `Basic ${btoa('a:b')}` }, body },
      'Bearer realm="docpin", error="invalid_token"',
    ],
    [
      'a token in the address',
      { path: '/mcp?token=TOKEN&access_token=TOKEN', body },
      'Bearer realm="docpin"',
    ],
    [
      'a token in another header',
      { headers: { 'x-api-key': 'TOKEN', 'x-context7-api-key': 'TOKEN' }, body },
      'Bearer realm="docpin"',
    ],
  ])('refuses %s', async (_, sent, challenge) => {
    const token = makeAccessToken();
    const { port, calls } = await startHttp({ tokenFile: writeTokens(lineOf('ci', token)) });
    const withToken = JSON.parse(JSON.stringify(sent).replaceAll('TOKEN', token)) as Sent;
    const answered = await send(port, withToken);
    expect(answered.status).toBe(401);
    expect(answered.headers['www-authenticate']).toBe(challenge);
    expect(answered.body).not.toContain(token);
    expect(calls).toEqual([]);
  });

  it('takes the hash for no token', async () => {
    const token = makeAccessToken();
    const line = lineOf('ci', token);
    const { port } = await startHttp({ tokenFile: writeTokens(line) });
    for (const guess of [
      line.split(':')[1] ?? '',
      line,
      token.slice(0, -1),
      `${token}A`,
      token.toLowerCase(),
    ])
      expect((await send(port, { headers: { authorization: `Bearer ${guess}` }, body })).status).toBe(401);
  });

  it('refuses further wrong tokens of an address after ten, and nobody who has a right one', async () => {
    const token = makeAccessToken();
    const { port } = await startHttp({ tokenFile: writeTokens(lineOf('ci', token)) });
    const statuses: number[] = [];
    for (let tried = 0; tried < 12; tried += 1)
      statuses.push((await send(port, bearer(makeAccessToken()))).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    const refused = await send(port, bearer(makeAccessToken()));
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await send(port, { ...bearer(makeAccessToken()), localAddress: '127.0.0.2' })).status).toBe(401);
    expect((await send(port, bearer(token))).status).toBe(200);
  });
});

it('counts no token as a wrong one', async () => {
  const { port } = await startHttp({ tokenFile: writeTokens(lineOf('ci', makeAccessToken())) });
  const statuses: number[] = [];
  for (let tried = 0; tried < 12; tried += 1)
    statuses.push((await send(port, tried % 2 === 0 ? { body } : bearer(makeAccessToken()))).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
});

describe('the token file', () => {
  function open(text: string) {
    const path = writeTokens(text);
    const lines: string[] = [];
    let nowMs = 0;
    const log = createLog({ level: 'info', write: (line) => void lines.push(line) });
    const file = openTokenFile({ path, log, nowMs: () => nowMs });
    return { path, file, lines, pass: (ms: number) => (nowMs += ms) };
  }

  it.each([
    ['a token in the clear', `ci ${makeAccessToken()}`, 'Line 1'],
    ['a hash that is cut', `# tokens\nci sha256:abc`, 'Line 2'],
    ['a name that could break a log line', `c"i sha256:${'0'.repeat(64)}`, 'Line 1'],
    ['nothing', '# none yet\n', 'holds no token'],
  ])('with %s is refused without repeating it', (_, text, why) => {
    expect(() => open(text)).toThrow(why);
    expect(() => open(text)).not.toThrow(/docpin_|abc|c"i/);
  });

  it('that is not there is refused', () => {
    const log = createLog({ level: 'info', write: () => undefined });
    const path = join(temporaryFolder(), 'none');
    expect(() => openTokenFile({ path, log, nowMs: () => 0 })).toThrow(/cannot be read \(ENOENT\)/);
  });

  it('is read again when it changes', () => {
    const [before, after] = [makeAccessToken(), makeAccessToken()];
    const { file, path, pass } = open(lineOf('before', before));
    writeFileSync(path, lineOf('after', after));
    pass(1_000);
    expect([file.nameOf(before), file.nameOf(after)]).toEqual([undefined, 'after']);
  });

  it('lets nobody in by a line that was taken out, whatever the other lines are', () => {
    const [gone, left] = [makeAccessToken(), makeAccessToken()];
    const { file, path, lines, pass } = open(`${lineOf('gone', gone)}\n${lineOf('left', left)}\n`);
    writeFileSync(path, `${lineOf('left', left)}\noops ${gone}\n`);
    pass(1_000);
    expect([file.nameOf(gone), file.nameOf(left), file.state()]).toEqual([undefined, 'left', 'faulty']);
    expect(lines.at(-1)).toContain('Line 2 is not');
    expect(lines.join()).not.toContain(gone);
    // Said once for a change, not once for a call.
    const said = lines.length;
    pass(1_000);
    expect([file.state(), lines.length]).toEqual(['faulty', said]);
  });

  it('lets nobody in when it is emptied', () => {
    const token = makeAccessToken();
    const { file, path, lines, pass } = open(lineOf('ci', token));
    for (const nothing of ['', '# none\n', 'oops']) {
      writeFileSync(path, nothing);
      pass(1_000);
      expect([file.nameOf(token), file.state()]).toEqual([undefined, 'faulty']);
    }
    expect(lines.join()).toContain('It holds no token.');
    writeFileSync(path, lineOf('ci', token));
    pass(1_000);
    expect([file.nameOf(token), file.state()]).toEqual(['ci', 'read']);
  });

  it('holds no more than 1,000', () => {
    const [first, last] = [makeAccessToken(), makeAccessToken()];
    const { file, path, pass } = open(lineOf('first', first));
    const between = Array.from({ length: 999 }, (_, index) => lineOf(`t${index}`, makeAccessToken()));
    writeFileSync(path, [lineOf('first', first), ...between, lineOf('last', last)].join('\n'));
    pass(1_000);
    expect([file.nameOf(first), file.nameOf(last), file.state()]).toEqual(['first', undefined, 'faulty']);
  });

  it.each<[string, (path: string) => void, (path: string) => void]>([
    ['taken away', (path) => renameSync(path, `${path}.bak`), (path) => renameSync(`${path}.bak`, path)],
    [
      'a folder',
      (path) => {
        renameSync(path, `${path}.bak`);
        mkdirSync(path);
      },
      (path) => {
        rmdirSync(path);
        renameSync(`${path}.bak`, path);
      },
    ],
    [
      'a link to itself',
      (path) => {
        renameSync(path, `${path}.bak`);
        symlinkSync(path, path);
      },
      (path) => {
        rmSync(path);
        renameSync(`${path}.bak`, path);
      },
    ],
  ])('lets nobody in when it is %s for longer than an editor takes', (_, take, give) => {
    const token = makeAccessToken();
    const { file, path, lines, pass } = open(lineOf('ci', token));
    take(path);
    pass(1_000);
    expect([file.nameOf(token), file.state()]).toEqual(['ci', 'kept']);
    pass(59_000);
    expect(file.nameOf(token)).toBe('ci');
    pass(1_000);
    expect([file.nameOf(token), file.state()]).toEqual([undefined, 'lost']);
    expect(lines).toMatchObject([expect.stringContaining('cannot be read')]);
    give(path);
    pass(1_000);
    expect([file.nameOf(token), file.state()]).toEqual(['ci', 'read']);
  });

  it('that went away while nobody asked lets nobody in', () => {
    const token = makeAccessToken();
    const { file, path, pass } = open(lineOf('ci', token));
    rmSync(path);
    pass(3_600_000);
    expect(file.nameOf(token)).toBeUndefined();
  });

  it('is warned of when others may write it', () => {
    const path = writeTokens(lineOf('ci', makeAccessToken()));
    chmodSync(path, 0o666);
    const lines: string[] = [];
    const log = createLog({ level: 'info', write: (line) => void lines.push(line) });
    openTokenFile({ path, log, nowMs: () => 0 });
    expect(lines).toMatchObject([expect.stringContaining('chmod 600')]);
  });

  it('may be changed while the server runs', async () => {
    const token = makeAccessToken();
    const tokenFile = writeTokens(lineOf('ci', token));
    const { port } = await startHttp({ tokenFile });
    expect((await send(port, bearer(token))).status).toBe(200);
    writeFileSync(tokenFile, lineOf('other', makeAccessToken()));
    await expect.poll(async () => (await send(port, bearer(token))).status, { timeout: 5_000 }).toBe(401);
  });
});

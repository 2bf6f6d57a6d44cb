import { describe, expect, it, onTestFinished } from 'vitest';
import { readNpmConfig } from '../../../src/origins/tarball/npm-config/read-npm-config.ts';
import { hasIntegrity, readIntegrity } from '../../../src/origins/tarball/registry/integrity.ts';
import { createAskRegistry } from '../../../src/origins/tarball/registry/registry-client.ts';
import { isSpecialHost } from '../../../src/origins/tarball/registry/special-address.ts';
import type { Send } from '../../../src/upstream/upstream.ts';
import { readAll } from '../../contracts/origin-contract.ts';
import { redirectTo } from '../../stand-ins/fault-engine/fault.ts';
import {
  packFixturePackages,
  type StoredVersion,
  sha512Of,
  shasumOf,
} from '../../stand-ins/registry/packages.ts';
import { registryText, startRegistryStandIn } from '../../stand-ins/registry/registry-stand-in.ts';
import { packageTarball } from '../../stand-ins/registry/tar-entries.ts';
import { type StartedTarballOrigin, signal, startTarballOrigin } from './start-tarball-origin.ts';

const tarballPath = /\.tgz$/;

/** A version of a package of its own, with something to read. */
function versionOf(more: Partial<StoredVersion> = {}): StoredVersion {
  const manifest = { name: 'buoy', version: '1.0.0' };
  return {
    manifest,
    tarball: packageTarball('buoy', '1.0.0', [{ path: 'package/README.md', content: '# Buoy\n' }]),
    ...more,
  };
}

async function startOther() {
  const other = await startRegistryStandIn();
  onTestFinished(() => other.close());
  return other;
}

async function failureOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Error) || !('code' in thrown)) throw new Error('It did not fail as it should.');
  expect(thrown.message).not.toContain(registryText);
  return { code: String(thrown.code), message: thrown.message };
}

const withToken = (url: string) => `registry=${url}\n${url.replace('http:', '')}:_authToken=s3cret-token\n`;

describe('a registry that fails', () => {
  it('by being down, slow, cut off or reset is unavailable or timed out', async () => {
    const { locate, registry } = await startTarballOrigin({ limits: { attemptTimeoutMs: 300 } });
    registry.failNext([{ kind: 'hang' }, { kind: 'cut' }, { kind: 'reset' }]);
    expect((await failureOf(locate('harbor'))).code).toBe('timed-out');
    expect((await failureOf(locate('harbor'))).code).toBe('unavailable');
    expect((await failureOf(locate('harbor'))).code).toBe('unavailable');
    await registry.close();
    expect((await failureOf(locate('harbor'))).code).toBe('unavailable');
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [429, 'throttled'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [418, 'rejected'],
  ])('with status %i has it said as %s, and nothing of its text', async (status, code) => {
    const { locate, registry } = await startTarballOrigin();
    registry.failAlways({ kind: 'answer', status, body: { error: registryText } });
    expect((await failureOf(locate('harbor'))).code).toBe(code);
  });

  it.each([
    ['HTML', `<html>${registryText}</html>`],
    ['a list', []],
    ['no versions', { name: 'harbor' }],
    ['another package', { name: registryText, versions: {} }],
  ])('with %s instead of a package is a bad answer', async (_title, body) => {
    const { locate, registry } = await startTarballOrigin();
    registry.failAlways({ kind: 'answer', status: 200, body });
    expect((await failureOf(locate('harbor'))).code).toBe('bad-answer');
  });

  it('is not remembered as failing', async () => {
    const { find, locate, registry } = await startTarballOrigin();
    registry.failNext([{ kind: 'answer', status: 500, body: '' }]);
    await failureOf(locate('harbor'));
    expect((await find('harbor')).version).toBe('5.2.0');
  });

  it('for one version that is not well-formed still has the others', async () => {
    const broken = { dist: { tarball: 7 } };
    const { locate, registry } = await startTarballOrigin();
    const dist = { tarball: `${registry.url}harbor/-/harbor-5.2.0.tgz`, shasum: 'a'.repeat(40) };
    const body = {
      versions: { '1.0.0': broken, '2.0.0': null, '3.0.0': { dist } },
      'dist-tags': { latest: '1.0.0', old: 3 },
    };
    registry.failAlways({ kind: 'answer', status: 200, body });
    expect((await locate('harbor'))[0]?.version).toBe('3.0.0');
  });

  it('asks for a token that is not there', async () => {
    const { locate, registry } = await startTarballOrigin();
    registry.requireAuthorization('Bearer s3cret-token');
    expect(await failureOf(locate('harbor'))).toMatchObject({ code: 'unauthorized' });
  });
});

describe('the bytes of a tarball', () => {
  async function startWith(version: Partial<StoredVersion>): Promise<StartedTarballOrigin> {
    return startTarballOrigin({ registry: { packages: [versionOf(version)] } });
  }

  it('that are not those of the metadata are thrown away', async () => {
    const { origin, find, registry } = await startTarballOrigin();
    registry.failNext([{ kind: 'flip' }], { path: tarballPath });
    const located = await find('harbor');
    const { code, message } = await failureOf(origin.prepare(located, signal));
    expect(code).toBe('bad-answer');
    expect(message).toContain('not those of the metadata');
    // The next ones are good.
    expect((await readAll(origin, located)).files.length).toBeGreaterThan(1);
  });

  it.each([
    ['sha512 of other bytes', { integrity: sha512Of(Buffer.from('other')) }],
    ['sha1 of other bytes', { integrity: null, shasum: shasumOf(Buffer.from('other')) }],
  ])('are refused by %s', async (_title, version) => {
    const { origin, find } = await startWith(version);
    expect((await failureOf(origin.prepare(await find('buoy'), signal))).code).toBe('bad-answer');
  });

  it('are checked by the shasum where a registry has nothing stronger', async () => {
    const { origin, find } = await startWith({ integrity: null });
    const located = await find('buoy');
    expect(located.stamp).toMatch(/^sha1-/);
    expect((await readAll(origin, located)).files).toHaveLength(1);
  });

  it('are not asked for where a registry gives no hash, or one that nobody can check', async () => {
    for (const version of [
      { integrity: null, shasum: null },
      { integrity: 'md5-AAAA' },
      { integrity: 'sha512-AAAA' },
    ]) {
      const { locate } = await startWith(version);
      expect((await failureOf(locate('buoy'))).code).toBe('bad-answer');
    }
  });

  it.each([
    ['missing', { kind: 'answer', status: 404, body: registryText } as const, 'bad-answer'],
    ['refused', { kind: 'answer', status: 403, body: registryText } as const, 'forbidden'],
    ['cut off', { kind: 'cut' } as const, 'unavailable'],
  ])('are an error when they are %s', async (_title, fault, code) => {
    const { origin, find, registry } = await startTarballOrigin();
    registry.failAlways(fault, { path: tarballPath });
    const located = await find('harbor');
    expect((await failureOf(origin.prepare(located, signal))).code).toBe(code);
    expect((await failureOf(origin.survey(located, signal))).code).toBe(code);
    expect((await failureOf(readAll(origin, located))).code).toBe(code);
  });

  it('are no longer read when there are too many', async () => {
    const { origin, find } = await startTarballOrigin({
      registry: { packages: [versionOf({ tarball: Buffer.alloc(3_000_000) })] },
      limits: { maxBodyBytes: 2_000_000 },
    });
    expect((await failureOf(origin.prepare(await find('buoy'), signal))).code).toBe('bad-answer');
  });

  it('have the strongest of several hashes checked, and the shasum only where there is no other', async () => {
    const bytes = Buffer.from('bytes');
    const shasum = shasumOf(bytes);
    const sha1 = `sha1-${Buffer.from(shasum, 'hex').toString('base64')}`;
    expect(readIntegrity({ integrity: `${sha1} ${sha512Of(bytes)}`, shasum })).toBe(sha512Of(bytes));
    expect(readIntegrity({ integrity: sha1 })).toBe(sha1);
    expect(readIntegrity({ integrity: 'md5-AAAA', shasum })).toBeUndefined();
    expect(readIntegrity({ shasum: 'zz' })).toBeUndefined();
    expect(await hasIntegrity(bytes, sha512Of(bytes))).toBe(true);
    expect(await hasIntegrity(bytes, 'none-AAAA')).toBe(false);
  });

  it('have it checked piece by piece, and other work runs in between', async () => {
    const bytes = Buffer.alloc(20 * 1024 * 1024 + 7, 'seagull');
    let turns = 0;
    let isChecking = true;
    const count = (): void => {
      turns += 1;
      if (isChecking) setImmediate(count);
    };
    setImmediate(count);
    expect(await hasIntegrity(bytes, sha512Of(bytes))).toBe(true);
    isChecking = false;
    expect(turns).toBeGreaterThanOrEqual(20);
    bytes[bytes.length - 1] = 0;
    expect(await hasIntegrity(bytes, sha512Of(Buffer.alloc(bytes.length, 'seagull')))).toBe(false);
  });
});

describe('an address that a registry names', () => {
  it('gets the credentials when it is on its own origin, and not when it is on another', async () => {
    const other = await startOther();
    const { origin, find, registry } = await startTarballOrigin({
      // Even where the user has a token for the other host: it is this registry that says where to go.
      npmrc: (url) => `${withToken(url)}${other.url.replace('http:', '')}:_authToken=other-token\n`,
      registry: {
        packages: [
          ...packFixturePackages(),
          versionOf({ tarballUrl: `${other.url}harbor/-/harbor-5.2.0.tgz` }),
        ],
      },
    });
    registry.requireAuthorization('Bearer s3cret-token');
    await origin.prepare(await find('harbor'), signal);
    expect(registry.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/harbor', 'Bearer s3cret-token'],
      ['/harbor/-/harbor-5.2.0.tgz', 'Bearer s3cret-token'],
      ['/@types%2fharbor', 'Bearer s3cret-token'],
    ]);
    await failureOf(origin.prepare(await find('buoy'), signal));
    expect(other.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/harbor/-/harbor-5.2.0.tgz', undefined],
    ]);
  });

  it.each([301, 302, 303, 307, 308])(
    'by a redirect (%i) to another origin gets no credentials',
    async (status) => {
      const other = await startOther();
      const { origin, find, registry } = await startTarballOrigin({ npmrc: withToken });
      registry.failAlways(redirectTo(`${other.url}harbor/-/harbor-5.2.0.tgz`, status), { path: tarballPath });
      await origin.prepare(await find('harbor'), signal);
      expect(registry.requests.at(-1)?.headers.authorization).toBe('Bearer s3cret-token');
      expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    },
  );

  it('is followed three times, within the registry with the credentials', async () => {
    const { find, locate, registry } = await startTarballOrigin({ npmrc: withToken });
    registry.failNext([redirectTo('/pebble'), redirectTo('./harbor'), redirectTo('/harbor')]);
    expect((await find('harbor')).version).toBe('5.2.0');
    expect(registry.requests).toHaveLength(4);
    expect(registry.requests.every(({ headers }) => headers.authorization === 'Bearer s3cret-token')).toBe(
      true,
    );
    registry.failAlways(redirectTo('/pebble'));
    const { code, message } = await failureOf(locate('pebble'));
    expect([code, message]).toEqual(['bad-answer', expect.stringContaining('more than 3 times')]);
    expect(registry.requests).toHaveLength(8);
  });

  it.each([
    ['plain http', 'http://files.example.com/x.tgz', 'not https'],
    ['a file', 'file:///etc/passwd', 'not https'],
    ['a password', 'https://user:pass@files.example.com/x.tgz', 'password'],
    ['a private address', 'https://10.0.0.8/x.tgz', 'private network'],
    ['the cloud metadata service', 'https://169.254.169.254/latest', 'private network'],
    ['a number that is an address', 'https://2130706434/x.tgz', 'private network'],
    ['another loopback address', 'http://127.0.0.2:1/x.tgz', 'private network'],
    ['localhost', 'http://localhost:1/x.tgz', 'private network'],
    ['a name that resolves to a private address', 'https://rebound.example.com/x.tgz', 'private network'],
    ['a name inside the network', 'https://intranet/x.tgz', 'private network'],
    ['nothing', 'not a url', 'no address'],
  ])('that is %s is not called', async (_title, tarballUrl, why) => {
    const resolveHost = async () => ['93.184.215.14', '192.168.1.4'];
    const { origin, find, registry } = await startTarballOrigin({
      registry: { packages: [versionOf({ tarballUrl })] },
      resolveHost,
    });
    const { code, message } = await failureOf(origin.prepare(await find('buoy'), signal));
    expect([code, message]).toEqual(['bad-answer', expect.stringContaining(why)]);
    expect(message).not.toContain('example.com');
    registry.failAlways(redirectTo(tarballUrl), { path: /harbor/ });
    if (tarballUrl.includes(':')) await failureOf(origin.locate({ name: 'harbor' }, undefined, signal));
  });

  it('is called as one whose address is looked at again, unless it is on the host of the registry', async () => {
    const sent: unknown[] = [];
    const send: Send = async ({ url, isForeignHost }) => {
      sent.push([url.host, isForeignHost]);
      const location = 'https://files.example.org/next';
      return {
        status: url.hostname === 'files.example.com' ? 302 : 200,
        headers: { location },
        body: new Uint8Array(),
      };
    };
    const ask = createAskRegistry({ send, resolveHost: async () => ['8.8.8.8'] });
    const registry = new URL('https://registry.example.com/');
    const config = readNpmConfig({ env: {} });
    for (const url of ['https://registry.example.com:8443/x', 'https://files.example.com/x'])
      await ask({ url: new URL(url), registry, accept: '*/*', config, signal });
    expect(sent).toEqual([
      ['registry.example.com:8443', false],
      ['files.example.com', true],
      ['files.example.org', true],
    ]);
  });

  it.each([
    ['127.0.0.1', true],
    ['[::1]', true],
    ['[::ffff:10.0.0.1]', true],
    ['[::ffff:8.8.8.8]', false],
    ['[64:ff9b::a00:1]', true],
    ['[2002:a00:1::]', true],
    ['[fd00::1]', true],
    ['[fe80::1]', true],
    ['[2606:4700::1111]', false],
    ['8.8.8.8', false],
    ['100.64.0.1', true],
    ['0.0.0.0', true],
    ['localhost.', true],
    ['printer.local', true],
    ['files.example.com', false],
    ['unknown.example.com', false],
  ])('%s lies in a private network: %s', async (host, expected) => {
    const resolveHost = async (name: string) => {
      if (name.startsWith('unknown')) throw new Error('ENOTFOUND');
      return ['8.8.8.8', '2606:4700::1111'];
    };
    expect(await isSpecialHost(host, resolveHost)).toBe(expected);
  });
});

describe('a token', () => {
  it('is not sent over plain http, except to this machine', async () => {
    const sent: string[] = [];
    const send: Send = async ({ url, headers }) => {
      sent.push(`${url.hostname} ${headers.authorization}`);
      return { status: 200, headers: {}, body: new Uint8Array() };
    };
    const ask = createAskRegistry({ send, resolveHost: async () => [] });
    const userFile = '//registry.example.com/:_authToken=t0ken\n//127.0.0.1:4873/:_authToken=t0ken';
    const config = readNpmConfig({ userFile, env: {} });
    const from = (text: string) =>
      ask({ url: new URL('/harbor', text), registry: new URL(text), accept: '*/*', config, signal });
    expect(await failureOf(from('http://registry.example.com/'))).toMatchObject({ code: 'bad-config' });
    await from('https://registry.example.com/');
    await from('http://127.0.0.1:4873/');
    await from('http://elsewhere.example.com/');
    expect(sent).toEqual([
      'registry.example.com Bearer t0ken',
      '127.0.0.1 Bearer t0ken',
      'elsewhere.example.com undefined',
    ]);
  });

  it('stands in no error, no log and no file', async () => {
    const { origin, find, locate, log, registry } = await startTarballOrigin({ npmrc: withToken });
    const located = await find('harbor');
    await origin.prepare(located, signal);
    registry.failAlways({ kind: 'answer', status: 403, body: '' });
    const { message } = await failureOf(locate('pebble'));
    expect(`${message} ${log.join('')} ${JSON.stringify(located)}`).not.toContain('s3cret');
  });
});

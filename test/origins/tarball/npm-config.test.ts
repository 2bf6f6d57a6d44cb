import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAskNpm } from '../../../src/origins/tarball/npm-config/ask-npm.ts';
import { createLoadNpmConfig } from '../../../src/origins/tarball/npm-config/load-npm-config.ts';
import { authorizationFor, mappedRegistry } from '../../../src/origins/tarball/npm-config/npm-config.ts';
import { parseNpmrc } from '../../../src/origins/tarball/npm-config/parse-npmrc.ts';
import {
  type NpmConfigInput,
  readNpmConfig,
} from '../../../src/origins/tarball/npm-config/read-npm-config.ts';
import { temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import { projectWith } from './start-tarball-origin.ts';

const read = (input: Partial<NpmConfigInput>) => readNpmConfig({ env: {}, ...input });
const tokenAt = (url: string, input: Partial<NpmConfigInput>) => authorizationFor(new URL(url), read(input));

describe('an .npmrc', () => {
  it('is read in the dialect of npm', () => {
    const text = [
      '\uFEFF; a comment',
      '# another',
      ' registry = https://one.example.com/ # behind it',
      '"quoted" = "a \\"b\\" ; c"',
      "single='x # y'",
      'escaped = a\\;b\\#c\\\\d',
      'broken="a"b"',
      'token=abc==',
      'switch',
      '',
      '[section]',
      'registry=https://two.example.com/',
    ].join('\r\n');
    expect(parseNpmrc(text)).toEqual([
      ['registry', 'https://one.example.com/'],
      ['quoted', 'a "b" ; c'],
      ['single', 'x # y'],
      ['escaped', 'a;b#c\\d'],
      ['broken', '"a"b"'],
      ['token', 'abc=='],
      ['switch', 'true'],
    ]);
  });

  it('is read as the real npm reads it', () => {
    const home = temporaryFolder();
    const userFile = `registry = https://one.example.com/npm ; behind\n@acme:registry=https://\${HOST_PART}.example.com/\n`;
    writeFiles(home, { '.npmrc': userFile });
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: home,
      HOST_PART: 'two',
      npm_config_globalconfig: join(home, 'none'),
    };
    const npm = (key: string) =>
      execFileSync('npm', ['config', 'get', key], { cwd: home, env, encoding: 'utf8' }).trim();
    const config = read({ userFile, env });
    expect(config.registry?.replace(/\/$/, '')).toBe(npm('registry').replace(/\/$/, ''));
    expect(config.scopes.get('@acme')).toBe(npm('@acme:registry'));
  });
});

describe("npm's configuration", () => {
  it('comes from the environment, then the project, then the user, then the machine', () => {
    const layers = {
      globalFile: 'registry=https://machine.example.com\n@g:registry=https://g.example.com',
      userFile: 'registry=https://user.example.com',
      projectFile: 'registry=https://project.example.com/a/b',
      env: { NPM_CONFIG_REGISTRY: 'https://env.example.com' },
    };
    expect(read(layers).registry).toBe('https://env.example.com/');
    expect(read({ ...layers, env: {} }).registry).toBe('https://project.example.com/a/b/');
    expect(read({ ...layers, env: {}, projectFile: '' }).registry).toBe('https://user.example.com/');
    expect(read({ globalFile: layers.globalFile }).registry).toBe('https://machine.example.com/');
    expect(read({}).registry).toBeUndefined();
    expect(mappedRegistry('@g/x', read(layers))).toBe('https://g.example.com/');
    expect(mappedRegistry('g', read(layers))).toBeUndefined();
    expect(Object.isFrozen(read(layers))).toBe(true);
  });

  it('is taken from the last line of a file, and scopes in any case', () => {
    const config = read({
      userFile:
        'registry=https://a.example.com\nregistry=https://b.example.com\n@Acme:registry=https://c.example.com',
    });
    expect(config.registry).toBe('https://b.example.com/');
    expect(mappedRegistry('@acme/x', config)).toBe('https://c.example.com/');
  });

  it.each([
    'https://user:pass@a.example.com/',
    'ftp://a.example.com',
    'file:///tmp',
    'a.example.com',
    'https://a.example.com/?token=1',
    '',
  ])('takes no registry of %j', (registry) => {
    expect(read({ userFile: `registry=${registry}` }).registry).toBeUndefined();
  });

  it('expands the environment for the user and the machine, and leaves out what is not set', () => {
    const env = { TOKEN: 't0ken', HOST_PART: 'npm' };
    const userFile = [
      `registry=https://\${HOST_PART}.example.com`,
      `//\${HOST_PART}.example.com/:_authToken=\${TOKEN}`,
      `//b.example.com/:_authToken=\${NOT_SET}`,
      `//c.example.com/:_authToken=\${NOT_SET?}x`,
      `//d.example.com/:_authToken=\\\${TOKEN}`,
    ].join('\n');
    const config = read({ userFile, env });
    expect(config.registry).toBe('https://npm.example.com/');
    expect([...config.authorizations]).toEqual([
      ['//npm.example.com/', 'Bearer t0ken'],
      ['//c.example.com/', 'Bearer x'],
      ['//d.example.com/', `Bearer \${TOKEN}`],
    ]);
  });
});

describe("a project's .npmrc", () => {
  it('gives literal addresses of registries and nothing else', () => {
    const projectFile = [
      'registry=https://registry.example.com/',
      '@acme:registry=https://acme.example.com/',
      '//registry.example.com/:_authToken=planted',
      '_authToken=planted',
      'cafile=/etc/evil.pem',
      'strict-ssl=false',
      'proxy=http://evil.example.com',
    ].join('\n');
    expect(read({ projectFile })).toEqual({
      registry: 'https://registry.example.com/',
      registryFrom: 'project',
      scopes: new Map([['@acme', 'https://acme.example.com/']]),
      authorizations: new Map(),
      refused: new Set(),
    });
  });

  it('is told from the others that name a registry', () => {
    const registry = 'registry=https://registry.example.com/';
    expect(read({ projectFile: registry, userFile: registry })).toMatchObject({ registryFrom: 'project' });
    expect(read({ projectFile: 'registry=/tmp', userFile: registry })).toMatchObject({
      registryFrom: 'user',
    });
    expect(read({ globalFile: registry })).toMatchObject({ registryFrom: 'machine' });
    const env = { npm_config_registry: 'https://registry.example.com/' };
    expect(read({ projectFile: registry, env })).toMatchObject({ registryFrom: 'environment' });
    expect(read({ projectFile: '@a:registry=https://a.example.com/' }).registryFrom).toBeUndefined();
  });

  it('cannot read the environment', () => {
    const env = { NPM_TOKEN: 's3cret' };
    const projectFile = `registry=https://evil.example.com/\${NPM_TOKEN}/\n@a:registry=https://\${NPM_TOKEN}.example.com`;
    const config = read({ projectFile, env });
    expect(JSON.stringify([config.registry, ...config.scopes])).not.toContain('s3cret');
    expect(config).toMatchObject({ registry: undefined, refused: new Set(['registry', '@a:registry']) });
  });

  it('that names a registry in a way that is not taken leaves it to the user', () => {
    const projectFile = `@acme:registry=\${ACME}`;
    expect(read({ projectFile, userFile: '@acme:registry=https://acme.example.com' })).toMatchObject({
      scopes: new Map([['@acme', 'https://acme.example.com/']]),
      refused: new Set(),
    });
  });

  it("sends nobody's credentials elsewhere: they stay with their host and path", () => {
    const userFile = '//registry.example.com/:_authToken=t0ken';
    const projectFile = 'registry=https://evil.example.com/';
    expect(tokenAt('https://evil.example.com/x', { userFile, projectFile })).toBeUndefined();
  });
});

describe('credentials', () => {
  const userFile = [
    '//a.example.com/:_authToken=root',
    '//a.example.com/team:_authToken=team',
    '//a.example.com:8443/:_authToken=port',
    '//b.example.com/npm/:_auth=dXNlcjpwYXNz',
    '//c.example.com/:username=user',
    `//c.example.com/:_password=${Buffer.from('p4ss').toString('base64')}`,
    '_authToken=for-everyone',
    '//d.example.com/:_authToken=with space',
    '//E.example.com/:_authToken=upper',
  ].join('\n');

  it.each([
    ['https://a.example.com/x', 'Bearer root'],
    ['https://a.example.com/team/x', 'Bearer team'],
    ['https://a.example.com/team', 'Bearer team'],
    ['https://a.example.com/teammate/x', 'Bearer root'],
    ['https://a.example.com:8443/x', 'Bearer port'],
    ['https://a.example.com:8444/x', undefined],
    ['https://sub.a.example.com/x', undefined],
    ['https://a.example.com.evil.example/x', undefined],
    ['https://b.example.com/npm/x', 'Basic dXNlcjpwYXNz'],
    ['https://b.example.com/x', undefined],
    ['https://c.example.com/x', `Basic ${Buffer.from('user:p4ss').toString('base64')}`],
    ['https://d.example.com/x', undefined],
    ['https://e.example.com/x', 'Bearer upper'],
  ])('for %s are %s', (url, expected) => {
    expect(tokenAt(url, { userFile })).toBe(expected);
  });

  it('may come from the environment', () => {
    expect(
      tokenAt('https://a.example.com/', { env: { 'npm_config_//a.example.com/:_authToken': 'x' } }),
    ).toBe('Bearer x');
  });
});

describe('the files of the configuration', () => {
  it('are the one of the workspace root, the one of the home folder and the one of the machine', async () => {
    const home = temporaryFolder();
    writeFiles(home, {
      '.npmrc': '@u:registry=https://u.example.com',
      global: '@m:registry=https://m.example.com',
    });
    const project = projectWith({}, { '.npmrc': '@p:registry=https://p.example.com' });
    const load = createLoadNpmConfig({
      env: { NPM_CONFIG_GLOBALCONFIG: join(home, 'global') },
      homeFolder: home,
    });
    expect([...(await load(project)).scopes.keys()].sort()).toEqual(['@m', '@p', '@u']);
    expect([...(await load(undefined)).scopes.keys()].sort()).toEqual(['@m', '@u']);
  });

  it('may be named by the environment', async () => {
    const home = temporaryFolder();
    writeFiles(home, {
      '.npmrc': 'registry=https://no.example.com',
      other: 'registry=https://yes.example.com',
      'prefix/etc/npmrc': '@m:registry=https://m.example.com',
    });
    const env = { npm_config_userconfig: join(home, 'other'), npm_config_prefix: join(home, 'prefix') };
    const config = await createLoadNpmConfig({ env, homeFolder: home })(undefined);
    expect(config).toMatchObject({
      registry: 'https://yes.example.com/',
      registryFrom: 'user',
      scopes: new Map([['@m', 'https://m.example.com/']]),
    });
  });

  it.skipIf(process.platform === 'win32')('may be a FIFO, which is not waited for', async () => {
    const project = projectWith({});
    execFileSync('mkfifo', [join(project.folder, '.npmrc')]);
    const load = createLoadNpmConfig({ env: {}, homeFolder: temporaryFolder() });
    expect((await load(project)).refused.size).toBe(0);
  });
});

describe('npm itself', () => {
  it('is asked in the home folder which registry it uses, once', async () => {
    const home = temporaryFolder();
    writeFiles(home, { '.npmrc': 'registry=https://asked.example.com/npm' });
    const env = { PATH: process.env.PATH ?? '', HOME: home };
    const ask = createAskNpm({ env, homeFolder: home });
    const first = ask();
    expect(ask()).toBe(first);
    expect(await first).toBe('https://asked.example.com/npm/');
  });

  it('has a default of its own where nothing is configured', async () => {
    const home = temporaryFolder();
    const env = { PATH: process.env.PATH ?? '', HOME: home, npm_config_globalconfig: join(home, 'none') };
    expect(await createAskNpm({ env, homeFolder: home })()).toMatch(/^https:\/\/.+\/$/);
  });

  it('that does not answer in time, or with no address, is an error that says what to configure', async () => {
    const home = temporaryFolder();
    const env = { PATH: '', HOME: home };
    const failing = createAskNpm({ env, homeFolder: home, timeoutMs: 1 });
    await expect(failing()).rejects.toMatchObject({
      code: 'bad-config',
      next: expect.stringContaining('registry=<url>'),
    });
    await expect(failing()).rejects.toMatchObject({ code: 'bad-config' });
    await expect(createAskNpm({ env, homeFolder: join(home, 'gone') })()).rejects.toMatchObject({
      code: 'bad-config',
    });
  });

  it.skipIf(process.platform === 'win32')('is never the one that a project puts on the path', async () => {
    const home = temporaryFolder();
    const planted = join(home, 'project/node_modules/.bin');
    mkdirSync(planted, { recursive: true });
    writeFileSync(
      join(planted, 'npm'),
      `#!/bin/sh\ntouch ${join(home, 'ran')}\necho https://evil.example.com\n`,
    );
    chmodSync(join(planted, 'npm'), 0o755);
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'bin/npm'), '#!/bin/sh\necho https://good.example.com\n');
    chmodSync(join(home, 'bin/npm'), 0o755);
    const env = { PATH: `${planted}:relative:${join(home, 'bin')}`, HOME: home };
    const ask = createAskNpm({ env, homeFolder: home, nodeFile: join(home, 'node') });
    expect(await ask()).toBe('https://good.example.com/');
  });
});

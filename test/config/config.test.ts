import { describe, expect, it } from 'vitest';
import { type ConfigInput, context7IsOn, readConfig } from '../../src/config/config.ts';
import { settings } from '../../src/config/settings.ts';
import { DocpinError } from '../../src/errors.ts';

function read(argv: string[], rest: Partial<ConfigInput> = {}) {
  return readConfig({
    argv,
    env: {},
    workingFolder: '/work',
    homeFolder: '/home/me',
    defaultCacheFolder: '/cache',
    defaultConfigFile: '/config.json',
    readFile: () => undefined,
    ...rest,
  });
}

function faultOf(run: () => unknown): DocpinError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof DocpinError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was refused');
}

describe('readConfig', () => {
  it('serves when nothing is asked', () => {
    const config = read([]);
    expect(config).toMatchObject({
      command: 'serve',
      offline: false,
      cacheDir: '/cache',
      tokens: 2_500,
      page: 1,
      mode: 'all',
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('takes a flag before the environment, that before the file, that before the default', () => {
    const file = JSON.stringify({ project: '/from-file', logLevel: 'info', cacheDir: '/file-cache' });
    const config = read(['docs', 'zod', '--project', '/from-flag'], {
      env: { DOCPIN_PROJECT: '/from-env', DOCPIN_LOG_LEVEL: 'debug' },
      readFile: () => file,
    });
    expect(config).toMatchObject({
      project: '/from-flag',
      logLevel: 'debug',
      cacheDir: '/file-cache',
      tokens: 2_500,
    });
  });

  it('splits command and operands', () => {
    expect(read(['docs', 'zod', 'parse', 'an', 'env', '--json'])).toMatchObject({
      command: 'docs',
      operands: ['zod', 'parse', 'an', 'env'],
      json: true,
    });
  });

  it('takes an operand that looks like a flag behind two dashes', () => {
    expect(read(['docs', 'zod', '--', '--strict']).operands).toEqual(['zod', '--strict']);
  });

  it('reports every fault at once, each with its place', () => {
    const error = faultOf(() =>
      read(['docs', '--bogus', '--page', '11', '--tokens', 'many', '--json=yes', '--project'], {
        env: { CONTEXT7_API_URL: 'ftp://x', DOCPIN_OFFLINE: 'maybe' },
      }),
    );
    expect(error.code).toBe('bad-config');
    for (const part of [
      '--bogus',
      '--page',
      '--tokens',
      '--json',
      '--project',
      'CONTEXT7_API_URL',
      'DOCPIN_OFFLINE',
      'docpin --help',
    ]) {
      expect(error.message).toContain(part);
    }
  });

  it('refuses an unknown command', () => {
    expect(faultOf(() => read(['srve'])).message).toContain('"srve" is not a command');
  });

  it.each([
    'short',
    'has space in it',
    'ctx7sk-\u00e9\u00e9\u00e9\u00e9',
    `\${CONTEXT7_API_KEY}`,
    '$CONTEXT7_API_KEY',
    'x'.repeat(501),
  ])('refuses the key %j and does not repeat it', (key) => {
    const error = faultOf(() => read([], { env: { CONTEXT7_API_KEY: key } }));
    expect(error.message).toMatch(/^CONTEXT7_API_KEY (?:must be|is the name)/);
    expect(error.message.replaceAll('CONTEXT7_API_KEY', '')).not.toContain(
      key.replaceAll('CONTEXT7_API_KEY', ''),
    );
  });

  it.each(['not a url', 'https://user:pass@context7.com/api', 'https://context7.com/api?x=1', 'file:///etc'])(
    'refuses the base URL %j',
    (url) => {
      expect(faultOf(() => read([], { env: { CONTEXT7_API_URL: url } })).code).toBe('bad-config');
    },
  );

  it('refuses to send a key over plain http beyond this machine', () => {
    const env = { CONTEXT7_API_KEY: 'ctx7sk-12345678', CONTEXT7_API_URL: 'http://docs.example.com/api' };
    expect(faultOf(() => read([], { env })).message).toContain('https');
    expect(read([], { env: { ...env, CONTEXT7_API_URL: 'http://127.0.0.1:8080/api' } }).context7ApiUrl).toBe(
      'http://127.0.0.1:8080/api',
    );
  });

  it.each([
    ['{', 'one JSON object'],
    ['[]', 'one JSON object'],
    ['{"projcet": "/x"}', 'unknown key "projcet"'],
    ['{"context7ApiKey": "ctx7sk-12345678"}', 'unknown key "context7ApiKey"'],
    ['{"offline": "perhaps"}', '"offline" in the configuration file must be true or false'],
  ])('says what is wrong with the configuration file %s', (text, message) => {
    expect(faultOf(() => read([], { readFile: () => text })).message).toContain(message);
  });

  it('insists on a configuration file that was named', () => {
    expect(faultOf(() => read(['--config', '/nowhere.json'])).message).toContain(
      '/nowhere.json cannot be read',
    );
    expect(faultOf(() => read([], { env: { DOCPIN_CONFIG: '/nowhere.json' } })).message).toContain(
      '/nowhere.json',
    );
  });

  it('treats empty variables as not set', () => {
    expect(read([], { env: { CONTEXT7_API_KEY: '', DOCPIN_PROJECT: ' ' } })).not.toHaveProperty(
      'context7ApiKey',
    );
  });

  it('has every setting of the schema in the settings list and the other way round', () => {
    const config = read([]);
    const names = new Set(settings.map(({ name }) => name));
    for (const name of Object.keys(config)) {
      if (!['command', 'operands', 'surroundings', 'audience'].includes(name)) expect(names).toContain(name);
    }
  });
});

describe('context7IsOn', () => {
  it.each([
    [{}, [], false],
    [{ CONTEXT7_API_KEY: 'ctx7sk-12345678' }, [], true],
    [{ CONTEXT7_API_URL: 'https://docs.example.com/api' }, [], true],
    [{}, ['--sources', 'indexed,context7'], true],
    [{ CONTEXT7_API_KEY: 'ctx7sk-12345678' }, ['--sources', 'indexed'], false],
    [{ CONTEXT7_API_KEY: 'ctx7sk-12345678' }, ['--offline'], false],
  ])('with %j and %j: %s', (env, argv, expected) => {
    expect(context7IsOn(read(argv, { env }))).toBe(expected);
  });
});

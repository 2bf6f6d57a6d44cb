import { describe, expect, it } from 'vitest';
import { type ConfigInput, readConfig } from '../../src/config/config.ts';
import { configForCallers } from '../../src/config/config-for-callers.ts';

function read(argv: string[], rest: Partial<ConfigInput> = {}) {
  return readConfig({
    argv: ['--transport', 'http', ...argv],
    env: {},
    workingFolder: '/srv/app',
    homeFolder: '/home/me',
    defaultCacheFolder: '/cache',
    defaultConfigFile: '/config.json',
    readFile: () => undefined,
    ...rest,
  });
}

const operator = {
  env: {
    PATH: '/bin',
    CONTEXT7_API_KEY: 'ctx7sk-canary-operator',
    CONTEXTREPO_API_KEY: 'gm_canary_operator',
    DOCPIN_CACHE_PRIVATE: 'true',
    DOCPIN_PROJECT: '/srv/canary-project',
    CLAUDE_PROJECT_DIR: '/srv/canary-client',
    NPM_TOKEN: 'npm-canary',
    npm_config_registry: 'https://canary.example/',
    'npm_config_//canary.example/:_authToken': 'npm-canary',
    NPM_CONFIG_USERCONFIG: '/home/me/canary-npmrc',
  },
};
const served = (...argv: string[]) => configForCallers(read(argv, operator));

describe('what callers are served by', () => {
  it('has nothing of the operator', () => {
    const config = served();
    expect(JSON.stringify(config)).not.toContain('canary');
    expect(JSON.stringify(config)).not.toContain('/srv/');
    expect(config).toMatchObject({ cacheDir: '/cache/http', audience: 'callers' });
    expect(config.surroundings).toMatchObject({ workingFolder: '/', clientFolder: undefined });
    expect(Object.isFrozen(config)).toBe(true);
    // Nor do copies of callers' private documents rest on the operator's disk.
    expect(config.cachePrivate).toBe(false);
  });

  it("has the operator's Context Repo key where that is shared", () => {
    expect(served('--share', 'context-repo').contextRepoApiKey).toBe('gm_canary_operator');
    expect(served('--share', 'context7-key,project').contextRepoApiKey).toBeUndefined();
    const token = { env: { CONTEXTREPO_TOKEN: 'canary.token' } };
    expect(configForCallers(read([], token)).contextRepoToken).toBeUndefined();
    expect(configForCallers(read(['--share', 'context-repo'], token)).contextRepoToken).toBe('canary.token');
  });

  it('is another audience for each choice of what is shared, and the operator none of them', () => {
    const choices = ['', 'npm-auth', 'project', 'project,npm-auth', 'local', 'context7-key', 'context-repo'];
    const audiences = choices.map((share) => served(...(share === '' ? [] : ['--share', share])).audience);
    expect(audiences).toEqual([
      'callers',
      'callers npm-auth',
      'callers project',
      'callers npm-auth project',
      'callers local',
      // What an API answers is kept by the credential that it was asked with.
      'callers',
      'callers',
    ]);
    expect(read([]).audience).toBe('');
  });

  it.each<[share: string, key: boolean, project: boolean, npm: boolean]>([
    ['context7-key', true, false, false],
    ['project', false, true, false],
    ['npm-auth', false, false, true],
    ['context7-key,project,npm-auth', true, true, true],
    ['local,context-repo', false, false, false],
  ])('with --share %s has that and nothing else', (share, hasKey, hasProject, hasNpm) => {
    const { context7ApiKey, project, surroundings } = served('--share', share);
    expect(context7ApiKey !== undefined).toBe(hasKey);
    expect(project !== undefined).toBe(hasProject);
    expect(surroundings.workingFolder).toBe(hasProject ? '/srv/app' : '/');
    expect(surroundings.clientFolder !== undefined).toBe(hasProject);
    expect(surroundings.env.NPM_TOKEN !== undefined).toBe(hasNpm);
  });

  it('asks the registry that is named for them, whatever is shared', () => {
    for (const share of [[], ['--share', 'npm-auth']]) {
      const { env } = served('--registry', 'https://mirror.example/npm', ...share).surroundings;
      expect(env.npm_config_registry).toBe('https://mirror.example/npm');
    }
  });
});

describe('who may reach a server', () => {
  const refusalOf = (...argv: string[]): string => {
    try {
      read(argv);
      return '';
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : '';
    }
  };

  it.each(['127.0.0.1', '127.0.0.53', 'localhost', '::1'])(
    'is this machine at %s, without a word',
    (host) => {
      expect(refusalOf('--host', host)).toBe('');
    },
  );

  it.each(['0.0.0.0', '::', '192.168.1.4', 'docs.example', '2001:db8::1', 'localhost.example'])(
    'is not everybody at %s, unless somebody says so',
    (host) => {
      expect(refusalOf('--host', host)).toMatch(/can be reached from other machines.*--auth-token-file/);
      expect(refusalOf('--host', host, '--auth-token-file', '/tokens')).toBe('');
      expect(refusalOf('--host', host, '--allow-unauthenticated')).toBe('');
    },
  );

  it('is not any web page, unless somebody says so', () => {
    expect(refusalOf('--allow-host', '*')).toMatch(/any web page/);
    expect(refusalOf('--allow-host', '*', '--auth-token-file', '/tokens')).toBe('');
  });

  it('is not said in two ways', () => {
    expect(refusalOf('--auth-token-file', '/tokens', '--allow-unauthenticated')).toMatch(/contradict/);
  });

  it.each([
    ['--port', '65536'],
    ['--port', '-1'],
    ['--host', 'http://localhost'],
    ['--host', 'a b'],
    ['--host', '300.1.1.1'],
    ['--host', '1.2.3.4.5'],
    ['--host', '08.1.1.1'],
    ['--host', 'xn--a'],
    ['--host', 'fe80::1%eth0'],
    ['--allow-host', 'docs.example:80'],
    ['--allow-host', 'https://docs.example'],
    ['--allow-origin', 'app.example'],
    ['--allow-origin', 'https://app.example/'],
    ['--allow-origin', '*'],
    ['--allow-origin', 'null'],
    ['--share', 'everything'],
    ['--trusted-proxy', '10.0.0.0/33'],
    ['--trusted-proxy', 'proxy.example'],
    ['--registry', 'ftp://registry.example'],
    ['--rate-limit', 'none'],
    ['--log-format', 'xml'],
    ['--transport', 'sse'],
  ])('%s %s is refused', (flag, value) => {
    expect(refusalOf(flag, value)).toContain(flag);
  });

  it('is asked for nothing where stdio is served, nor by other commands', () => {
    expect(refusalOf('--transport', 'stdio', '--host', '0.0.0.0')).toBe('');
    expect(refusalOf('list', '--host', '0.0.0.0', '--allow-host', '*')).toBe('');
  });
});

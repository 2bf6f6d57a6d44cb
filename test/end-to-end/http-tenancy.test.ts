import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashAccessToken, makeAccessToken, tokenLine } from '../../src/access-token.ts';
import { type CallResult, connectClient } from '../setup/built-docpin.ts';
import { connectCaller, startBuiltHttp } from '../setup/built-http.ts';
import { writeFiles } from '../setup/fixture-projects.ts';
import {
  type ContextRepoStandIn,
  startContextRepoStandIn,
} from '../stand-ins/context-repo/context-repo-stand-in.ts';
import { ids } from '../stand-ins/context-repo/seed.ts';
import { type Context7StandIn, startContext7StandIn } from '../stand-ins/context7/context7-stand-in.ts';
import { keys } from '../stand-ins/context7/libraries.ts';
import { pack } from '../stand-ins/registry/packages.ts';
import { type RegistryStandIn, startRegistryStandIn } from '../stand-ins/registry/registry-stand-in.ts';

/** What each has in which store, and what shows that it got out. Nothing reads folders yet, so that store cannot leak. */
const canaries = {
  'npm-auth of the operator': 'CANARY-OF-THE-REGISTRY',
  'project of the operator': 'CANARY-OF-THE-PROJECT',
  'local of the operator': 'CANARY-OF-THE-FOLDER',
  'corpus of the operator': 'CANARY-OF-THE-INDEX',
  'context7-key of the operator': 'CANARY-OF-KEY-ONE',
  'context-repo of the operator': 'of ann',
  'context7-key of one': 'CANARY-OF-KEY-TWO',
  'context-repo of one': 'of bob',
  'context7-key of two': 'CANARY-OF-KEY-THREE',
  'context-repo of two': 'of cyd',
} as const;
type Canary = keyof typeof canaries;

const foundIn = (text: string) =>
  (Object.keys(canaries) as Canary[]).filter((name) => text.includes(canaries[name]));

const npmToken = 'npm-token-of-the-operator';
const tokens = { one: makeAccessToken(), two: makeAccessToken() };
const withoutKeys = { CONTEXT7_API_KEY: '', CONTEXTREPO_API_KEY: '' };

interface House {
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly registry: RegistryStandIn;
  readonly context7: Context7StandIn;
  readonly contextRepo: ContextRepoStandIn;
  /** What callers bring, by their names. */
  readonly headers: Readonly<Record<keyof typeof tokens, Readonly<Record<string, string>>>>;
}
let house: House;

/** One operator and one folder of data for all servers, one after the other, so that each finds what the ones before have kept. */
beforeAll(async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'docpin-tenancy-'));
  const packageOf = (name: string, canary: Canary) => ({
    'package.json': { name, version: '1.0.0', main: 'index.js' },
    'README.md': `# ${name}\n\nThe cellar holds the ${canaries[canary]} and some wine.\n`,
  });
  const put = (at: string, files: Record<string, string | object>) => writeFiles(join(folder, at), files);
  put('cellar', packageOf('cellar', 'npm-auth of the operator'));
  put('crypt', packageOf('crypt', 'corpus of the operator'));
  put('app', { 'package.json': { name: 'app', dependencies: { attic: '^1.0.0' } } });
  put('app/node_modules/attic', packageOf('attic', 'project of the operator'));
  put('app', { 'handbook.md': `# Handbook\n\n${canaries['local of the operator']}\n` });
  const registry = await startRegistryStandIn({
    packages: pack([join(folder, 'cellar'), join(folder, 'crypt')]),
  });
  registry.requireAuthorization(`Bearer ${npmToken}`);
  const { host } = new URL(registry.url);
  put('home', { '.npmrc': `registry=${registry.url}\n//${host}/:_authToken=${npmToken}\n` });
  const lines = Object.entries(tokens).map(([name, token]) => tokenLine(name, hashAccessToken(token)));
  put('.', { tokens: lines.join('\n') });
  const context7 = await startContext7StandIn();
  const contextRepo = await startContextRepoStandIn();
  const keyOf = (user: string) => contextRepo.addKey(user, ['documents.read']);
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    DOCPIN_UPSTREAM_ATTEMPTS: '1',
    DOCPIN_REGISTRY: registry.url,
    DOCPIN_PROJECT: join(folder, 'app'),
    CLAUDE_PROJECT_DIR: join(folder, 'app'),
    CONTEXT7_API_URL: context7.baseUrl,
    CONTEXT7_API_KEY: keys.one,
    CONTEXTREPO_API_URL: contextRepo.baseUrl,
    CONTEXTREPO_API_KEY: keyOf('ann'),
  };
  const headers = {
    one: { 'X-Context7-API-Key': keys.two, 'X-Context-Repo-API-Key': keyOf('bob') },
    two: { 'X-Context7-API-Key': keys.three, 'X-Context-Repo-API-Key': keyOf('cyd') },
  };
  house = { folder, env, registry, context7, contextRepo, headers };
});

afterAll(async () => {
  await Promise.all([house.registry.close(), house.context7.close(), house.contextRepo.close()]);
  rmSync(house.folder, { recursive: true, force: true });
});

/** Everything that somebody could try to get at what is another's. */
const attempts: readonly (readonly [tool: string, args: Record<string, unknown>])[] = [
  ['get-docs', { library: 'cellar@1.0.0' }],
  ['get-docs', { library: 'npm:cellar@1.0.0', query: 'wine in the cellar' }],
  ['get-docs', { library: 'cellar' }],
  ['resolve-library', { name: 'cellar' }],
  ['get-docs', { library: 'npm:crypt@1.0.0', query: 'wine in the cellar' }],
  ['get-docs', { library: 'attic' }],
  ['get-docs', { library: 'npm:attic@1.0.0', query: 'wine in the cellar' }],
  ['resolve-library', { name: 'attic' }],
  ['get-docs', { library: 'local:handbook' }],
  ['get-docs', { library: '/acme/secret', query: 'cellar', mode: 'info' }],
  ['get-docs', { library: '/lodger/second', query: 'cellar', mode: 'info' }],
  ['get-docs', { library: '/lodger/third', query: 'cellar', mode: 'info' }],
  ['resolve-library', { name: 'acme secret' }],
  ['get-docs', { library: `context-repo:document/${ids.handbook}`, query: 'roll back a deploy' }],
  ['get-docs', { library: `context-repo:document/${ids.onlyBobs}` }],
  ['get-docs', { library: 'context-repo:all', query: 'roll back a deploy' }],
  ['resolve-library', { name: 'team handbook' }],
];

interface Asker {
  callTool(name: string, args: Record<string, unknown>): Promise<CallResult>;
}

async function tryAll(asker: Asker): Promise<string> {
  let text = '';
  for (const [tool, args] of attempts)
    text += JSON.stringify(await asker.callTool(tool, { ...args, project: join(house.folder, 'app') }));
  return text;
}

/** What the operator reads, who has no server of HTTP before them. */
async function tryAsOperator(env: Readonly<Record<string, string>> = {}): Promise<string> {
  const cwd = join(house.folder, 'app');
  return tryAll(await connectClient('v2 auto', { cwd, env: { ...house.env, ...env } }));
}

async function serve(share: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const logging = ['--log-format', 'json', '--log-level', 'debug'];
  const server = await startBuiltHttp({
    cwd: join(house.folder, 'app'),
    env: { ...house.env, ...env },
    args: [
      ...(share.length === 0 ? [] : ['--share', share.join(',')]),
      '--auth-token-file',
      join(house.folder, 'tokens'),
      ...logging,
    ],
  });
  return {
    log: server.stderr,
    tryAs: async (name: keyof typeof tokens, headers: Readonly<Record<string, string>> = {}) =>
      tryAll(await connectCaller(server.url, { authorization: `Bearer ${tokens[name]}`, ...headers })),
    async end() {
      server.child.kill('SIGTERM');
      await server.exited;
    },
  };
}

const ofOperator = ['npm-auth', 'project', 'corpus', 'context7-key', 'context-repo'].map(
  (store) => `${store} of the operator`,
);

describe('what the operator has', () => {
  it('is there, for the operator and for callers to whom it was lent once', async () => {
    expect(foundIn(await tryAsOperator())).toEqual(ofOperator);
    const { tryAs, end } = await serve(['npm-auth']);
    const lent = ['npm-auth of the operator', 'corpus of the operator'];
    expect(foundIn(await tryAs('one'))).toEqual(lent);
    await end();
    // From here on it is in the index alone, with the operator's rows and with those of callers who were lent the registry.
    house.registry.failAlways({ kind: 'answer', status: 404, body: '' }, { path: /crypt/ });
    expect(foundIn(await tryAsOperator())).toEqual(ofOperator);
  }, 120_000);

  it.each([
    [['npm-auth'], ['npm-auth', 'corpus']],
    [['project'], ['project']],
    [['context7-key'], ['context7-key']],
    [['context-repo'], ['context-repo']],
    [['local'], []],
    [[], []],
  ])(
    'is lent to callers as far as --share says: %s',
    async (share, lent) => {
      const { tryAs, end, log } = await serve(share);
      expect(foundIn(await tryAs('one'))).toEqual(lent.map((store) => `${store} of the operator`));
      await end();
      expect(foundIn(log())).toEqual([]);
      expect(log()).not.toMatch(
        new RegExp([npmToken, keys.one, 'docpin_', house.env.CONTEXTREPO_API_KEY].join('|')),
      );
    },
    60_000,
  );
});

describe('what anybody has', () => {
  // A server that has keys, lent to nobody, and one that has none: what callers bring must not become its own.
  it.each([
    ['has keys', {}],
    ['has no keys', withoutKeys],
  ])(
    'is theirs alone, where the operator %s: for other callers, for the same without keys, and for the operator',
    async (_, env) => {
      const { tryAs, end, log } = await serve([], env);
      const { one, two } = house.headers;
      const own = (name: string) => [`context7-key of ${name}`, `context-repo of ${name}`];
      // Twice, as each finds what the others have left.
      for (let round = 0; round < 2; round += 1) {
        expect(foundIn(await tryAs('one', one))).toEqual(own('one'));
        expect(foundIn(await tryAs('two', two))).toEqual(own('two'));
        expect(foundIn(await tryAs('one'))).toEqual([]);
        expect(foundIn(await tryAs('two'))).toEqual([]);
      }
      await end();
      for (const secret of [...Object.values(one), ...Object.values(two), 'docpin_'])
        expect(log()).not.toContain(secret);
      expect(foundIn(log())).toEqual([]);
      const inReach = ofOperator.filter((name) => (env === withoutKeys ? !/key|repo/.test(name) : true));
      expect(foundIn(await tryAsOperator(env))).toEqual(inReach);
    },
    120_000,
  );
});

it('no token of docpin’s and no credential of another’s ever went to an upstream', () => {
  const { registry, context7, contextRepo, headers, env } = house;
  const sent = (server: { readonly requests: readonly unknown[] }) => JSON.stringify(server.requests);
  for (const server of [registry, context7, contextRepo]) {
    expect(server.requests.length).toBeGreaterThan(0);
    expect(sent(server)).not.toContain('docpin_');
  }
  const keysOfContext7 = Object.values(keys);
  const keysOfContextRepo = [
    String(env.CONTEXTREPO_API_KEY),
    headers.one['X-Context-Repo-API-Key'],
    headers.two['X-Context-Repo-API-Key'],
  ];
  for (const [server, foreign] of [
    [registry, [...keysOfContext7, ...keysOfContextRepo]],
    [context7, [npmToken, ...keysOfContextRepo]],
    [contextRepo, [npmToken, ...keysOfContext7]],
  ] as const)
    for (const credential of foreign) expect(sent(server)).not.toContain(credential);
});

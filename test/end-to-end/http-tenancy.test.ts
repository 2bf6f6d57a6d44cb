import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashAccessToken, makeAccessToken, tokenLine } from '../../src/access-token.ts';
import { runDocpinLater } from '../setup/built-docpin.ts';
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

/** What the operator has, by the word of `--share` that lends it, and what shows that it got out. */
const canaries = {
  'npm-auth': 'CANARY-OF-THE-REGISTRY',
  project: 'CANARY-OF-THE-PROJECT',
  local: 'CANARY-OF-THE-FOLDER',
  'context7-key': 'CANARY-OF-KEY-ONE',
  'context-repo': 'of ann',
} as const;
type Store = keyof typeof canaries;
const stores = Object.keys(canaries) as Store[];

const npmToken = 'npm-token-of-the-operator';
const [tokenOne, tokenTwo] = [makeAccessToken(), makeAccessToken()];

interface Operator {
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly registry: RegistryStandIn;
  readonly context7: Context7StandIn;
  readonly contextRepo: ContextRepoStandIn;
  readonly keyOfBob: string;
}
let operator: Operator;

/** One operator for all servers, one after the other, so that each finds what the ones before have kept. */
beforeAll(async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'docpin-tenancy-'));
  const packageOf = (name: string, text: string) => ({
    'package.json': { name, version: '1.0.0', main: 'index.js' },
    'README.md': `# ${name}\n\nThe cellar holds the ${text} and some wine.\n`,
  });
  const put = (at: string, files: Record<string, string | object>) => writeFiles(join(folder, at), files);
  put('private', packageOf('cellar', canaries['npm-auth']));
  put('app', { 'package.json': { name: 'app', dependencies: { attic: '^1.0.0' } } });
  put('app/node_modules/attic', packageOf('attic', canaries.project));
  put('app', { 'handbook.md': `# Handbook\n\n${canaries.local}\n` });
  const registry = await startRegistryStandIn({ packages: pack([join(folder, 'private')]) });
  registry.requireAuthorization(`Bearer ${npmToken}`);
  const { host } = new URL(registry.url);
  put('home', { '.npmrc': `registry=${registry.url}\n//${host}/:_authToken=${npmToken}\n` });
  put('.', {
    tokens: [
      ['one', tokenOne],
      ['two', tokenTwo],
    ]
      .map(([name = '', token = '']) => tokenLine(name, hashAccessToken(token)))
      .join('\n'),
  });
  const context7 = await startContext7StandIn();
  const contextRepo = await startContextRepoStandIn();
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
    CONTEXTREPO_API_KEY: contextRepo.addKey('ann', ['documents.read']),
  };
  const keyOfBob = contextRepo.addKey('bob', ['documents.read']);
  operator = { folder, env, registry, context7, contextRepo, keyOfBob };
});

afterAll(async () => {
  await Promise.all([operator.registry.close(), operator.context7.close(), operator.contextRepo.close()]);
  rmSync(operator.folder, { recursive: true, force: true });
});

/** Everything that a caller could try to get at the operator's things. */
const attempts: readonly (readonly [tool: string, args: Record<string, unknown>])[] = [
  ['get-docs', { library: 'cellar@1.0.0' }],
  ['get-docs', { library: 'npm:cellar@1.0.0', query: 'wine in the cellar' }],
  ['get-docs', { library: 'cellar' }],
  ['resolve-library', { name: 'cellar' }],
  ['get-docs', { library: 'attic' }],
  ['get-docs', { library: 'npm:attic@1.0.0', query: 'wine in the cellar' }],
  ['resolve-library', { name: 'attic' }],
  ['get-docs', { library: 'local:handbook' }],
  ['get-docs', { library: '/acme/secret', query: 'cellar', mode: 'info' }],
  ['resolve-library', { name: 'acme secret' }],
  ['get-docs', { library: `context-repo:document/${ids.handbook}`, query: 'roll back a deploy' }],
  ['get-docs', { library: 'context-repo:all', query: 'roll back a deploy' }],
  ['resolve-library', { name: 'team handbook' }],
];

async function serveAndTry(share: readonly Store[], headers: Readonly<Record<string, string>> = {}) {
  const cwd = join(operator.folder, 'app');
  const server = await startBuiltHttp({
    cwd,
    env: operator.env,
    args: [
      ...(share.length === 0 ? [] : ['--share', share.join(',')]),
      ...[
        '--auth-token-file',
        join(operator.folder, 'tokens'),
        '--log-format',
        'json',
        '--log-level',
        'debug',
      ],
    ],
  });
  const caller = await connectCaller(server.url, { authorization: `Bearer ${tokenOne}`, ...headers });
  let text = '';
  for (const [tool, args] of attempts)
    text += JSON.stringify(await caller.callTool(tool, { ...args, project: cwd }));
  server.child.kill('SIGTERM');
  await server.exited;
  return { text, log: server.stderr() };
}

const foundIn = (text: string): Store[] => stores.filter((store) => text.includes(canaries[store]));

describe('what the operator has', () => {
  it('is there: the operator reads all of it but the folder, which nothing reads yet', async () => {
    let text = '';
    for (const [tool, { library, name, query, mode }] of attempts) {
      const words = [library ?? name, ...(query === undefined ? [] : [query])].map(String);
      const args = [
        tool === 'get-docs' ? 'docs' : 'resolve',
        ...words,
        ...(mode === undefined ? [] : ['--mode', String(mode)]),
      ];
      text += (await runDocpinLater({ cwd: join(operator.folder, 'app'), env: operator.env, args })).stdout;
    }
    expect(foundIn(text)).toEqual(['npm-auth', 'project', 'context7-key', 'context-repo']);
  }, 60_000);

  it.each<Store[]>([['npm-auth'], ['project'], ['context7-key'], ['context-repo'], ['local'], []])(
    'is lent to callers as far as --share says: %s',
    async (...share) => {
      const { text, log } = await serveAndTry(share);
      // Of folders there is nothing yet that could be lent.
      expect(foundIn(text)).toEqual(share.filter((store) => store !== 'local'));
      expect(foundIn(log)).toEqual([]);
      expect(log).not.toMatch(
        new RegExp([npmToken, keys.one, 'docpin_', operator.env.CONTEXTREPO_API_KEY].join('|')),
      );
    },
    60_000,
  );

  it('is not among what a caller with keys of their own gets', async () => {
    const { text, log } = await serveAndTry([], {
      'X-Context7-API-Key': keys.two,
      'X-Context-Repo-API-Key': operator.keyOfBob,
    });
    expect(foundIn(text)).toEqual([]);
    expect(text).toContain('of bob');
    expect(log).not.toMatch(new RegExp([keys.two, operator.keyOfBob].join('|')));
  }, 60_000);
});

describe('what a caller brings', () => {
  it('is that caller’s alone, for the other callers and for the operator', async () => {
    const own = { 'X-Context7-API-Key': keys.one, 'X-Context-Repo-API-Key': operator.keyOfBob };
    const server = await startBuiltHttp({
      cwd: operator.folder,
      env: { ...operator.env, CONTEXT7_API_KEY: '', CONTEXTREPO_API_KEY: '' },
      args: ['--auth-token-file', join(operator.folder, 'tokens')],
    });
    const one = await connectCaller(server.url, { authorization: `Bearer ${tokenOne}`, ...own });
    const sameToken = await connectCaller(server.url, { authorization: `Bearer ${tokenOne}` });
    const two = await connectCaller(server.url, { authorization: `Bearer ${tokenTwo}` });
    const secret = { library: '/acme/secret', query: 'cellar', mode: 'info' };
    const diary = { library: `context-repo:document/${ids.onlyBobs}` };
    for (const args of [secret, diary]) {
      expect((await one.callTool('get-docs', args)).isError).toBe(false);
      for (const other of [sameToken, two]) {
        const answer = await other.callTool('get-docs', args);
        expect(answer.isError).toBe(true);
        expect(answer.text).not.toMatch(/CANARY|of bob/);
      }
    }
  }, 60_000);
});

it('no token of docpin’s and no credential of another’s ever went to an upstream', () => {
  const { registry, context7, contextRepo } = operator;
  const sent = (server: { readonly requests: readonly unknown[] }) => JSON.stringify(server.requests);
  for (const server of [registry, context7, contextRepo]) {
    expect(server.requests.length).toBeGreaterThan(0);
    expect(sent(server)).not.toContain('docpin_');
  }
  expect(sent(registry)).not.toMatch(new RegExp([keys.one, keys.two, operator.keyOfBob].join('|')));
  expect(sent(context7)).not.toMatch(new RegExp([npmToken, operator.keyOfBob].join('|')));
  expect(sent(contextRepo)).not.toMatch(new RegExp([npmToken, keys.one, keys.two].join('|')));
});

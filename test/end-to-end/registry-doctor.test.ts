import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cleanEnv, runDocpinLater } from '../setup/built-docpin.ts';
import { temporaryFolder, writeFiles } from '../setup/fixture-projects.ts';
import { startRegistryStandIn } from '../stand-ins/registry/registry-stand-in.ts';

async function startRegistry() {
  const registry = await startRegistryStandIn({ prefix: '/npm/' });
  onTestFinished(() => registry.close());
  return registry;
}

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly userFile?: string;
  readonly projectFile?: string;
  readonly args?: readonly string[];
}

/** What the doctor says of the registry, and the whole of what it says. */
async function examine({ env, userFile = '', projectFile = '', args = [] }: Surroundings) {
  const cwd = join(temporaryFolder(), 'app');
  writeFiles(cwd, { 'package.json': { name: 'app', dependencies: {} }, '.npmrc': projectFile });
  const whole = cleanEnv({ npm_config_registry: '', ...env });
  writeFiles(whole.HOME ?? '', { '.npmrc': userFile });
  const { status, stdout } = await runDocpinLater({ cwd, env: whole, args: ['doctor', '--json', ...args] });
  const { checks, egress } = JSON.parse(stdout);
  const check = checks.find(({ subject }: { subject: string }) => subject === 'npm registry');
  return { status, stdout, check, egress };
}

const tokenFor = (url: string) => `${url.replace('http:', '')}:_authToken=s3cret-canary`;

describe('docpin doctor on the registry', () => {
  it('says which one it is, from where, that it answers and that there are credentials, but not which', async () => {
    const registry = await startRegistry();
    const { status, stdout, check } = await examine({
      userFile: `registry=${registry.url}\n${tokenFor(registry.url)}\n`,
    });
    expect(check).toEqual({
      subject: 'npm registry',
      state: 'ok',
      finding: `${new URL(registry.url).host} (from your .npmrc), answers, with credentials`,
    });
    expect(status).toBe(0);
    expect(stdout).not.toContain('canary');
    expect(registry.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/npm/-/ping', 'Bearer s3cret-canary'],
    ]);
  });

  it('takes the configuration of the project before that of its user, and names what it does not take', async () => {
    const [registry, other] = [await startRegistry(), await startRegistry()];
    const { check } = await examine({
      userFile: `registry=${other.url}\n${tokenFor(other.url)}\n`,
      projectFile: `registry=${registry.url}\n@acme:registry=\${ACME}\n${tokenFor(registry.url)}\n`,
    });
    expect(check).toMatchObject({
      state: 'note',
      finding: `${new URL(registry.url).host} (from the project's .npmrc), answers, without credentials, \`@acme:registry\` of the project's .npmrc not taken`,
    });
    expect(registry.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(other.requests).toEqual([]);
  });

  it('asks nothing where the project hides its registry', async () => {
    const { check, status } = await examine({ projectFile: `registry=\${REGISTRY}` });
    expect(check).toMatchObject({
      state: 'note',
      finding: "`registry` of the project's .npmrc not taken",
      next: expect.stringContaining('plain URLs'),
    });
    expect(status).toBe(0);
  });

  it.each([401, 404, 503])('counts any answer as a sign of life: %i', async (code) => {
    const registry = await startRegistry();
    registry.failAlways({ kind: 'answer', status: code, body: '<html>' });
    const { check } = await examine({ env: { npm_config_registry: registry.url } });
    expect(check).toMatchObject({
      state: 'ok',
      finding: expect.stringContaining('(from the environment), answers,'),
    });
  });

  it.each([
    ['down', { kind: 'reset' } as const, /^127\.0\.0\.1 could not be reached/],
    ['silent', { kind: 'hang' } as const, /^127\.0\.0\.1 did not answer within 3 s\./],
  ])(
    'says that one that is %s does not answer, which is no fault of what is installed',
    async (_title, fault, next) => {
      const registry = await startRegistry();
      registry.failAlways(fault);
      const { check, status } = await examine({ env: { npm_config_registry: registry.url } });
      expect(check).toMatchObject({
        state: 'note',
        finding: `${new URL(registry.url).host} (from the environment), does not answer, without credentials`,
        next: expect.stringMatching(next),
      });
      expect(status).toBe(0);
    },
  );

  it('asks none with --offline or without the indexed source, and says so', async () => {
    const registry = await startRegistry();
    const env = { npm_config_registry: registry.url };
    const offline = await examine({ env, args: ['--offline'] });
    expect([offline.check.finding, offline.egress]).toEqual(['off (--offline)', []]);
    const others = await examine({ env, args: ['--sources', 'context7'] });
    expect(others.check.finding).toBe('off (--sources)');
    expect(registry.requests).toEqual([]);
    const { egress } = await examine({ env });
    expect(egress).toMatchObject([{ when: expect.stringContaining('resolve-library') }]);
  });
});

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cleanEnv, connectClient, runDocpinLater } from '../setup/built-docpin.ts';
import { copyProject, temporaryFolder, writeFiles } from '../setup/fixture-projects.ts';
import { packFixturePackages } from '../stand-ins/registry/packages.ts';
import { type RegistryStandIn, startRegistryStandIn } from '../stand-ins/registry/registry-stand-in.ts';
import { packageTarball } from '../stand-ins/registry/tar-entries.ts';

async function registry(): Promise<RegistryStandIn> {
  const started = await startRegistryStandIn({ packages: packFixturePackages() });
  onTestFinished(() => started.close());
  return started;
}

function envFor(upstream: RegistryStandIn, more: Record<string, string> = {}) {
  return cleanEnv({ npm_config_registry: upstream.url, ...more });
}

/** A project that asks for harbor 4 and has nothing installed. */
function projectWithout(dependencies: Record<string, string> = { harbor: '^4.0.0' }): string {
  const folder = join(temporaryFolder(), 'app');
  writeFiles(folder, { 'package.json': { name: 'app', dependencies } });
  return folder;
}

describe('a version that is not installed', () => {
  it('is read from the registry, in the version that package.json asks for, and says so', async () => {
    const upstream = await registry();
    const { status, stdout } = await runDocpinLater({
      cwd: projectWithout(),
      env: envFor(upstream),
      args: ['docs', 'harbor'],
    });
    expect(status).toBe(0);
    const head = stdout.split('\n').slice(0, 5).join('\n');
    expect(head).toMatch(/^npm:harbor@4\.\d+\.\d+ \(from the registry, not installed\)/);
    expect(head).toContain('newest registry version for ^4.0.0 in package.json');
    expect(head).not.toContain('NOT a dependency');
  });

  it('is not asked for where the lockfile takes it from elsewhere: a name alone does not make it the same package', async () => {
    const upstream = await registry();
    const cwd = copyProject('npm-workspace', join(temporaryFolder(), 'ws'));
    for (const folder of ['.', 'packages/app', 'packages/legacy'])
      rmSync(join(cwd, folder, 'node_modules'), { recursive: true, force: true });
    const { stderr } = await runDocpinLater({
      cwd: join(cwd, 'packages/app'),
      env: envFor(upstream),
      args: ['docs', 'harbor'],
    });
    expect(stderr).toContain('not from the registry');
    expect(upstream.requests).toEqual([]);
  });

  it('is served by its number beside the installed one, which is named', async () => {
    const upstream = await registry();
    const cwd = copyProject('npm-app', join(temporaryFolder(), 'app'));
    writeFiles(cwd, { 'package.json': { name: 'app', dependencies: { harbor: '^5.0.0' } } });
    rmSync(join(cwd, 'package-lock.json'));
    rmSync(join(cwd, 'node_modules/.package-lock.json'), { force: true });
    const { status, stdout } = await runDocpinLater({
      cwd,
      env: envFor(upstream),
      args: ['docs', 'harbor@4'],
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^npm:harbor@4\./);
    expect(stdout).toContain('The project uses 5.2.0.');
  });

  it('is not asked for again once it was read', async () => {
    const upstream = await registry();
    const client = await connectClient('v2 auto', { cwd: projectWithout(), env: envFor(upstream) });
    await client.callTool('get-docs', { library: 'harbor', query: 'hooks' });
    const tarballs = () => upstream.requests.filter(({ path }) => path.endsWith('.tgz')).length;
    expect(tarballs()).toBe(1);
    await client.callTool('get-docs', { library: 'harbor', query: 'dock' });
    expect(tarballs()).toBe(1);
  });

  it('that does not exist gets an error that says which do', async () => {
    const upstream = await registry();
    const { status, stderr } = await runDocpinLater({
      cwd: projectWithout(),
      env: envFor(upstream),
      args: ['docs', 'harbor@99'],
    });
    expect(status).toBe(1);
    expect(stderr).toContain('5.2.0');
  });
});

describe('the declarations of a version that is not installed', () => {
  it('answer from its tarball', async () => {
    const upstream = await registry();
    const { status, stdout } = await runDocpinLater({
      cwd: projectWithout({ 'typed-harbor': '2.1.0' }),
      env: envFor(upstream),
      args: ['docs', 'typed-harbor', 'how strong may the wind be for a crane'],
    });
    expect(status).toBe(0);
    expect(stdout).toContain('Source: typed-harbor@2.1.0/dist/index.d.ts:21');
    expect(stdout).toContain('maxWind?: number;');
  });

  it('answer from its @types package where it ships none, of a dependency also with --only-dependencies', async () => {
    const upstream = await registry();
    const declarations = {
      path: 'package/index.d.ts',
      content: '/** Lights it. */ export function light(): void;\n',
    };
    upstream.publish({
      manifest: { name: '@types/pebble', version: '1.0.9' },
      tarball: packageTarball('@types/pebble', '1.0.9', [declarations]),
    });
    const { status, stdout } = await runDocpinLater({
      cwd: projectWithout({ pebble: '1.0.3' }),
      env: envFor(upstream),
      args: ['docs', 'pebble', 'light', '--only-dependencies'],
    });
    expect(status).toBe(0);
    expect(stdout).toContain('Source: @types/pebble@1.0.9/index.d.ts:1');
  });
});

describe('a package that the project does not have', () => {
  it('is served with a warning that nobody chose it', async () => {
    const upstream = await registry();
    const { status, stdout } = await runDocpinLater({
      cwd: projectWithout(),
      env: envFor(upstream),
      args: ['docs', 'pebble'],
    });
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 5).join('\n')).toMatch(/NOT a dependency of this project/);
  });

  it('is not served with --only-dependencies, nor asked for with --offline', async () => {
    const upstream = await registry();
    for (const flag of ['--only-dependencies', '--offline']) {
      const { status } = await runDocpinLater({
        cwd: projectWithout(),
        env: envFor(upstream),
        args: ['docs', 'pebble', flag],
      });
      expect([flag, status]).toEqual([flag, 1]);
    }
    expect(upstream.requests).toEqual([]);
  });

  it('is served without any project too, and that is said', async () => {
    const upstream = await registry();
    const { stdout } = await runDocpinLater({ cwd: '/', env: envFor(upstream), args: ['docs', 'pebble'] });
    expect(stdout).toContain('No project is known');
  });
});

describe('a version that was read before', () => {
  const lockfile = {
    lockfileVersion: 3,
    packages: {
      'node_modules/harbor': { version: '4.9.1', resolved: 'https://registry.invalid/harbor.tgz' },
    },
  };

  /** A project with a lockfile and nothing installed, in an environment whose index and .npmrc stay. */
  async function setup() {
    const upstream = await registry();
    const cwd = projectWithout();
    writeFiles(cwd, { 'package-lock.json': lockfile });
    const env = cleanEnv({ npm_config_registry: '' });
    writeFiles(env.HOME ?? '', { '.npmrc': `registry=${upstream.url}\n` });
    const docs = (library: string, ...more: string[]) =>
      runDocpinLater({ cwd, env, args: ['docs', library, ...more] });
    return { upstream, cwd, env, docs };
  }

  it('is answered by the next process without any network, and offline, in the version of the lockfile', async () => {
    const { upstream, cwd, env, docs } = await setup();
    const first = await docs('harbor');
    expect(first.stdout).toMatch(/^npm:harbor@4\.9\.1 \(from the registry, not installed\)/);
    const asked = upstream.requests.length;
    expect(await docs('harbor')).toEqual(first);
    expect(upstream.requests).toHaveLength(asked);
    await upstream.close();
    expect(await docs('harbor')).toEqual(first);
    expect(await docs('npm:harbor@4.9.1', '--offline')).toEqual(first);
    const listed = await runDocpinLater({ cwd, env, args: ['list', '--offline'] });
    expect(listed.stdout).toMatch(/harbor +4\.9\.1 +registry \(lockfile version\) +\d guides?/);
    const missed = await docs('harbor@5.2.0', '--offline');
    expect([missed.status, missed.stderr]).toEqual([1, expect.stringContaining('told to stay offline')]);
  });

  it('by nobody of the project is answered too, without what only the registry knows', async () => {
    const { upstream, docs } = await setup();
    expect((await docs('pebble@1.0.3')).stdout).toContain('12,345 downloads a month');
    await upstream.close();
    for (const more of [[], ['--offline']]) {
      const { status, stdout } = await docs('pebble@1.0.3', ...more);
      expect([status, stdout]).toEqual([0, expect.stringContaining('NOT a dependency of this project.')]);
    }
    // Which one is the newest, nobody can say now.
    expect((await docs('pebble')).status).toBe(1);
  });

  it("is not answered where the project's .npmrc names another registry", async () => {
    const { upstream, cwd, docs } = await setup();
    expect((await docs('harbor')).status).toBe(0);
    const other = await startRegistryStandIn({ packages: [] });
    onTestFinished(() => other.close());
    writeFiles(cwd, { '.npmrc': `registry=${other.url}\n` });
    const asked = upstream.requests.length;
    for (const more of [[], ['--offline']])
      expect([more, (await docs('harbor', ...more)).status]).toEqual([more, 1]);
    expect(other.requests.map(({ path }) => path)).toContain('/harbor');
    expect(upstream.requests).toHaveLength(asked);
  });
});

describe('a registry that fails', () => {
  it('costs one clear message and nothing of what is installed', async () => {
    const upstream = await registry();
    upstream.failAlways({ kind: 'answer', status: 503, body: 'down' });
    const env = envFor(upstream);
    const failed = await runDocpinLater({ cwd: projectWithout(), env, args: ['docs', 'harbor'] });
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('harbor is declared in package.json (^4.0.0), but not installed.');
    expect(failed.stderr).not.toMatch(/\n\s+at /);
    const cwd = copyProject('npm-app', join(temporaryFolder(), 'app'));
    const installed = await runDocpinLater({ cwd, env, args: ['docs', 'harbor', 'onUndock'] });
    expect(installed.status).toBe(0);
  });
});

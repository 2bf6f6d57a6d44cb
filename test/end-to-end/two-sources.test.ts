import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cleanEnv, runDocpinLater } from '../setup/built-docpin.ts';
import { copyProject, temporaryFolder } from '../setup/fixture-projects.ts';
import { type Context7StandIn, startContext7StandIn } from '../stand-ins/context7/context7-stand-in.ts';

async function standIn(): Promise<Context7StandIn> {
  const started = await startContext7StandIn();
  onTestFinished(() => started.close());
  return started;
}

/** The installed project; its packages are declared by these ranges, where they stood as files on disk. */
function projectWith(declared: Readonly<Record<string, string>>): string {
  const folder = copyProject('npm-app', join(temporaryFolder(), 'app'));
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  Object.assign(manifest.dependencies, declared);
  writeFileSync(file, JSON.stringify(manifest));
  return folder;
}

function docs(cwd: string, upstream: Context7StandIn, ...args: readonly string[]) {
  const env = cleanEnv({ CONTEXT7_API_URL: upstream.baseUrl });
  return runDocpinLater({ cwd, env, args: ['docs', ...args] });
}

describe('a package that ships hardly any docs', () => {
  it('is topped up from Context7, and each snippet says whose it is', async () => {
    const upstream = await standIn();
    const { status, stdout } = await docs(projectWith({ pebble: '^1.0.0' }), upstream, 'pebble', 'strings');
    expect(status).toBe(0);
    const [first, , ...rest] = stdout.split('\n');
    expect(first).toMatch(/^npm:pebble@1\.0\.3 \(installed in this project\)/);
    expect(rest.join('\n')).toContain('Added from Context7, /reef/pebble/v1.0.1.');
    expect(stdout).toContain('Context7 has docs of v1.0.1, not of 1.0.3.');
    expect(stdout).toMatch(
      /Source: node_modules\/pebble\/README\.md:\d+ \(installed in this project, npm:pebble@1\.0\.3\)/,
    );
    expect(stdout).toMatch(/Source: https:\S+ \(Context7, \/reef\/pebble\/v1\.0\.1\)/);
    // What is installed comes first.
    expect(stdout.indexOf('pebble.string()')).toBeLessThan(stdout.indexOf('About strings'));
  });

  it('is answered from Context7 alone where it ships none at all', async () => {
    const upstream = await standIn();
    const { status, stdout } = await docs(
      projectWith({ 'bare-bones': '^2.0.0' }),
      upstream,
      'bare-bones',
      'ribs',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^npm:bare-bones@2\.0\.0 /);
    expect(stdout).toContain('Added from Context7, /reef/bare-bones.');
    expect(stdout).toContain('About ribs');
  });

  it('costs one line where Context7 fails', async () => {
    const upstream = await standIn();
    upstream.failAlways({ kind: 'answer', status: 503, body: 'STAND-IN-UPSTREAM-TEXT' });
    const { status, stdout } = await docs(projectWith({ pebble: '^1.0.0' }), upstream, 'pebble', 'strings');
    expect(status).toBe(0);
    expect(stdout).toContain('pebble.string()');
    expect(
      stdout.split('\n').filter((line) => line.startsWith('Nothing was added from elsewhere.')),
    ).toHaveLength(1);
    expect(stdout).not.toContain('STAND-IN-UPSTREAM-TEXT');
  });

  it('is not asked for elsewhere where the project has it from no registry', async () => {
    const upstream = await standIn();
    const { status, stdout } = await docs(projectWith({}), upstream, 'pebble', 'strings');
    expect(status).toBe(0);
    expect(stdout).toContain('pebble.string()');
    expect(upstream.requests).toEqual([]);
  });

  it('is not asked for elsewhere where it is asked for nowhere else: --sources indexed', async () => {
    const upstream = await standIn();
    const folder = projectWith({ pebble: '^1.0.0' });
    const { status } = await docs(folder, upstream, 'pebble', 'strings', '--sources', 'indexed');
    expect(status).toBe(0);
    expect(upstream.requests).toEqual([]);
  });
});

describe('a package with real docs', () => {
  it('is answered from what is installed alone', async () => {
    const upstream = await standIn();
    const { status, stdout } = await docs(projectWith({ harbor: '^5.0.0' }), upstream, 'harbor', 'close');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^npm:harbor@/);
    expect(upstream.requests).toEqual([]);
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { settings } from '../../src/config/settings.ts';
import { cleanEnv, connectClient, mainFile, runDocpin } from '../setup/built-docpin.ts';
import { copyProject, temporaryFolder, writeFiles } from '../setup/fixture-projects.ts';

const project = () => copyProject('npm-app', join(temporaryFolder(), 'app'));

describe('docpin docs', () => {
  it('prints the same text as the tool', async () => {
    const cwd = project();
    const env = cleanEnv();
    const client = await connectClient('v2 auto', { cwd, env });
    const fromTool = await client.callTool('get-docs', {
      library: 'harbor',
      query: 'close the database on shutdown',
    });
    const fromShell = runDocpin({
      cwd,
      env,
      args: ['docs', 'harbor', 'close', 'the', 'database', 'on', 'shutdown'],
    });
    expect(fromShell).toMatchObject({ status: 0, stderr: '', stdout: `${fromTool.text}\n` });
  });

  it('prints facts and snippets as JSON', () => {
    const { status, stdout } = runDocpin({ cwd: project(), args: ['docs', 'harbor', 'onUndock', '--json'] });
    expect(status).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      library: 'npm:harbor@5.2.0',
      origin: 'installed in this project',
      page: 1,
      freshness: { state: 'live' },
    });
    expect(answer.snippets[0]).toMatchObject({
      location: expect.stringContaining('hooks.md:'),
      text: expect.stringContaining('onUndock'),
    });
    expect(answer.text).toContain('### ');
  });

  it('gives an overview without a query', () => {
    const { stdout } = runDocpin({ cwd: project(), args: ['docs', 'harbor'] });
    expect(stdout).toContain('npm install harbor');
    expect(stdout).toContain('docs/reference/hooks.md');
  });

  it.each(['undici', 'zod', 'lru-cache', 'vitest'])('gives an overview of %s in 1,500 tokens', (name) => {
    const { stdout } = runDocpin({ cwd: join(import.meta.dirname, '../..'), args: ['docs', name] });
    expect(encode(stdout).length).toBeLessThanOrEqual(1_500);
    for (const part of [`npm install ${name}@`, `- import: \`import ... from '${name}'`, '### Contents\n'])
      expect(stdout).toContain(part);
  });

  it('honours the budget, and pages through everything exactly once', () => {
    const cwd = project();
    const sections = Array.from(
      { length: 40 },
      (_, index) => `## Anchor ${index}\n\nUnique marker m${index}x. ${'Anchors hold ships. '.repeat(20)}\n`,
    );
    writeFiles(join(cwd, 'node_modules/harbor'), {
      'docs/anchors.md': `# Anchors\n\n${sections.join('\n')}`,
    });
    const env = cleanEnv();
    const seen: string[] = [];
    let pages = 1;
    for (let page = 1; page <= pages && page <= 10; page++) {
      const answer = JSON.parse(
        runDocpin({
          cwd,
          env,
          args: ['docs', 'harbor', 'anchor', '--json', '--tokens', '900', '--page', String(page)],
        }).stdout,
      );
      pages = answer.pages;
      expect(answer.text.length / 4).toBeLessThan(1_000);
      seen.push(...(answer.text.match(/m\d+x/g) ?? []));
    }
    expect(pages).toBeGreaterThan(3);
    expect(new Set(seen).size).toBe(seen.length);
    const beyond = runDocpin({ cwd, env, args: ['docs', 'harbor', 'onMoor', '--page', '9'] });
    expect(beyond).toMatchObject({ status: 2, stdout: '' });
    expect(beyond.stderr).toContain('Page 9 does not exist');
  });

  it('works without any network at all', ({ skip }) => {
    if (spawnSync('unshare', ['-rn', 'true']).status !== 0)
      skip('unshare -rn is not allowed on this machine');
    const stdout = execFileSync(
      'unshare',
      ['-rn', process.execPath, mainFile, 'docs', 'harbor', 'onUndock'],
      {
        cwd: project(),
        env: cleanEnv(),
        encoding: 'utf8',
      },
    );
    expect(stdout).toContain('npm:harbor@5.2.0 (installed in this project)');
  });

  it('still answers, with one warning, where the cache folder cannot be written', () => {
    const { status, stdout, stderr } = runDocpin({
      cwd: project(),
      env: cleanEnv({ DOCPIN_CACHE_DIR: '/proc/docpin' }),
      args: ['docs', 'harbor', 'onUndock'],
    });
    expect(status).toBe(0);
    expect(stdout).toContain('onUndock');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('cannot be written');
  });

  it('keeps its index for its user alone', () => {
    const env = cleanEnv({ DOCPIN_CACHE_DIR: join(temporaryFolder(), 'index') });
    runDocpin({ cwd: project(), env, args: ['docs', 'harbor', 'onUndock'] });
    const folder = env.DOCPIN_CACHE_DIR ?? '';
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(folder))
      expect([file, statSync(join(folder, file)).mode & 0o077]).toEqual([file, 0]);
  });

  it('explains a dependency that is declared but not installed, and answers from nothing else', () => {
    const cwd = project();
    writeFiles(cwd, { 'package.json': { dependencies: { harbor: '^5', missing: '^12.0.0' } } });
    const { status, stderr } = runDocpin({ cwd, args: ['docs', 'missing'] });
    expect(status).toBe(1);
    expect(stderr).toContain('missing is declared in package.json (^12.0.0), but not installed');
  });

  it.each([
    [['docs', 'harbuor'], 1, 'npm:harbor'],
    [['docs', 'no-such-library'], 1, 'No library is called exactly "no-such-library"'],
    [['docs', 'harbor@3'], 1, '5.2.0'],
    [['docs', 'npm:../../etc'], 2, 'does not hold a package name'],
    [['docs', '../secrets'], 2, 'looks like a path'],
    [['docs', 'bare-bones'], 1, 'no docs'],
    [['docs', 'harbor', 'zzzqqqxxx'], 1, 'hold nothing on this query'],
    [['docs', 'harbor', 'zzzqqqxxx', '--mode', 'info'], 1, 'Ask with mode "all"'],
    [['docs', '/vercel/next.js'], 2, 'CONTEXT7_API_KEY'],
    [['docs', 'local:handbook'], 2, 'not supported yet'],
    [['docs'], 2, 'Usage: docpin docs'],
    [['docs', 'harbor', '--page', '0'], 2, '--page must be at least 1'],
    [['docs', 'harbor', '--tokens', '100000'], 2, '--tokens must be at most 20000'],
    [['docs', 'harbor', '--project', '/no/such/folder'], 2, 'does not exist'],
    [['list', 'harbor'], 2, 'takes no operands'],
    [['--frobnicate'], 2, '--frobnicate is not an option'],
    [['frobnicate'], 2, 'is not a command'],
  ])('docpin %j exits with %i and one clear message', (args, status, message) => {
    const result = runDocpin({ cwd: project(), args });
    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  it('prints an error as JSON too when JSON is asked for', () => {
    const { status, stdout, stderr } = runDocpin({ cwd: project(), args: ['docs', 'harbor@3', '--json'] });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'version-not-found' } });
    expect(stderr).toContain('5.2.0');
  });
});

describe('docpin resolve', () => {
  it('finds a dependency by its name and by a typo, which it only offers', () => {
    const cwd = project();
    expect(runDocpin({ cwd, args: ['resolve', 'harbor'] })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('npm:harbor@5.2.0'),
    });
    expect(runDocpin({ cwd, args: ['resolve', 'harbour'] })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('npm:harbor@5.2.0'),
    });
  });

  it('offers what the project has also while the registry cannot be reached, and says that', () => {
    const { status, stdout } = runDocpin({ cwd: project(), args: ['resolve', 'harbour'] });
    expect(status).toBe(0);
    expect(stdout).toContain('npm:harbor@5.2.0');
    expect(stdout).toContain('Not asked in full: 127.0.0.1 could not be reached (ECONNREFUSED).');
  });

  it('says what to try when nothing is like it', () => {
    const { status, stderr } = runDocpin({ cwd: project(), args: ['resolve', 'qqq qqq qqq'] });
    expect(status).toBe(1);
    expect(stderr).toContain('docpin list');
  });
});

describe('docpin list', () => {
  it('lists direct dependencies with version, place and coverage', () => {
    const { status, stdout } = runDocpin({ cwd: project(), args: ['list'] });
    expect(status).toBe(0);
    expect(stdout).toMatch(/harbor +5\.2\.0 +installed +2 guides/);
    expect(stdout).toMatch(/bare-bones +\S+ +installed +no docs/);
  });

  it('says of what is not installed in which version and from where it would be read, and of what is indexed what it has', () => {
    const cwd = project();
    const env = cleanEnv();
    writeFiles(cwd, {
      'package.json': { name: 'app', dependencies: { harbor: '^5', pebble: '^2.0.0', mast: '^1.0.0' } },
      'package-lock.json': {
        lockfileVersion: 3,
        packages: { 'node_modules/pebble': { version: '2.3.4', resolved: 'https://registry.invalid/p.tgz' } },
      },
    });
    rmSync(join(cwd, 'node_modules/pebble'), { recursive: true });
    const list = () => runDocpin({ cwd, env, args: ['list'] });
    expect(list()).toMatchObject({ status: 0, stderr: '' });
    expect(list().stdout).toMatch(/harbor +5\.2\.0 +installed +2 guides/);
    expect(list().stdout).toMatch(/pebble +2\.3\.4 +registry \(lockfile version\) +not read yet/);
    expect(list().stdout).toMatch(/mast +\(\^1\.0\.0\) +registry +not read yet/);
    runDocpin({ cwd, env, args: ['index', 'harbor'] });
    expect(JSON.parse(runDocpin({ cwd, env, args: ['list', '--json'] }).stdout).libraries[0]).toEqual({
      name: 'harbor',
      version: '5.2.0',
      declared: '^5',
      origin: 'installed',
      coverage: '2 guides, 2 agent guides',
    });
    expect(runDocpin({ cwd, env, args: ['doctor'] }).stdout).toContain('1 of 3 dependencies installed');
  });

  it('says that no project is known in the root, the home folder and above it', () => {
    const env = cleanEnv();
    mkdirSync(join(env.HOME ?? '', 'inner'));
    writeFiles(env.HOME ?? '', { 'package.json': { name: 'planted', dependencies: { harbor: '*' } } });
    for (const cwd of ['/', env.HOME ?? '', join(env.HOME ?? '', 'inner')]) {
      const { status, stdout, stderr } = runDocpin({ cwd, env, args: ['list'] });
      expect([cwd, status, stdout]).toEqual([cwd, 1, '']);
      expect(stderr).toContain('No project is known');
      const named = runDocpin({ cwd, env, args: ['docs', 'harbor', 'onUndock'] });
      expect([cwd, named.status]).toEqual([cwd, 1]);
      expect(named.stderr).toContain('No project is known');
    }
  });

  it('takes the project of a sub-folder, and of a pnpm workspace started at its root', () => {
    const app = project();
    expect(runDocpin({ cwd: join(app, 'src'), args: ['list'] }).stdout).toMatch(/harbor +5\.2\.0/);
    const workspace = copyProject('pnpm-workspace', join(temporaryFolder(), 'ws'));
    const answer = runDocpin({ cwd: workspace, args: ['docs', 'harbor', 'onUndock'] });
    expect(answer.stdout.split('\n')[0]).toContain('npm:harbor@5.2.0');
    expect(answer.stdout.slice(0, 600)).toMatch(/4\.\d+\.\d+/);
  });
});

describe('docpin', () => {
  it('prints its help and its version whatever is wrong with the configuration', () => {
    const env = cleanEnv({ CONTEXT7_API_KEY: 'bad', DOCPIN_TOKENS: 'x', DOCPIN_LOG_LEVEL: 'loud' });
    expect(runDocpin({ cwd: '/', env, args: ['--help'] })).toMatchObject({ status: 0, stderr: '' });
    expect(runDocpin({ cwd: '/', env, args: ['--version'] })).toMatchObject({ status: 0, stderr: '' });
    expect(runDocpin({ cwd: '/', env, args: ['list'] })).toMatchObject({ status: 2 });
  });

  it('prints errors of the configuration as JSON when JSON is asked for', () => {
    const { status, stdout } = runDocpin({ cwd: '/', args: ['docs', 'zod', '--page', '99', '--json'] });
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'bad-config' } });
  });

  it('says in one line that its output cannot be written', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `${process.execPath} ${mainFile} --help > /dev/full`], {
      env: cleanEnv(),
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toBe('docpin: The output cannot be written (ENOSPC).\n');
  });

  it('prints help with every option, and its version', () => {
    const help = runDocpin({ cwd: '/', args: ['--help'] });
    expect(help).toMatchObject({ status: 0, stderr: '' });
    for (const setting of settings) expect(help.stdout).toContain(`--${setting.flag}`);
    expect(runDocpin({ cwd: '/', args: ['--version'] }).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('colours only a terminal that wants it', () => {
    const cwd = project();
    const inTerminal = (env: Record<string, string>) =>
      spawnSync('script', ['-qec', `${process.execPath} ${mainFile} docs harbor onUndock`, '/dev/null'], {
        cwd,
        env: { ...cleanEnv(), TERM: 'xterm', ...env },
        encoding: 'utf8',
        input: '',
      });
    const probe = spawnSync('script', ['-qec', 'true', '/dev/null']);
    expect(probe.error, 'script(1) of util-linux is needed').toBeUndefined();
    expect(inTerminal({}).stdout).toContain('\u001b[1m### ');
    expect(inTerminal({ NO_COLOR: '1' }).stdout).not.toContain('\u001b[1m');
    expect(runDocpin({ cwd, args: ['docs', 'harbor', 'onUndock'] }).stdout).not.toContain('\u001b[');
  });

  it('survives a project that is broken in every way', () => {
    for (const text of [
      '{',
      '[]',
      'null',
      '{"dependencies": 5}',
      '\ufeff{"dependencies":{"harbor":"^5"}}',
      '{"workspaces": {"packages": 7}, "dependencies": {"x": {}}}',
    ]) {
      const cwd = project();
      writeFiles(cwd, { 'package.json': text });
      const { status, stderr } = runDocpin({ cwd, args: ['list'] });
      // Without dependencies that can be read there is nothing to list; with some of them there is.
      const isUnreadable = !text.includes('harbor');
      expect([text, status, stderr === '']).toEqual([text, isUnreadable ? 2 : 0, !isUnreadable]);
      const answer = runDocpin({ cwd, args: ['docs', 'harbor', 'onUndock'] });
      expect([text, answer.status]).toEqual([text, 0]);
    }
  });

  it('says so when the project folder is not readable', ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may read every folder');
    const cwd = project();
    chmodSync(cwd, 0o000);
    const { status, stderr } = runDocpin({ cwd: '/', args: ['list', '--project', cwd] });
    chmodSync(cwd, 0o700);
    expect(status).toBe(2);
    expect(stderr).toContain(cwd);
  });
});

describe('docpin index', () => {
  it('indexes every dependency ahead of the first question, and says what it found', () => {
    const cwd = project();
    const env = cleanEnv();
    const first = runDocpin({ cwd, env, args: ['index'] });
    expect(first.status).toBe(1);
    expect(first.stdout).toMatch(/npm:harbor@5\.2\.0 +indexed +2 guides/);
    expect(first.stdout).toMatch(/bare-bones +failed +\S.*no docs/);
    const second = runDocpin({ cwd, env, args: ['index', 'harbor'] });
    expect(second).toMatchObject({ status: 0 });
    expect(second.stdout).toMatch(/npm:harbor@5\.2\.0 +ready/);
  });

  it('says so when no project is known', () => {
    const { status, stderr } = runDocpin({ cwd: '/', args: ['index'] });
    expect(status).toBe(2);
    expect(stderr).toContain('No project is known');
  });
});

describe('docpin doctor', () => {
  it('finds everything well in a project', () => {
    const { status, stdout, stderr } = runDocpin({ cwd: project(), args: ['doctor'] });
    expect([status, stderr]).toEqual([0, '']);
    for (const part of [
      'Node',
      'SQLite 3.',
      'cache folder',
      '4 of 4 dependencies installed',
      'Context7',
      'proxy',
    ]) {
      expect(stdout).toContain(part);
    }
  });

  it('says what is wrong, what to do, and what may leave the machine, and shows no key', () => {
    const env = cleanEnv({
      DOCPIN_CACHE_DIR: '/proc/docpin',
      CONTEXT7_API_KEY: 'ctx7sk-canary-123456',
      HTTPS_PROXY: 'http://user:canary-pass@127.0.0.1:3128',
      NODE_EXTRA_CA_CERTS: '/no/such/file.pem',
    });
    const { status, stdout } = runDocpin({ cwd: '/', env, args: ['doctor', '--json'] });
    expect(status).toBe(1);
    expect(stdout).not.toContain('canary');
    const { checks, egress } = JSON.parse(stdout);
    const states = Object.fromEntries(
      checks.map((check: { subject: string; state: string }) => [check.subject, check.state]),
    );
    expect(states).toMatchObject({
      'cache folder': 'fault',
      project: 'note',
      'extra certificates': 'fault',
      Context7: 'ok',
    });
    expect(egress).toMatchObject([
      { what: expect.stringContaining('never a query') },
      { to: 'context7.com' },
    ]);
  });
});

describe('docpin rules', () => {
  it('prints a block for AGENTS.md of at most 600 bytes', () => {
    const { status, stdout } = runDocpin({ cwd: '/', args: ['rules'] });
    expect(status).toBe(0);
    expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(600);
    expect(stdout).toContain('get-docs');
  });
});

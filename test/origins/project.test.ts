import { chmodSync, chownSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CallContext } from '../../src/call.ts';
import { createLog } from '../../src/log.ts';
import { createProjectFinder, type ProjectFinderOptions } from '../../src/origins/project/project-finder.ts';
import { copyProject, temporaryFolder, writeFiles } from '../setup/fixture-projects.ts';

const isRoot = process.getuid?.() === 0;
const call: CallContext = { signal: new AbortController().signal };

function setup(options: Partial<ProjectFinderOptions> = {}) {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  mkdirSync(join(home, 'work'), { recursive: true });
  const finder = (more: Partial<ProjectFinderOptions> = {}) =>
    createProjectFinder({
      workingFolder: '/',
      homeFolder: home,
      userId: process.getuid?.(),
      now: Date.now,
      log: createLog({ level: 'silent', write: () => undefined }),
      ...options,
      ...more,
    });
  const makeProject = (name: string, manifest: object = {}) => {
    writeFiles(join(home, name), { 'package.json': manifest });
    return join(home, name);
  };
  return { folder, home, finder, makeProject };
}

describe('the project of a call', () => {
  it('takes the call before the configuration, the client, its roots and the working folder', async () => {
    const { finder, makeProject } = setup();
    const names = ['call', 'configured', 'client', 'root', 'working'];
    const [inCall, configured, client, root, working] = names.map((name) => makeProject(`work/${name}`));
    const all = { configuredFolder: configured, clientFolder: client, workingFolder: working };
    const roots = async () => [root ?? ''];
    const found = async (options: object, context: object) =>
      (await finder(options as ProjectFinderOptions)({ ...call, ...context }))?.folder;
    expect(await found(all, { projectFolder: inCall, roots })).toBe(inCall);
    expect(await found(all, { roots })).toBe(configured);
    expect(await found({ clientFolder: client, workingFolder: working }, { roots })).toBe(client);
    expect(await found({ workingFolder: working }, { roots })).toBe(root);
    expect(await found({ workingFolder: working }, {})).toBe(working);
  });

  it('is found from a folder inside it', async () => {
    const { finder, makeProject } = setup();
    const project = makeProject('work/app');
    mkdirSync(join(project, 'src/deep'), { recursive: true });
    expect((await finder({ workingFolder: join(project, 'src/deep') })(call))?.folder).toBe(project);
  });

  it.each(['/', '..', '.'])('is unknown when started in %s of the home folder', async (place) => {
    const { home, folder, finder } = setup();
    writeFiles(home, { 'package.json': {} });
    writeFiles(folder, { 'package.json': {} });
    const workingFolder = place === '/' ? '/' : join(home, place);
    expect(await finder({ workingFolder })(call)).toBeUndefined();
    expect(
      await finder({ workingFolder: '/' })({ ...call, roots: async () => [workingFolder] }),
    ).toBeUndefined();
  });

  it('is never the home folder for what lies below it, but may be named', async () => {
    const { home, finder } = setup();
    writeFiles(home, { 'package.json': {} });
    expect(await finder({ workingFolder: join(home, 'work') })(call)).toBeUndefined();
    await expect(finder()({ ...call, projectFolder: join(home, 'work') })).rejects.toMatchObject({
      code: 'bad-input',
    });
    expect((await finder()({ ...call, projectFolder: home }))?.folder).toBe(home);
  });

  it('refuses a named folder that is none, and says what is wrong with it', async () => {
    const { home, folder, finder, makeProject } = setup();
    const file = join(makeProject('work/app'), 'package.json');
    const rows = [
      [join(home, 'missing'), 'does not exist'],
      [file, 'is not a folder'],
      [join(file, 'below'), 'does not exist'],
      [join(home, 'work'), 'has no package.json'],
      ['work/app', 'is not an absolute path'],
    ];
    for (const [projectFolder = '', fault] of rows) {
      const answer = finder()({ ...call, projectFolder });
      await expect(answer, projectFolder).rejects.toMatchObject({
        code: 'bad-input',
        what: expect.stringContaining(`${fault}`),
      });
    }
    const configured = finder({ configuredFolder: 'missing', workingFolder: folder })(call);
    await expect(configured).rejects.toMatchObject({
      code: 'bad-input',
      what: expect.stringContaining('DOCPIN_PROJECT'),
    });
  });

  it.skipIf(isRoot)(
    'refuses a named folder that may not be read (skipped for root, whom modes do not stop)',
    async () => {
      const { finder, makeProject } = setup();
      const project = makeProject('work/locked');
      chmodSync(project, 0);
      const answer = finder()({ ...call, projectFolder: project });
      await expect(answer).rejects.toMatchObject({
        code: 'bad-input',
        what: expect.stringContaining('cannot be read'),
      });
      chmodSync(project, 0o700);
    },
  );

  it('falls through what the client says when that is no project', async () => {
    const { home, finder, makeProject } = setup();
    const project = makeProject('work/app');
    const find = finder({ clientFolder: join(home, 'missing'), workingFolder: project });
    expect((await find({ ...call, roots: () => Promise.reject(new Error('no such method')) }))?.folder).toBe(
      project,
    );
  });

  it('stops asking a client for its roots when the call is cancelled', async () => {
    const { finder } = setup();
    const abort = new AbortController();
    const found = finder()({ signal: abort.signal, roots: () => new Promise(() => undefined) });
    abort.abort();
    await expect(found).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.runIf(isRoot)(
    'takes no package.json that another owner planted above (needs root to plant one)',
    async () => {
      const { folder, finder } = setup();
      writeFiles(folder, { 'shared/mine/index.js': '', 'shared/package.json': {} });
      chownSync(join(folder, 'shared/package.json'), 1234, 1234);
      const find = finder({ workingFolder: join(folder, 'shared/mine') });
      expect(await find(call)).toBeUndefined();
      writeFiles(folder, { 'other/mine/index.js': '', 'other/package.json': {} });
      chownSync(join(folder, 'other'), 1234, 1234);
      expect(await finder({ workingFolder: join(folder, 'other/mine') })(call)).toBeUndefined();
    },
  );

  it.runIf(isRoot)(
    'reads a checkout that belongs to another user than ours, as under CI (needs root)',
    async () => {
      const { finder, makeProject } = setup();
      const project = makeProject('work/checkout');
      mkdirSync(join(project, 'src'));
      for (const path of ['', 'src', 'package.json']) chownSync(join(project, path), 1234, 1234);
      expect((await finder({ workingFolder: join(project, 'src') })(call))?.folder).toBe(project);
    },
  );
});

describe('package.json of the project', () => {
  it.each([
    ['is not JSON', '{"dependencies": {', 'not valid JSON'],
    ['is a list', '[1]', 'not an object'],
    ['has a list of dependencies', '{"dependencies": ["zod"]}', '`dependencies` is not an object'],
    [
      'has a number for a range',
      '{"dependencies": {"zod": 4, "pino": "9"}}',
      '1 of its `dependencies` cannot be read',
    ],
    [
      'has a path for a name',
      '{"dependencies": {"../../etc": "1"}}',
      '1 of its `dependencies` cannot be read',
    ],
  ])('is a note when it %s', async (_title, text, note) => {
    const { finder, makeProject } = setup();
    const project = makeProject('work/app');
    writeFileSync(join(project, 'package.json'), text);
    const found = await finder({ workingFolder: project })(call);
    expect(found?.folder).toBe(project);
    expect(found?.notes.join('\n')).toContain(note);
    expect([...(found?.dependencies.keys() ?? [])]).toEqual(text.includes('pino') ? ['pino'] : []);
  });

  it('may start with a byte-order mark', async () => {
    const { finder, makeProject } = setup();
    const project = makeProject('work/app');
    writeFileSync(join(project, 'package.json'), '\uFEFF{"devDependencies": {"zod": "^4"}}');
    const found = await finder({ workingFolder: project })(call);
    expect(found?.notes).toEqual([]);
    expect(found?.dependencies.get('zod')).toEqual({ name: 'zod', declared: '^4', dev: true });
  });

  it('is read again when it changes or appears', async () => {
    const { finder, makeProject } = setup();
    const project = makeProject('work/app', { dependencies: { zod: '3' } });
    const find = finder({ workingFolder: join(project, 'src') });
    mkdirSync(join(project, 'src'));
    expect((await find(call))?.dependencies.get('zod')?.declared).toBe('3');
    writeFiles(project, { 'package.json': { dependencies: { zod: '4' } } });
    utimesSync(join(project, 'package.json'), 1, 1);
    expect((await find(call))?.dependencies.get('zod')?.declared).toBe('4');
    writeFiles(project, { 'src/package.json': {} });
    expect((await find(call))?.folder).toBe(join(project, 'src'));
  });
});

describe('workspaces', () => {
  it.each(['npm-workspace', 'pnpm-workspace'] as const)(
    'of a real %s are enumerated from the root',
    async (name) => {
      const { home, finder } = setup();
      const root = copyProject(name, join(home, 'work/reef'));
      const found = await finder({ workingFolder: root })(call);
      expect(found?.packageFolders).toEqual(
        ['', 'packages/app', 'packages/legacy', 'packages/ui'].map((path) => join(root, path)),
      );
      expect([...(found?.dependencies.keys() ?? [])].sort()).toEqual(['@reef/ui', 'harbor']);
    },
  );

  it.each(['npm-workspace', 'pnpm-workspace'] as const)(
    'of a real %s are known from a package, nearest first',
    async (name) => {
      const { home, finder } = setup();
      const root = copyProject(name, join(home, 'work/reef'));
      const found = await finder({ workingFolder: join(root, 'packages/legacy') })(call);
      expect(found?.workspaceRoot).toBe(root);
      expect(found?.packageFolders.slice(0, 2)).toEqual([join(root, 'packages/legacy'), root]);
      expect([...(found?.dependencies.keys() ?? [])]).toEqual(['harbor']);
    },
  );

  it('follow globs, negations and braces, and neither links nor node_modules', async () => {
    const { home, finder, makeProject } = setup();
    const root = makeProject('work/mono', {
      workspaces: { packages: ['./apps/**', 'libs/{a,b}/', '!apps/old', '../out'] },
    });
    writeFiles(root, {
      'apps/web/package.json': {},
      'apps/web/node_modules/x/package.json': {},
      'apps/deep/er/package.json': {},
      'apps/old/package.json': {},
      'libs/a/package.json': {},
      'libs/c/package.json': {},
      '../out/package.json': {},
    });
    symlinkSync(join(home, 'work/out'), join(root, 'apps/link'));
    const found = await finder({ workingFolder: root })(call);
    expect(found?.packageFolders.slice(1)).toEqual(
      ['apps/deep/er', 'apps/web', 'libs/a'].map((path) => join(root, path)),
    );
  });

  it('see a package that is added later', async () => {
    const { finder, makeProject } = setup();
    const root = makeProject('work/mono', { workspaces: ['packages/*'] });
    writeFiles(root, { 'packages/a/package.json': {} });
    const find = finder({ workingFolder: root });
    expect((await find(call))?.packageFolders).toHaveLength(2);
    writeFiles(root, { 'packages/b/package.json': { dependencies: { zod: '4' } } });
    const found = await find(call);
    expect(found?.packageFolders).toHaveLength(3);
    expect(found?.dependencies.has('zod')).toBe(true);
  });

  it('survive a pnpm-workspace.yaml that is broken or explodes', async () => {
    const { finder, makeProject } = setup();
    const root = makeProject('work/mono');
    const bomb = `a: &a [x]\n${Array.from({ length: 30 }, (_, index) => `b${index}: &b${index} [*a, *a]`).join('\n')}`;
    for (const text of ['packages: {', 'packages: 7', bomb]) {
      writeFiles(root, { 'pnpm-workspace.yaml': text });
      const found = await finder({ workingFolder: root })(call);
      expect(found?.packageFolders).toEqual([root]);
      expect(found?.notes.join()).toContain('pnpm-workspace.yaml cannot be read');
    }
  });

  it('are found again in less than 2 ms when nothing has changed', async () => {
    const { finder, makeProject } = setup();
    const root = makeProject('work/mono', { workspaces: ['packages/*'] });
    for (let index = 0; index < 100; index += 1)
      writeFiles(root, { [`packages/p${index}/package.json`]: {} });
    const find = finder({ workingFolder: root });
    await find(call);
    const times: number[] = [];
    for (let index = 0; index < 50; index += 1) {
      const start = performance.now();
      await find(call);
      times.push(performance.now() - start);
    }
    expect(times.sort((a, b) => a - b)[25]).toBeLessThan(2);
  });
});

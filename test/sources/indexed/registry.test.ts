import { describe, expect, it } from 'vitest';
import { resolveLibrary } from '../../../src/lookup/resolve-library.ts';
import { startTarballOrigin } from '../../origins/tarball/start-tarball-origin.ts';
import { temporaryFolder } from '../../setup/fixture-projects.ts';
import { packFixturePackages } from '../../stand-ins/registry/packages.ts';
import { registryText } from '../../stand-ins/registry/registry-stand-in.ts';
import { call, openSource } from './open-source.ts';
import { log, openWithRegistry, versionOf } from './open-with-registry.ts';

const nothingOwn = { 'package.json': { name: 'app', dependencies: {} } };

describe('a name that the project does not have', () => {
  it('is offered as the package of the registry, which nobody here chose', async () => {
    const { resolve, paths, registry } = await openWithRegistry({ files: nothingOwn });
    expect(await resolve('harbor', { query: 'a secret question' })).toEqual({
      candidates: [
        {
          id: 'npm:harbor@5.2.0',
          title: 'harbor',
          match: 'exact',
          why: 'from the registry, NOT a dependency of this project, first published on 2020-03-04, 12,345 downloads a month',
          versions: ['5.2.0'],
        },
      ],
      failures: [],
    });
    expect(new Set(paths())).toEqual(new Set(['/harbor', '/-/v1/search']));
    expect(registry.requests.map(({ query }) => query.get('text'))).toEqual(
      expect.arrayContaining([null, 'harbor']),
    );
    expect(JSON.stringify(registry.requests.map(({ path, query }) => [path, ...query]))).not.toContain(
      'secret',
    );
  });

  it('is offered beside what the project has, after it', async () => {
    const { resolve } = await openWithRegistry({
      registry: { packages: [...packFixturePackages(), versionOf('harbour', '1.0.0')] },
    });
    const { candidates } = await resolve('harbour');
    expect(candidates.map(({ id, match }) => [id, match])).toEqual([
      ['npm:harbour@1.0.0', 'exact'],
      ['npm:harbor@5.2.0', 'similar'],
    ]);
  });

  it('is not called a stranger where nobody can know that', async () => {
    const { source } = await openWithRegistry({ files: { 'package.json': '{"dependencies": {"zod": "4"}' } });
    const [unreadable] = (await source.resolveElsewhere?.({ name: 'harbor' }, call)) ?? [];
    expect(unreadable?.why).toBe(
      'from the registry, first published on 2020-03-04, 12,345 downloads a month',
    );
    const { origin } = await startTarballOrigin();
    const alone = openSource({ cacheFolder: temporaryFolder(), registry: async () => origin });
    const [unknown] = (await alone.source.resolveElsewhere?.({ name: 'harbor' }, call)) ?? [];
    expect(unknown?.why).toBe('from the registry, first published on 2020-03-04, 12,345 downloads a month');
  });

  it('has at most ten versions that tags name, the latest among them, and says that it is deprecated', async () => {
    const old = versionOf('pier', '1.0.0', {
      manifest: { name: 'pier', version: '1.0.0', deprecated: registryText },
      tags: ['latest'],
    });
    const many = Array.from({ length: 30 }, (_, index) =>
      versionOf('pier', `2.${index}.0`, { tags: [`tag-${index}`] }),
    );
    const { resolve } = await openWithRegistry({ files: nothingOwn, registry: { packages: [old, ...many] } });
    const [candidate] = (await resolve('pier')).candidates;
    expect(candidate).toMatchObject({ id: 'npm:pier@1.0.0', why: expect.stringMatching(/, deprecated$/) });
    expect(candidate?.versions).toHaveLength(10);
    expect(candidate?.versions[0]).toBe('2.29.0');
    expect(candidate?.versions.at(-1)).toBe('1.0.0');
    expect(JSON.stringify(candidate)).not.toContain(registryText);
  });

  it.each(['Web framework', 'a schema validator', '../harbor', 'har bor', 'häfen', 'npm:harbor@5', ''])(
    'is not sent where it is no package name: %j',
    async (name) => {
      const { source, paths } = await openWithRegistry();
      expect(await source.resolveElsewhere?.({ name, query: 'harbor' }, call)).toEqual([]);
      expect(paths()).toEqual([]);
    },
  );

  it('that the registry does not have either is like nothing, without any fuss', async () => {
    const { resolve } = await openWithRegistry();
    await expect(resolve('xylophone')).rejects.toMatchObject({
      code: 'library-not-found',
      what: 'No library is called "xylophone" here, nor anything like it.',
    });
    expect(await resolve('harbour')).toMatchObject({ failures: [] });
  });
});

describe('a name that the project has', () => {
  it.each([
    ['as a dependency', {}],
    ['as a dependency that is not installed', { 'package.json': { dependencies: { harbor: '^5' } } }],
    ['under another name', { 'package.json': { dependencies: { dock: 'npm:harbor@5' } } }],
    [
      'without asking for it',
      {
        'package.json': {},
        'node_modules/harbor/package.json': { name: 'harbor', version: '5.2.0' },
      },
    ],
    [
      'in its lockfile',
      {
        'package.json': {},
        'package-lock.json': {
          lockfileVersion: 3,
          packages: {
            '': {},
            'node_modules/harbor': { version: '5.2.0', resolved: 'https://registry.invalid/harbor.tgz' },
          },
        },
      },
    ],
    ['in a broken form', { 'package.json': {}, 'node_modules/harbor/package.json': '{' }],
  ])('%s is not asked for at the registry', async (_title, files) => {
    const { source, paths } = await openWithRegistry(Object.keys(files).length === 0 ? {} : { files });
    expect(await source.resolveElsewhere?.({ name: 'harbor' }, call)).toEqual([]);
    expect(paths()).toEqual([]);
  });
});

describe('a registry that is not asked', () => {
  const own = { 'package.json': { name: '@acme/app', dependencies: {} } };

  it('because the name looks private says so where nothing else is found, and is no failure otherwise', async () => {
    const { resolve, paths } = await openWithRegistry({ files: own });
    await expect(resolve('@acme/tide-query')).rejects.toMatchObject({
      code: 'library-not-found',
      what: 'No library is called "@acme/tide-query" here, nor anything like it. The registry is not asked for @acme/tide-query, because packages of this project are in @acme too, so the name may be private.',
    });
    const other = await openWithRegistry({
      files: { 'package.json': { name: '@acme/app', dependencies: { '@acme/tide-query': '3' } } },
    });
    expect(await other.resolve('@acme/tide')).toMatchObject({
      candidates: [{ title: '@acme/tide-query' }],
      failures: [],
    });
    expect([...paths(), ...other.paths()]).toEqual([]);
  });

  it('because of --only-dependencies or --offline says so in the same way', async () => {
    const dependencies = await openWithRegistry({ files: own, onlyDependencies: true });
    await expect(dependencies.resolve('pebble')).rejects.toMatchObject({ code: 'library-not-found' });
    const offline = await openWithRegistry({ offline: true });
    await expect(offline.resolve('xylophone')).rejects.toMatchObject({ code: 'offline' });
    expect(await offline.resolve('harbour')).toMatchObject({
      candidates: [{ title: 'harbor' }],
      failures: [],
    });
    expect([...dependencies.paths(), ...offline.paths()]).toEqual([]);
  });

  it('is not asked again for what is only like a name', async () => {
    const { source, paths } = await openWithRegistry();
    expect(
      await resolveLibrary({ sources: [source], log, isOnlyHere: true }, { name: 'harbour' }, call),
    ).toMatchObject({ candidates: [{ title: 'harbor' }] });
    expect(paths()).toEqual([]);
  });
});

describe('an answer', () => {
  const note = 'First published on 2020-03-04, 12,345 downloads a month.';

  it('from a package that nobody chose says how well known it is', async () => {
    const { ask } = await openWithRegistry({ files: nothingOwn });
    expect((await ask('pebble', 'strings', { version: '1.0.3' })).notes).toContain(
      `NOT a dependency of this project, ${note[0]?.toLowerCase()}${note.slice(1)}`,
    );
    // That it is no dependency is said once.
    const { notes } = await ask('pebble', 'strings');
    expect(notes).toEqual(
      expect.arrayContaining(['NOT a dependency of this project: newest registry version.', note]),
    );
    expect(notes.filter((each) => each.includes('NOT a dependency'))).toHaveLength(1);
  });

  it('without a project says it too', async () => {
    const { origin } = await startTarballOrigin();
    const { ask } = openSource({ cacheFolder: temporaryFolder(), registry: async () => origin });
    expect((await ask('pebble', 'strings', { version: '1.0.3' })).notes).toContain(note);
  });

  it('from a dependency does not', async () => {
    const { ask, paths } = await openWithRegistry({
      files: { 'package.json': { dependencies: { pebble: '1.0.3' } } },
    });
    expect((await ask('pebble', 'strings')).notes.join()).not.toContain('published');
    expect(paths()).toEqual(['/pebble', '/pebble/-/pebble-1.0.3.tgz']);
  });
});

describe('a registry that fails', () => {
  it.each([
    ['is down', { kind: 'reset' } as const, /could not be reached/],
    ['has trouble', { kind: 'answer', status: 503, body: registryText } as const, /has trouble \(503\)/],
    ['sends no JSON', { kind: 'answer', status: 200, body: registryText } as const, /no JSON/],
    [
      'answers about another package',
      { kind: 'answer', status: 200, body: { name: registryText, versions: {} } } as const,
      /about another package than harbour/,
    ],
  ])('because it %s costs one line and nothing of what the project has', async (_title, fault, line) => {
    const { resolve, registry } = await openWithRegistry();
    registry.failAlways(fault);
    const { candidates, failures } = await resolve('harbour');
    expect(candidates.map(({ id }) => id)).toEqual(['npm:harbor@5.2.0']);
    expect(failures).toEqual([expect.stringMatching(line)]);
    expect(JSON.stringify(failures)).not.toContain(registryText);
    await expect(resolve('xylophone')).rejects.toMatchObject({
      what: expect.stringMatching(/^No library is/),
    });
  });

  it('by being slow is not waited for', async () => {
    const { resolve, registry } = await openWithRegistry({ waitMs: 300 });
    registry.failAlways({ kind: 'hang' });
    expect(await resolve('harbour')).toMatchObject({
      candidates: [{ title: 'harbor' }],
      failures: ['The registry did not answer within 0.3 s.'],
    });
  });

  it('only with what is beside the name and the version still has the package offered', async () => {
    const { resolve, registry } = await openWithRegistry({ files: nothingOwn, waitMs: 1_000 });
    registry.failNext([{ kind: 'delay', delayMs: 0 }, { kind: 'hang' }], { path: /harbor$/ });
    expect((await resolve('harbor')).candidates).toMatchObject([
      { id: 'npm:harbor@5.2.0', why: 'from the registry, NOT a dependency of this project' },
    ]);
  });

  it('does not hide that the caller is gone', async () => {
    const { source } = await openWithRegistry();
    const gone = { signal: AbortSignal.abort() };
    await expect(source.resolveElsewhere?.({ name: 'harbour' }, gone)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

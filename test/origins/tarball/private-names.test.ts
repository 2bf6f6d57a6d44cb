import { describe, expect, it } from 'vitest';
import { projectWith, startTarballOrigin } from './start-tarball-origin.ts';

describe('a name that looks private', () => {
  it.each([
    'workspace:*',
    'workspace:^1.0.0',
    'file:../pebble',
    'link:../pebble',
    'portal:../pebble',
    'git+ssh://git@git.example.com/acme/pebble.git',
    'git@git.example.com:acme/pebble.git',
    'github:acme/pebble',
    'acme/pebble#main',
    'https://files.example.com/pebble.tgz',
    '../pebble',
    'jsr:@acme/pebble',
  ])('by being declared as %s is never asked for, and it is explained', async (declared) => {
    const { locate, explain, registry } = await startTarballOrigin();
    const project = projectWith({ pebble: declared });
    expect(await locate('pebble', undefined, project)).toEqual([]);
    expect(await locate('pebble', '1.0.3', project)).toEqual([]);
    expect(await explain('pebble', undefined, project)).toMatchObject({
      code: 'library-not-found',
      what: 'The registry is not asked for pebble, because this project does not have it from a registry, so the name may be private.',
    });
    expect(registry.requests).toEqual([]);
  });

  it.each([
    '^1.0.0',
    '1.0.3',
    'latest',
    '',
    '*',
    '>=1 <2',
    'npm:pebble@1',
    'patch:pebble@npm%3A1.0.3#fix',
    'catalog:',
  ])('is not one declared as %j', async (declared) => {
    const { locate } = await startTarballOrigin();
    expect(await locate('pebble', undefined, projectWith({ pebble: declared }))).toHaveLength(1);
  });

  it("by being in the scope of the project's own packages is never asked for", async () => {
    const { locate, explain, registry } = await startTarballOrigin();
    const own = projectWith({}, { 'package.json': { name: '@acme/app' } });
    const workspace = projectWith(
      {},
      {
        'package.json': {},
        'packages/a/package.json': { name: '@acme/a' },
        'packages/b/package.json': { name: 'pebble' },
      },
      ['packages/a', 'packages/b'],
    );
    for (const project of [own, workspace]) {
      expect(await locate('@acme/tide-query', undefined, project)).toEqual([]);
      expect((await explain('@acme/tide-query', '3.1.4', project))?.next).toContain('`@acme:registry=<url>`');
    }
    expect((await explain('pebble', undefined, workspace))?.what).toContain(
      'a package of this project itself',
    );
    expect(registry.requests).toEqual([]);
    expect(await locate('harbor', undefined, workspace)).toHaveLength(1);
  });

  it('is asked for at the registry that its scope is mapped to, and nowhere else', async () => {
    const mapped = await startTarballOrigin();
    const { locate, registry } = await startTarballOrigin({
      npmrc: (url) => `registry=${url}\n@acme:registry=${mapped.registry.url}\n`,
    });
    const project = projectWith(
      { '@acme/tide-query': 'workspace:*' },
      { 'package.json': { name: '@acme/app' } },
    );
    expect(await locate('@acme/tide-query', undefined, project)).toHaveLength(1);
    expect(registry.requests).toEqual([]);
    expect(mapped.registry.requests).toHaveLength(1);
  });

  it('by a scope whose registry the project hides in a variable is asked for nowhere', async () => {
    const { locate, registry } = await startTarballOrigin({
      npmrc: () => '',
      askNpm: async () => registry.url,
    });
    const scoped = projectWith({}, { '.npmrc': `@acme:registry=\${ACME_REGISTRY}` });
    await expect(locate('@acme/tide-query', undefined, scoped)).rejects.toMatchObject({
      code: 'bad-config',
      next: 'Write `@acme:registry=<url>` into the .npmrc of your home folder.',
    });
    expect(await locate('harbor', undefined, scoped)).toHaveLength(1);
    const whole = projectWith({}, { '.npmrc': `registry=\${REGISTRY}` });
    await expect(locate('harbor', undefined, whole)).rejects.toMatchObject({ code: 'bad-config' });
    expect(registry.requests).toHaveLength(1);
  });

  it("is asked for at the registry that the project's .npmrc names plainly", async () => {
    const other = await startTarballOrigin();
    const { locate, registry } = await startTarballOrigin();
    const project = projectWith({}, { '.npmrc': `registry=${other.registry.url}` });
    expect(await locate('harbor', undefined, project)).toHaveLength(1);
    expect(registry.requests).toEqual([]);
  });

  it('is the business of npm where nothing is configured: it is asked which registry it uses', async () => {
    let asked = 0;
    const { locate, registry } = await startTarballOrigin({
      npmrc: () => '',
      askNpm: async () => {
        asked += 1;
        return registry.url;
      },
    });
    expect(await locate('harbor')).toHaveLength(1);
    expect(asked).toBe(1);
  });
});

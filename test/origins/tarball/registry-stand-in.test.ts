import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder, writeFiles } from '../../setup/fixture-projects.ts';
import { startRegistryStandIn } from '../../stand-ins/registry/registry-stand-in.ts';

const run = promisify(execFile);

describe('the stand-in of a registry', () => {
  async function start() {
    const registry = await startRegistryStandIn({ prefix: '/npm/' });
    onTestFinished(() => registry.close());
    const folder = temporaryFolder();
    writeFiles(folder, {
      'package.json': { name: 'a-project', private: true },
      '.npmrc': `registry=${registry.url}\n${registry.url.replace('http:', '')}:_authToken=s3cret\n`,
    });
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      npm_config_cache: join(folder, 'cache'),
      npm_config_update_notifier: 'false',
    };
    const npm = async (...args: string[]) =>
      (await run('npm', args, { cwd: folder, env, timeout: 15_000 })).stdout;
    return { registry, folder, npm };
  }

  it('is one that the real npm installs from, with a token', async () => {
    const { registry, folder, npm } = await start();
    registry.requireAuthorization('Bearer s3cret');
    await npm('install', '--no-audit', '--no-fund', 'harbor@^4', '@acme/tide-query');
    const versionOf = (name: string) =>
      JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
    expect([versionOf('harbor'), versionOf('@acme/tide-query')]).toEqual(['4.9.1', '3.1.4']);
    expect(registry.requests.map(({ path }) => path).sort()).toEqual([
      '/npm/@acme%2ftide-query',
      '/npm/@acme/tide-query/-/tide-query-3.1.4.tgz',
      '/npm/harbor',
      '/npm/harbor/-/harbor-4.9.1.tgz',
    ]);
    // The integrity that npm wrote down is the one of the metadata.
    expect(readFileSync(join(folder, 'package-lock.json'), 'utf8')).toContain('sha512-');
  });

  it('is one that the real npm views, and that refuses it without a token', async () => {
    const { registry, npm } = await start();
    expect(JSON.parse(await npm('view', 'harbor', '--json'))).toMatchObject({
      name: 'harbor',
      'dist-tags': { latest: '5.2.0' },
      versions: ['4.9.1', '5.2.0'],
    });
    registry.requireAuthorization('Bearer other');
    await expect(npm('view', 'harbor')).rejects.toThrow('E401');
  });

  it('is one whose bad bytes the real npm refuses too', async () => {
    const { registry, npm } = await start();
    registry.failAlways({ kind: 'flip' }, { path: /\.tgz$/ });
    await expect(npm('install', '--no-audit', 'harbor', '--fetch-retries=0')).rejects.toThrow('EINTEGRITY');
  });

  it('searches by a text, and refuses what it does not know', async () => {
    const { registry } = await start();
    const ask = async (query: string) => fetch(`${registry.url}-/v1/search?${query}`);
    expect(await (await ask('text=harbor&size=5')).json()).toMatchObject({
      objects: [
        { package: { name: 'typed-harbor' } },
        { package: { name: 'harbor', version: '5.2.0' }, downloads: { monthly: 12_345 } },
      ],
      total: 2,
    });
    const bad = [
      '',
      'text=h',
      `text=${'h'.repeat(65)}`,
      'text=harbor&size=0',
      'text=harbor&size=251',
      'text=ha&q=1',
    ];
    for (const query of bad) expect([query, (await ask(query)).status]).toEqual([query, 400]);
  });
});

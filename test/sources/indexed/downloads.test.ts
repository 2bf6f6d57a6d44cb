import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { startTarballOrigin } from '../../origins/tarball/start-tarball-origin.ts';
import { temporaryFolder } from '../../setup/fixture-projects.ts';
import type { StoredVersion } from '../../stand-ins/registry/packages.ts';
import { packageTarball } from '../../stand-ins/registry/tar-entries.ts';
import { call, fragileChild, openSource } from './open-source.ts';

const names = ['mast', 'keel', 'oar', 'hull', 'rudder'];

function library(name: string, page = 'good'): StoredVersion {
  const entries = [
    { path: 'package/index.d.ts', content: 'export declare const a: string;' },
    { path: `package/docs/${page}.md`, content: '# Good\n\nA seagull.\n' },
  ];
  return { manifest: { name, version: '1.0.0' }, tarball: packageTarball(name, '1.0.0', entries) };
}

/** The source before a registry of these packages, in no project; its child hangs on pages of that name. */
async function start(packages: readonly StoredVersion[], isFragile = false) {
  const { origin, registry, folder } = await startTarballOrigin({ registry: { packages } });
  const base = temporaryFolder();
  const opened = openSource({
    cacheFolder: join(base, 'cache'),
    registry: async () => origin,
    ...(isFragile ? { childFile: fragileChild(join(base, 'child')) } : {}),
  });
  const downloads = () => registry.requests.filter(({ path }) => path.endsWith('.tgz')).length;
  return { ...opened, registry, folder, downloads };
}

describe('a tarball', () => {
  it('is downloaded once for callers who ask at the same time', async () => {
    const { ask, downloads, folder } = await start([library('mast')]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('mast', 'seagull')));
    expect(answers.every(({ snippets }) => snippets.length === 1)).toBe(true);
    expect(downloads()).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('waits until one of two places is free', async () => {
    const { ask, registry, downloads, source } = await start(names.map((name) => library(name)));
    registry.failAlways({ kind: 'hang' }, { path: /tgz$/ });
    const answers = Promise.allSettled(names.map((name) => ask(name, 'seagull')));
    await vi.waitFor(() => expect(downloads()).toBe(2), 5_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(downloads()).toBe(2);
    await source.close();
    await answers;
  });

  it('is gone when the last caller has gone away while it was read, and comes again for the next', async () => {
    const { ask, folder, lines, downloads } = await start([library('mast', 'hang')], true);
    const stop = new AbortController();
    const leaving = ask('mast', 'seagull', {}, { signal: stop.signal });
    await vi.waitFor(() => expect(lines.join()).toContain('hang.md'), 10_000);
    expect(readdirSync(folder)).toHaveLength(1);
    stop.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'cancelled' });
    // At once: the run before has not let go yet.
    const next = new AbortController();
    const again = ask('mast', 'seagull', {}, { signal: next.signal });
    await vi.waitFor(() => expect(lines.filter((line) => line.includes('hang.md'))).toHaveLength(2), 10_000);
    expect(downloads()).toBe(2);
    next.abort();
    await expect(again).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]), 5_000);
  });

  it('is gone when it cannot be read', async () => {
    const crashing = { ...library('keel'), tarball: packageTarball('keel', '1.0.0', crashPages()) };
    const { ask, folder } = await start([crashing], true);
    await expect(ask('keel', 'seagull')).rejects.toMatchObject({ code: 'indexing-failed' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that comes too slowly is told of, and is there when it is asked for again', async () => {
    const { ask, registry, downloads } = await start([library('mast')]);
    registry.failNext([{ kind: 'delay', delayMs: 1_500 }], { path: /tgz$/ });
    const soon = { ...call, maxWaitMs: 300 };
    await expect(ask('mast', 'seagull', {}, soon)).rejects.toMatchObject({ code: 'still-indexing' });
    expect((await ask('mast', 'seagull')).snippets).toHaveLength(1);
    expect(downloads()).toBe(1);
  });
});

/** More pages that the child breaks on than it is started again for; types, so that none are asked for. */
function crashPages() {
  const pages = Array.from({ length: 8 }, (_, index) => ({
    path: `package/docs/crash-${index}.md`,
    content: '# Crash\n',
  }));
  return [{ path: 'package/index.d.ts', content: 'export {};' }, ...pages];
}

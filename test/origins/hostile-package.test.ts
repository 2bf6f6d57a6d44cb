import { execFileSync } from 'node:child_process';
import {
  chownSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findPackages } from '../../src/origins/installed/find-packages.ts';
import { createInstalledOrigin } from '../../src/origins/installed/installed-origin.ts';
import { readDocsFile } from '../../src/origins/installed/read-docs-file.ts';
import { createPackageReader } from '../../src/origins/installed/read-package.ts';
import type { Located } from '../../src/origins/origin.ts';
import { readRegularFile } from '../../src/origins/read-regular-file.ts';
import { readAll } from '../contracts/origin-contract.ts';
import { temporaryFolder, writeFiles } from '../setup/fixture-projects.ts';

const origin = createInstalledOrigin({ homeFolder: '/no-home', userId: process.getuid?.() });

function setup() {
  const folder = temporaryFolder();
  const root = join(folder, 'node_modules/zod');
  writeFiles(folder, {
    'secret.md': '# Secret\n',
    'secrets/key.md': '# Key\n',
    'node_modules/zodevil/README.md': '# Evil\n',
  });
  writeFiles(root, { 'package.json': { name: 'zod', version: '4.6.7' }, 'docs/good.md': '# Good\n' });
  const located: Located = {
    origin: 'installed',
    name: 'zod',
    version: '4.6.7',
    location: `installed:${root}`,
    stamp: '',
    root,
    shownRoot: 'node_modules/zod',
  };
  const read = async () => {
    const { files, skipped } = await readAll(origin, located);
    return { paths: files.map(({ path }) => path), skipped };
  };
  return { folder, root, located, read };
}

describe('a hostile package', () => {
  it('gets no file read through a link out of it', async () => {
    const { folder, root, read } = setup();
    symlinkSync(join(folder, 'secret.md'), join(root, 'README.md'));
    symlinkSync('../../../secret.md', join(root, 'docs/relative.md'));
    symlinkSync(join(folder, 'secrets'), join(root, 'docs/linked'));
    symlinkSync(join(folder, 'missing.md'), join(root, 'docs/broken.md'));
    expect(await read()).toEqual({
      paths: ['docs/good.md'],
      skipped: [
        { path: 'README.md', why: 'a link out of the package' },
        { path: 'docs/broken.md', why: 'a broken link' },
        { path: 'docs/relative.md', why: 'a link out of the package' },
      ],
    });
  });

  it('gets no file read through a folder that becomes a link after it was listed', async () => {
    const { folder, root } = setup();
    renameSync(join(root, 'docs'), join(root, 'old'));
    symlinkSync(join(folder, 'secrets'), join(root, 'docs'));
    expect(await readDocsFile(root, 'docs/key.md', 1_000)).toEqual({ why: 'a link out of the package' });
    expect(await readDocsFile(root, '../zodevil/README.md', 1_000)).toEqual({
      why: 'a link out of the package',
    });
  });

  it.runIf(process.platform === 'linux')(
    'gets no other file read while it swaps a folder for a link',
    async () => {
      const { folder, root } = setup();
      mkdirSync(join(root, 'swap'));
      writeFileSync(join(root, 'swap/key.md'), '# Harmless\n');
      let isDone = false;
      const swapping = (async () => {
        while (!isDone) {
          renameSync(join(root, 'swap'), join(root, 'away'));
          symlinkSync(join(folder, 'secrets'), join(root, 'swap'));
          await new Promise((resolve) => setImmediate(resolve));
          unlinkSync(join(root, 'swap'));
          renameSync(join(root, 'away'), join(root, 'swap'));
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      for (let index = 0; index < 3_000; index += 1) {
        const bytes = await readDocsFile(root, 'swap/key.md', 1_000);
        if (bytes instanceof Uint8Array) {
          expect(new TextDecoder().decode(bytes)).toBe('# Harmless\n');
        }
      }
      isDone = true;
      await swapping;
      expect(await readDocsFile(root, 'swap/key.md', 1_000)).toBeInstanceOf(Uint8Array);
    },
  );

  it.skipIf(process.platform === 'win32')('does not hang on a FIFO or a socket', async () => {
    const { root, read } = setup();
    execFileSync('mkfifo', [join(root, 'README.md')]);
    const server = createServer().listen(join(root, 'docs/socket.md'));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const start = performance.now();
    expect(await read()).toEqual({
      paths: ['docs/good.md'],
      skipped: [
        { path: 'README.md', why: 'not a regular file' },
        { path: 'docs/socket.md', why: 'not a regular file' },
      ],
    });
    await expect(readRegularFile(join(root, 'README.md'), { maxBytes: 10 })).rejects.toThrow(
      'not a regular file',
    );
    await expect(readRegularFile(join(root, 'docs/socket.md'), { maxBytes: 10 })).rejects.toThrow(
      'not a regular file',
    );
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('is opened without following a link that is swapped in last', async () => {
    const { folder, root } = setup();
    symlinkSync(join(folder, 'secret.md'), join(root, 'README.md'));
    await expect(readRegularFile(join(root, 'README.md'), { maxBytes: 1_000 })).rejects.toThrow(
      'a symbolic link',
    );
  });

  it('gets no README of 50 MB read, and its size is said', async () => {
    const { root, read, located } = setup();
    writeFileSync(join(root, 'README.md'), 'x');
    truncateSync(join(root, 'README.md'), 50_000_000);
    const before = process.memoryUsage().rss;
    expect((await read()).skipped).toEqual([
      { path: 'README.md', why: '50.0 MB, over the 10 MB that are read' },
    ]);
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
    const survey = await origin.survey(located, new AbortController().signal);
    expect(survey.files.map(({ path }) => path)).toEqual(['docs/good.md']);
  });

  it('gets no file read that has grown over the cap since it was listed', async () => {
    const { root } = setup();
    writeFileSync(join(root, 'docs/good.md'), 'x'.repeat(2_000));
    expect(await readDocsFile(root, 'docs/good.md', 1_000)).toMatchObject({
      why: expect.stringContaining('over the'),
    });
  });

  it('is refused by its size before a byte of it is read', async () => {
    const { root } = setup();
    const reading = readRegularFile(join(root, 'docs/good.md'), {
      maxBytes: 3,
      check: () => Promise.reject(new Error('too late')),
    });
    await expect(reading).rejects.toThrow('over the');
  });

  it.runIf(process.platform === 'linux')('is not believed when it says that it is empty', async () => {
    await expect(readRegularFile('/proc/self/maps', { maxBytes: 100 })).rejects.toThrow('over the');
  });

  it('is looked for in node_modules only, whatever its name is', async () => {
    const { folder } = setup();
    writeFiles(folder, { 'outside/package.json': { name: '../outside', version: '1.0.0' } });
    const project = {
      folder,
      workspaceRoot: folder,
      packageFolders: [folder],
      dependencies: new Map(),
      notes: [],
    };
    const options = {
      homeFolder: '/no-home',
      userId: process.getuid?.(),
      readPackage: createPackageReader(),
    };
    expect(await findPackages('../outside', project, options)).toEqual([]);
    expect(await findPackages('zod', project, options)).toHaveLength(1);
  });

  it.runIf(process.getuid?.() === 0)(
    'of another owner above the project is not found (needs root to plant it)',
    async () => {
      const { folder } = setup();
      const project = join(folder, 'mine');
      writeFiles(project, { 'package.json': {} });
      const found = {
        folder: project,
        workspaceRoot: project,
        packageFolders: [project],
        dependencies: new Map(),
        notes: [],
      };
      const find = () => origin.locate({ name: 'zod' }, found, new AbortController().signal);
      expect(await find()).toHaveLength(1);
      chownSync(join(folder, 'node_modules'), 1234, 1234);
      expect(await find()).toEqual([]);
    },
  );

  it.each([
    ['NUL bytes', Buffer.from('# Title\n\0\0\0')],
    ['an image', Buffer.from(Array.from({ length: 4_000 }, (_, index) => 128 + ((index * 37) % 128)))],
  ])('has a README of %s skipped as binary', async (_title, bytes) => {
    const { root, read } = setup();
    writeFileSync(join(root, 'README.md'), bytes);
    expect((await read()).skipped).toEqual([{ path: 'README.md', why: 'binary' }]);
  });

  it('may be written in another alphabet or an old encoding', async () => {
    const { root, read } = setup();
    writeFileSync(join(root, 'README.md'), `${'こんにちは世界'.repeat(2_000)}\n`);
    writeFileSync(join(root, 'docs/old.md'), Buffer.from('Un café, très bientôt. '.repeat(50), 'latin1'));
    const { paths, skipped } = await read();
    expect(paths).toContain('README.md');
    expect(skipped.map(({ path }) => path)).toEqual(['docs/old.md']);
  });

  it('may be 40 folders deep', async () => {
    const { root, read } = setup();
    writeFiles(root, { [`docs/${'d/'.repeat(40)}deep.md`]: '# Deep\n' });
    expect((await read()).paths).toEqual(['docs/good.md']);
  });
});

import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadInstallationSecret } from '../../src/cache/installation-secret.ts';
import { temporaryFolder } from '../setup/fixture-projects.ts';

let folder: string;
let file: string;
const userId = process.getuid?.();

beforeEach(() => {
  folder = join(temporaryFolder(), 'cache');
  file = join(folder, 'installation-secret');
});

describe('the secret of an installation', () => {
  it('is made once, of 32 bytes, for its user alone', () => {
    const secret = loadInstallationSecret({ folder, userId });
    expect(secret).toHaveLength(32);
    expect(loadInstallationSecret({ folder, userId })).toEqual(secret);
    expect(readdirSync(folder)).toEqual(['installation-secret']);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('differs from that of another installation', () => {
    expect(loadInstallationSecret({ folder, userId })).not.toEqual(
      loadInstallationSecret({ folder: temporaryFolder(), userId }),
    );
  });

  it('is one for all that race for it', async () => {
    const { outputFiles } = buildSync({
      stdin: {
        contents: `
          import { parentPort, workerData } from 'node:worker_threads';
          import { loadInstallationSecret } from './installation-secret.ts';
          const { folder, gate } = workerData;
          parentPort.postMessage('ready');
          Atomics.wait(new Int32Array(gate), 0, 0);
          parentPort.postMessage(Buffer.from(loadInstallationSecret({ folder })).toString('hex'));`,
        resolveDir: join(import.meta.dirname, '../../src/cache'),
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
    });
    const gate = new SharedArrayBuffer(4);
    const workers = Array.from(
      { length: 8 },
      () => new Worker(outputFiles[0]?.text ?? '', { eval: true, workerData: { folder, gate } }),
    );
    const heard = () =>
      Promise.all(workers.map((worker) => new Promise((hear) => worker.once('message', hear))));
    await heard();
    const secrets = heard();
    Atomics.store(new Int32Array(gate), 0, 1);
    Atomics.notify(new Int32Array(gate), 0);
    expect(new Set(await secrets)).toEqual(new Set([readFileSync(file, 'hex')]));
    expect(readdirSync(folder)).toEqual(['installation-secret']);
    await Promise.all(workers.map((worker) => worker.terminate()));
  });

  it('is not taken from a link, from a file of another size, from a folder or from another user', () => {
    mkdirSync(folder);
    const elsewhere = join(temporaryFolder(), 'planted');
    writeFileSync(elsewhere, Buffer.alloc(32));
    symlinkSync(elsewhere, file);
    expect(() => loadInstallationSecret({ folder, userId })).toThrow();
    for (const size of [0, 31, 33]) {
      const other = temporaryFolder();
      writeFileSync(join(other, 'installation-secret'), Buffer.alloc(size));
      expect(() => loadInstallationSecret({ folder: other, userId })).toThrow();
    }
    const withFolder = temporaryFolder();
    mkdirSync(join(withFolder, 'installation-secret'));
    expect(() => loadInstallationSecret({ folder: withFolder, userId })).toThrow();
    const mine = temporaryFolder();
    loadInstallationSecret({ folder: mine, userId });
    expect(() => loadInstallationSecret({ folder: mine, userId: 4_294_967 })).toThrow();
  });

  it('is closed to others again when somebody opened it', () => {
    loadInstallationSecret({ folder, userId });
    chmodSync(file, 0o644);
    loadInstallationSecret({ folder, userId });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('throws where nothing can be made', () => {
    expect(() => loadInstallationSecret({ folder: '/proc/docpin', userId })).toThrow();
  });
});

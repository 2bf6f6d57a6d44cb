import { chmodSync, chownSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openIndexCorpus } from '../src/index-job.ts';
import { createLog } from '../src/log.ts';
import { makePrivateFolder } from '../src/private-folder.ts';
import { assertPrivateFile, makePrivateFile } from '../src/sqlite-file/private-file.ts';
import { temporaryFolder } from './setup/fixture-projects.ts';

const isForeign = expect.objectContaining({ code: 'cache-unusable' });
const modeOf = (path: string): number => statSync(path).mode & 0o777;

let folder: string;
let file: string;

beforeEach(() => {
  folder = join(temporaryFolder(), 'cache');
  file = join(folder, 'some.db');
});

/** A folder of another user; nothing is ever made in it. */
function foreignFolder(): string {
  if (process.getuid?.() !== 0) return '/usr';
  mkdirSync(folder);
  chownSync(folder, 12_345, 12_345);
  return folder;
}

describe.skipIf(process.platform === 'win32')('a private folder', () => {
  it('is made with those above it, for this user alone', () => {
    makePrivateFolder(join(folder, 'a/b/'));
    expect([folder, join(folder, 'a'), join(folder, 'a/b')].map(modeOf)).toEqual([0o700, 0o700, 0o700]);
  });

  it('may be one that is there and that others can read', () => {
    mkdirSync(folder, { mode: 0o755 });
    makePrivateFolder(folder);
    expect(modeOf(folder)).toBe(0o755);
  });

  it('is not one that others can write to', () => {
    for (const mode of [0o770, 0o702]) {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, mode);
      expect(() => makePrivateFolder(folder)).toThrow(isForeign);
      expect(modeOf(folder)).toBe(mode);
    }
  });

  it('is not a link, however it is written', () => {
    symlinkSync(temporaryFolder(), folder);
    for (const path of [folder, `${folder}/`]) expect(() => makePrivateFolder(path)).toThrow(isForeign);
  });

  it('is not another user’s', () => {
    const foreign = foreignFolder();
    expect(() => makePrivateFolder(foreign)).toThrow(isForeign);
  });
});

describe.skipIf(process.platform === 'win32')('a private file', () => {
  it('is made for this user alone, and closed to others where it was not', () => {
    makePrivateFile(file);
    chmodSync(file, 0o666);
    makePrivateFile(file);
    expect(modeOf(file)).toBe(0o600);
    expect(() => assertPrivateFile(file)).not.toThrow();
  });

  it('is not a link, and what that leads to is left as it was', () => {
    const target = join(temporaryFolder(), 'target');
    makePrivateFolder(folder);
    symlinkSync(target, file);
    expect(() => makePrivateFile(file)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    expect(existsSync(target)).toBe(false);
    writeFileSync(target, '');
    chmodSync(target, 0o644);
    expect(() => makePrivateFile(file)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    expect(() => assertPrivateFile(file)).toThrow(isForeign);
    expect(modeOf(target)).toBe(0o644);
  });

  it.skipIf(process.getuid?.() !== 0)('is not another user’s', () => {
    makePrivateFile(file);
    chownSync(file, 12_345, 12_345);
    expect(() => makePrivateFile(file)).toThrow(isForeign);
    expect(() => assertPrivateFile(file)).toThrow(isForeign);
  });
});

describe.skipIf(process.platform === 'win32')('an index', () => {
  const open = async () => {
    const warnings: string[] = [];
    const log = createLog({ level: 'warn', write: (line) => void warnings.push(line) });
    const opened = await openIndexCorpus({ file, audience: '', now: () => 1_000, log });
    opened.reader.close();
    return { isInMemory: opened.file === undefined, warnings: warnings.length };
  };

  it('that somebody else may have written is not read', async () => {
    expect(await open()).toEqual({ isInMemory: false, warnings: 0 });
    chmodSync(dirname(file), 0o777);
    expect(await open()).toEqual({ isInMemory: true, warnings: 1 });
  });

  it('is not written through a link', async () => {
    const target = join(temporaryFolder(), 'target');
    makePrivateFolder(folder);
    symlinkSync(target, file);
    expect(await open()).toEqual({ isInMemory: true, warnings: 1 });
    expect(existsSync(target)).toBe(false);
  });
});

import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished, type TestContext } from 'vitest';
import { cleanEnv, mainFile } from '../setup/built-docpin.ts';
import { copyProject, temporaryFolder, writeFiles } from '../setup/fixture-projects.ts';
import { startContext7StandIn } from '../stand-ins/context7/context7-stand-in.ts';

/**
 * Runs shell steps where the cache folder is a file system of its own, of this size. In them `ask <library> <word>` runs docpin and
 * prints whether its answer held the word, with what it wrote to stderr.
 */
async function onDiskOf(
  size: string,
  steps: string,
  { skip }: TestContext,
  more: Record<string, string> = {},
): Promise<readonly string[]> {
  if (spawnSync('unshare', ['-rm', 'true']).status !== 0) skip('unshare -rm is not allowed on this machine');
  const cwd = copyProject('npm-app', join(temporaryFolder(), 'app'));
  const words = Array.from({ length: 8_000 }, (_, index) => `word${index}`);
  writeFiles(join(cwd, 'node_modules/whale'), {
    'package.json': { name: 'whale', version: '1.0.0' },
    'README.md': `# Whale\n\n${words.map((word) => `## About ${word}\n\nThis says what ${word} is.\n`).join('\n')}`,
  });
  const disk = join(temporaryFolder(), 'disk');
  mkdirSync(disk);
  const script = `
    mount -t tmpfs -o size=${size},mode=700 none "$DISK" || exit 9
    ask() {
      "$NODE" "$MAIN" docs "$1" "$2" >"$HOME/out" 2>"$HOME/err"
      status=$?
      if grep -q "$2" "$HOME/out"; then said=answered; else said=nothing; fi
      echo "$1: $status $said $(tr '\\n' ' ' <"$HOME/err")"
    }
    ${steps}`;
  // Not `spawnSync`: a stand-in in this process has to answer meanwhile. Rejects unless the status is 0.
  const { stdout, stderr } = await promisify(execFile)('unshare', ['-rm', 'sh', '-c', script], {
    cwd,
    env: cleanEnv({
      DISK: disk,
      NODE: process.execPath,
      MAIN: mainFile,
      DOCPIN_CACHE_DIR: join(disk, 'docpin'),
      ...more,
    }),
    timeout: 100_000,
  });
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

it('without room for an index is answered from memory, with one warning', async (context) => {
  const [said] = await onDiskOf('40k', 'ask harbor onUndock', context);
  expect(said).toMatch(/^harbor: 0 answered .*cannot be written/);
  expect(said?.split('cannot be written')).toHaveLength(2);
}, 120_000);

it('that is full keeps what is there, says what to do about the rest, and takes it once there is room', async (context) => {
  const steps = `
    ask harbor onUndock
    head -c 100m /dev/zero >"$DISK/filler" 2>/dev/null
    ask harbor onUndock
    ask whale word777
    ask harbor onUndock
    rm "$DISK/filler"
    ask whale word777
    ls "$DISK/docpin"`;
  const [first, again, whale, later, after, ...files] = await onDiskOf('60m', steps, context);
  for (const said of [first, again, later]) expect(said).toBe('harbor: 0 answered');
  expect(whale).toMatch(/^whale: 1 nothing docpin: .*free space/);
  expect(whale).not.toContain('    at ');
  expect(after).toBe('whale: 0 answered');
  expect(files.filter((name) => name.includes('corrupt'))).toEqual([]);
}, 120_000);

it('that became read-only is answered from memory, with one warning', async (context) => {
  const steps = `
    ask harbor onUndock
    mount -o remount,ro "$DISK"
    ask harbor onUndock`;
  const [first, again] = await onDiskOf('60m', steps, context);
  expect(first).toBe('harbor: 0 answered');
  expect(again).toMatch(/^harbor: 0 answered .*cannot be written/);
}, 120_000);

it.for([
  ['is full', 'head -c 100m /dev/zero >"$DISK/filler" 2>/dev/null; df "$DISK" | grep -q 100% || exit 8'],
  ['became read-only', 'mount -o remount,ro "$DISK"'],
] as const)(
  'that %s still gives a new process the copies of answers that are there',
  { timeout: 120_000 },
  async ([, step], context) => {
    const upstream = await startContext7StandIn();
    onTestFinished(() => upstream.close());
    const steps = `
    ask /vercel/next.js routing
    ${step}
    ask /vercel/next.js routing`;
    const more = { CONTEXT7_API_URL: upstream.baseUrl, DOCPIN_SOURCES: 'context7' };
    const [first, again] = await onDiskOf('60m', steps, context, more);
    expect(first).toBe('/vercel/next.js: 0 answered');
    expect(again).toMatch(/^\/vercel\/next\.js: 0 answered/);
    expect(upstream.requests).toHaveLength(1);
  },
);

// Proves the guards: turns each one off in a copy of the project and runs its test, which must then fail. First the same tests
// run on an unchanged copy and must pass: a test that is red anyway proves nothing.
// Usage: node scripts/guards.mjs [--shard=1/2] [word ...]   (only guards whose name holds one of the words)
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const parts = [
  'src',
  'test',
  'scripts',
  'bench',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vitest.config.ts',
  'README.md',
  'LICENSE',
];
const guards = JSON.parse(await readFile(join(root, 'test/guards.json'), 'utf8'));
const [shard, shards] = (process.argv.find((word) => word.startsWith('--shard=')) ?? '--shard=1/1')
  .slice('--shard='.length)
  .split('/')
  .map(Number);
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const chosen = guards
  .filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
  .filter((_, index) => index % shards === shard - 1);

const tests = [...new Set(chosen.map(({ test }) => test))];
if (!(await inCopy((copy) => passes(copy, tests)))) {
  console.log('The tests are red without any change; mend them first.');
  process.exit(1);
}

let red = 0;
for (const guard of chosen) {
  const verdict = await inCopy((copy) => tryWithout(copy, guard));
  if (verdict === 'red') red += 1;
  console.log(`${verdict.padEnd(12)} ${guard.name}`);
}
console.log(`${chosen.length} guards, ${red} red`);
process.exitCode = red === chosen.length && chosen.length > 0 ? 0 : 1;

async function inCopy(work) {
  const copy = await mkdtemp(join(tmpdir(), 'docpin-guard-'));
  try {
    for (const part of parts) {
      const filter = (path) => !path.includes('/.cache');
      await cp(join(root, part), join(copy, part), { recursive: true, filter });
    }
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    return await work(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** `red` is what is wanted; anything else says what is wrong with the guard or its test. */
async function tryWithout(copy, { file, find, replace, test }) {
  const text = await readFile(join(copy, file), 'utf8');
  if (text.split(find).length !== 2) return text.includes(find) ? 'ambiguous' : 'not found';
  await writeFile(
    join(copy, file),
    text.replace(find, () => replace),
  );
  return (await passes(copy, [test])) ? 'STILL GREEN' : 'red';
}

async function passes(folder, testFiles) {
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    await run(process.execPath, [vitest, 'run', '--bail=1', ...testFiles], {
      cwd: folder,
      timeout: 600_000,
      maxBuffer: 64e6,
    });
    return true;
  } catch {
    return false;
  }
}

// Proves the guards: turns each one off in a copy of the project and runs its test, which must then fail.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const guards = JSON.parse(await readFile(join(root, 'test/guards.json'), 'utf8'));
const wanted = process.argv.slice(2);
const chosen =
  wanted.length === 0 ? guards : guards.filter(({ name }) => wanted.some((word) => name.includes(word)));

let red = 0;
for (const guard of chosen) {
  const verdict = await tryWithout(guard);
  if (verdict === 'red') red += 1;
  console.log(`${verdict.padEnd(12)} ${guard.name}`);
}
console.log(`${chosen.length} guards, ${red} red`);
process.exitCode = red === chosen.length && chosen.length > 0 ? 0 : 1;

/** `red` is what is wanted; anything else says what is wrong with the guard or its test. */
async function tryWithout({ file, find, replace, test }) {
  const copy = await mkdtemp(join(tmpdir(), 'docpin-guard-'));
  try {
    for (const part of [
      'src',
      'test',
      'scripts',
      'package.json',
      'tsconfig.json',
      'vitest.config.ts',
      'README.md',
      'bench',
    ]) {
      await cp(join(root, part), join(copy, part), {
        recursive: true,
        filter: (path) => !path.includes('.cache'),
      });
    }
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    const text = await readFile(join(copy, file), 'utf8');
    if (text.split(find).length !== 2) return text.includes(find) ? 'ambiguous' : 'not found';
    await writeFile(
      join(copy, file),
      text.replace(find, () => replace),
    );
    // The guard must be stopped by its test, not by the compiler or by a test that is red anyway.
    return (await passes(copy, test)) ? 'STILL GREEN' : 'red';
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function passes(folder, test) {
  try {
    await run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', test], {
      cwd: folder,
      timeout: 300_000,
    });
    return true;
  } catch {
    return false;
  }
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Question } from './questions.ts';

/** Installs the packages that the questions are about, exactly as pinned, and returns the folder of that project. */
export function installPackages(root: string, questions: readonly Question[]): string {
  const folder = join(root, 'bench/.cache/retrieval');
  const pins = new Map(questions.map((question) => [question.package, question.version]));
  const missing = [...pins].filter(([name, version]) => installedVersion(folder, name) !== version);
  if (missing.length === 0) return folder;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'package.json');
  const old = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).dependencies : {};
  const dependencies = { ...old, ...Object.fromEntries(pins) };
  writeFileSync(
    file,
    `${JSON.stringify({ name: 'retrieval', private: true, dependencies }, undefined, 2)}\n`,
  );
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  return folder;
}

function installedVersion(folder: string, name: string): string | undefined {
  const file = join(folder, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

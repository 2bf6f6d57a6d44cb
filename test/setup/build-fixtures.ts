import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildFixtureProjects } from './fixture-projects.ts';

const root = join(import.meta.dirname, '../..');

/** Runs once before all tests: they start the bundle that users get, in projects made by the real package managers. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
  buildFixtureProjects();
}
